"""The kinds of record of this app, and where the audit trail leads to records that are none of them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.record_addresses import RecordAddresses, register_addresses
from projects.kinds import register
from projects.models import ImportBatch, Mineral, Project, ProjectAssignment
from projects.record_kinds.environment import ENVIRONMENT
from projects.record_kinds.figures import FIGURES
from projects.record_kinds.owners import OWNERS
from projects.record_kinds.work import WORK
from projects.services.merging import MERGE_KINDS, MergeKind

KINDS_OF_THIS_APP = (*OWNERS, *ENVIRONMENT, *FIGURES, *WORK)


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for kind in KINDS_OF_THIS_APP:
        register(kind)


def register_merges() -> None:
    """Let organisations and mines be merged with their like; called once, when the app is ready."""
    for kind in (
        MergeKind(
            "organisations",
            Organisation,
            lambda row: _("an organisation (%(kind)s)") % {"kind": row.get_kind_display()},
            lambda row: reverse("lists:row", kwargs={"code": "organisations", "pk": row.pk}),
        ),
        MergeKind(
            "projects",
            Project,
            lambda _row: _("a mine"),
            lambda row: reverse("projects:page", kwargs={"slug": row.slug}),
        ),
    ):
        MERGE_KINDS[kind.code] = kind


def register_pages() -> None:
    """Let the audit trail lead to records of this app that are none of the kinds; called once, when the app is ready."""
    pages, register_page = RecordAddresses, register_addresses
    register_page(Project, pages(Project.objects.visible_to, "projects:page", {"slug": "slug"}))
    register_page(
        ProjectAssignment,
        pages(
            lambda actor: ProjectAssignment.objects.filter(project__in=Project.objects.visible_to(actor)),
            "projects:page",
            {"slug": "project__slug"},
        ),
    )
    register_page(ImportBatch, pages(ImportBatch.objects.visible_to, "imports:page", {"pk": "id"}))
    everybody_sees = {
        Organisation: pages(lambda _: Organisation.objects.all(), "lists:row", {"pk": "id"}, {"code": "organisations"}),
        Mineral: pages(lambda _: Mineral.objects.all(), "lists:row", {"pk": "code"}, {"code": "minerals"}),
    }
    for model, its_pages in everybody_sees.items():
        register_page(model, its_pages)
