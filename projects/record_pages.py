"""Where the audit trail leads to records of this app that are none of the registered kinds."""

from accounts.models import Organisation
from accounts.record_pages import Pages, register
from projects.models import ImportBatch, Mineral, Project, ProjectAssignment


def register_pages() -> None:
    """Called once, when the app is ready."""
    register(Project, Pages(Project.objects.visible_to, "projects:page", {"slug": "slug"}))
    register(
        ProjectAssignment,
        Pages(
            lambda actor: ProjectAssignment.objects.filter(project__in=Project.objects.visible_to(actor)),
            "projects:page",
            {"slug": "project__slug"},
        ),
    )
    register(ImportBatch, Pages(ImportBatch.objects.visible_to, "imports:page", {"pk": "id"}))
    register(
        Organisation, Pages(lambda _: Organisation.objects.all(), "lists:row", {"pk": "id"}, {"code": "organisations"})
    )
    register(Mineral, Pages(lambda _: Mineral.objects.all(), "lists:row", {"pk": "code"}, {"code": "minerals"}))
