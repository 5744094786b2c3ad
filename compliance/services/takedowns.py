"""Taking a publication down: two people, and its reason is public. The chain keeps its place; it can be published anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Proposal, User
from accounts.roles import Role
from accounts.services.audit import state_of, write_audit
from accounts.services.letters import NEWS, News
from accounts.services.proposals import PROPOSAL_KINDS, ProposalKind, people_who_decide
from compliance.evaluation import canonical
from compliance.models import Publication, Review, Takedown
from compliance.models.publications import PublicationQuerySet
from compliance.services.notices import tell_of_takedown
from projects.models import Project
from projects.services.erasures import WHERE_ELSE, Held

TAKEDOWN = "takedown"


def publications_seen(actor: User) -> PublicationQuerySet:
    """The publications of the projects that somebody sees, without their documents."""
    rows = Publication.objects.filter(scorecard__project__in=Project.objects.visible_to(actor))
    return rows.select_related("takedown").defer("document").order_by("-year", "-sequence")


def may_ask(actor: User, publication: Publication) -> bool:
    """Administrators and reviewers of the mine, as long as it stands."""
    seen = publications_seen(actor).readable().filter(pk=publication.pk)
    return actor.may("publication.take_down") and seen.exists()


def acts_for(actor: User) -> Organisation | None:
    """The organisation that is named in public."""
    return actor.organisation_as(Role.ADMINISTRATOR) or actor.organisation_as(Role.REVIEWER)


def take_down(actor: User, proposal: Proposal, publication: Publication) -> None:
    """Let the public read of a publication no more than that it was taken down, when, why and by which organisations."""
    organisations = [one.name for one in (proposal.asked_for, proposal.decided_for) if one]
    taken_down = Takedown.objects.create(
        publication=publication,
        proposal=proposal,
        sha256=publication.sha256,
        previous_sha256=publication.previous_sha256,
        project_slug=publication.project_slug,
        project_name=publication.project_name,
        year=publication.year,
        is_demo=publication.is_demo,
        published_at=publication.published_at,
        taken_down_at=timezone.now(),
        reason=proposal.reason,
        taken_down_by=list(dict.fromkeys(organisations)),
    )
    write_audit(actor=actor, verb="taken_down", record=taken_down, before=state_of(taken_down), reason=proposal.reason)
    tell_of_takedown(actor, taken_down)


def sealed_with(record: Any, texts: Iterable[str]) -> list[Held]:
    """The publications that stand and the steps of review in which any of some texts about a record stand."""
    about = getattr(record, "disbursement", record)
    project = about if isinstance(about, Project) else getattr(about, "project", None)
    in_document, in_step = Q(pk__in=[]), Q(pk__in=[])
    for text in texts:
        in_document |= Q(document__contains=canonical.dumps_plain(text)[1:-1])
        in_step |= Q(reason__contains=text)
    publications = Publication.objects.readable().filter(in_document, scorecard__project=project).defer("document")
    steps = Review.objects.filter(in_step, scorecard__project=project).order_by("pk")
    return [
        *(Held(str(one), reverse("reviews:publications", kwargs={"slug": one.project_slug})) for one in publications),
        *(Held(str(one), reverse("reviews:scorecard", kwargs={"pk": one.scorecard_id})) for one in steps),
    ]


def page_of(publication: Publication) -> str:
    """The review page of what was published."""
    return reverse("reviews:scorecard", kwargs={"pk": publication.scorecard_id})


def register_takedowns() -> None:
    """Add the kind of proposal, its news, and where erased words may stand; called once, when the app is ready."""
    WHERE_ELSE.append(sealed_with)
    NEWS[TAKEDOWN] = News(
        _("Minka: a publication was taken down"),
        _("A publication was taken down: %(what)s. Asked for and confirmed by: %(by)s."),
    )
    PROPOSAL_KINDS[TAKEDOWN] = ProposalKind(
        title=_("Take a publication down"),
        consequence=_(
            "Its pages and files then say nothing but that it was taken down, when, why and by which organisations. "
            "Its place in the chain stays, and the year can be published anew."
        ),
        subjects=publications_seen,
        may_ask=may_ask,
        deciders=people_who_decide,
        acts_for=acts_for,
        carry_out=take_down,
        page=page_of,
    )
