"""Undoing an import: one person does it, unless it put statements into the ledger; then a second person confirms it."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Proposal, User
from accounts.roles import Role
from accounts.services.letters import NEWS, News
from accounts.services.proposals import (
    PROPOSAL_KINDS,
    ProposalKind,
    decides_everywhere,
    keys_asked_about,
    propose,
    second_people,
)
from projects.intake.targets import TARGETS
from projects.models import ImportBatch
from projects.services.intake import counts, held, undo_import

UNDO_OF_IMPORT = "import_undo"


@transaction.atomic
def ask_to_undo(*, actor: User, batch: ImportBatch, reason: str) -> Proposal | None:
    """Undo an import, or ask a second person to confirm that, and return what was asked for.

    Raises ValidationError where the import has moved on, is to be undone already, or no reason is given.
    """
    locked = held(batch, ImportBatch.State.IMPORTED)
    if TARGETS[locked.target].takes_two_to_undo(locked):
        return propose(actor=actor, kind=UNDO_OF_IMPORT, record=locked, reason=reason)
    undo_import(actor=actor, batch=locked, reason=reason)
    return None


def may_ask(actor: User, batch: ImportBatch) -> bool:
    """Whoever imports, of the imports that they see."""
    return actor.may("import.run") and ImportBatch.objects.visible_to(actor).filter(pk=batch.pk).exists()


def imports_seconded_by(actor: User) -> models.QuerySet[ImportBatch]:
    """The imports that somebody asked to undo: of their own organisation, and all for whoever decides everywhere."""
    rows = ImportBatch.objects.filter(pk__in=keys_asked_about(UNDO_OF_IMPORT))
    if decides_everywhere(actor):
        return rows
    return rows.filter(organisation__in=actor.organisation_ids_as(Role.MONITOR))


def undo(_actor: User, proposal: Proposal, batch: ImportBatch) -> None:
    """Promise it as whoever asked for it."""
    undo_import(actor=proposal.asked_by, batch=batch, reason=proposal.reason)


def rows_to_take_back(_proposal: Proposal, batch: ImportBatch) -> dict[str, Any]:
    """The import, and how many rows it brought."""
    known = counts(batch)
    return {"batch": batch, "rows": known["imported"] + known["undone"]}


def acts_for(actor: User) -> Organisation | None:
    """The organisation for which somebody asks or decides."""
    return actor.organisation_as(Role.MONITOR, Role.ADMINISTRATOR, Role.REVIEWER)


def page_of(batch: Any) -> str:
    """The page of an import."""
    return reverse("imports:page", kwargs={"pk": batch.pk})


def register_undo_requests() -> None:
    """Add the kind of proposal and its news; called once, when the app is ready."""
    NEWS[UNDO_OF_IMPORT] = News(
        _("Minka: an import of payments is undone"),
        _("An import is undone, and the payments that it brought are withdrawn. Asked for and confirmed by: %(by)s."),
    )
    PROPOSAL_KINDS[UNDO_OF_IMPORT] = ProposalKind(
        title=_("Undo an import"),
        consequence=_(
            "The payments that it brought are withdrawn, and stay visible as withdrawn. The file and its rows stay."
        ),
        subjects=imports_seconded_by,
        may_ask=may_ask,
        deciders=second_people,
        acts_for=acts_for,
        carry_out=undo,
        page=page_of,
        reads="import.view",
        template="projects/intake/undo_asked.html",
        told=rows_to_take_back,
    )
