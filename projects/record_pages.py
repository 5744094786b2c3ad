"""Where the audit trail leads to records of this app that are none of the registered kinds."""

from accounts.models import Organisation
from accounts.record_addresses import RecordAddresses, register_addresses
from projects.models import ImportBatch, Mineral, Project, ProjectAssignment


def register_pages() -> None:
    """Called once, when the app is ready."""
    register_addresses(Project, RecordAddresses(Project.objects.visible_to, "projects:page", {"slug": "slug"}))
    register_addresses(
        ProjectAssignment,
        RecordAddresses(
            lambda actor: ProjectAssignment.objects.filter(project__in=Project.objects.visible_to(actor)),
            "projects:page",
            {"slug": "project__slug"},
        ),
    )
    register_addresses(ImportBatch, RecordAddresses(ImportBatch.objects.visible_to, "imports:page", {"pk": "id"}))
    register_addresses(
        Organisation,
        RecordAddresses(lambda _: Organisation.objects.all(), "lists:row", {"pk": "id"}, {"code": "organisations"}),
    )
    register_addresses(
        Mineral, RecordAddresses(lambda _: Mineral.objects.all(), "lists:row", {"pk": "code"}, {"code": "minerals"})
    )
