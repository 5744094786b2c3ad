"""Publishing: seal one document, chain it to the one before, and check the whole chain again.

The chain is gapless and cannot fork: one advisory lock serialises publishing, and `previous_sha256` is unique.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.two_people import refuse_lately_appointed
from compliance.evaluation import canonical
from compliance.evaluation.certainty import METHOD, certainty_of
from compliance.evaluation.judgement import RESULT_GRADES, RESULT_NUMBERS
from compliance.evaluation.scoring import judge
from compliance.evaluation.sealed import facts_of, rules_of
from compliance.models import Publication, PublishedPlace, Review, Scorecard, Takedown
from compliance.public_pages.communities import places_of
from compliance.public_pages.document import (
    FIRST_SCHEMA,
    Document,
    Json,
    read_document,
    read_text,
    shown_digest,
    shown_digests,
)
from compliance.public_pages.employment import employment_of
from compliance.public_pages.project import mine_of
from compliance.services.conflicts import refuse_own_entries
from compliance.services.corrections import note_corrections
from compliance.services.documents import basis_of, compose
from compliance.services.openings import NotOpened
from compliance.services.reviews import (
    append,
    lock_current,
    refuse_other_rules,
    refuse_out_of_turn,
    refuse_outdated,
    refuse_unseen,
    standing_of,
)
from compliance.services.small_numbers import (
    facts_with_hidden,
    hide_small_numbers,
    keep_salts,
    opened,
    outside_what_is_shown,
    overrides_in,
    refuse_what_tells,
    unlike_what_is_shown,
)
from projects.models import Project

CHAIN_LOCK = 727_001


@transaction.atomic
def approve_scorecard(*, actor: User, scorecard: Scorecard, seen: int | None = None) -> Review:
    """Say that every decision is made and the scorecard may be published by another person.

    The approval keeps a fingerprint of every word that would be published with the figures.
    """
    head = lock_current(scorecard)
    refuse_own_entries(actor, scorecard)
    standing = standing_of(scorecard)
    refuse_out_of_turn(standing, Review.Action.APPROVE)
    refuse_unseen(standing, seen)
    refuse_other_rules(scorecard, standing)
    refuse_outdated(head)
    if not standing.ready:
        raise ValidationError(
            _("Decide first on: %(codes)s."),
            code="undecided",
            params={"codes": ", ".join(standing.undecided)},
        )
    if standing.unopened:
        raise NotOpened(standing.unopened)
    shown = shown_digest(compose(scorecard, standing, timezone.localdate()))
    return append(actor, scorecard, Review.Action.APPROVE, shown_sha256=shown)


@transaction.atomic
def publish_scorecard(
    *, actor: User, scorecard: Scorecard, correction_reason: str = "", seen: int | None = None
) -> Publication:
    """Seal what the public will see of an approved scorecard; another person than its approver does it.

    Neither of the two was given a role by the other in the last seven days. A second publication of the same project and
    year corrects the first, and says why. What is sealed hides small numbers of people.
    """
    head = lock_current(scorecard)
    refuse_own_entries(actor, scorecard)
    standing = standing_of(scorecard)
    refuse_out_of_turn(standing, Review.Action.PUBLISH)
    if standing.approval is None or not standing.ready:
        raise ValidationError(_("A reviewer must approve it first."), code="not_approved")
    if standing.approval.reviewer_id == actor.pk:
        raise PermissionDenied(_("You approved it. Another person must publish."))
    refuse_lately_appointed(standing.approval.reviewer, actor)
    refuse_unseen(standing, seen)
    refuse_other_rules(scorecard, standing)
    refuse_outdated(head)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = Publication.objects.order_by("-sequence").first()
    corrected = Publication.objects.for_project(scorecard.project.slug).filter(year=scorecard.year).first()
    if corrected and not correction_reason.strip():
        raise ValidationError(
            {
                "reason": ValidationError(
                    _("This year is already published. Say what the new version corrects."), "required"
                )
            }
        )
    on = timezone.localdate(standing.approval.at)
    content = compose(scorecard, standing, on)
    if standing.approval.shown_sha256 not in shown_digests(content):
        raise ValidationError(
            _(
                "Names or words to be published have changed since the approval. Return it, to be looked at and approved again."
            ),
            code="changed_since_approval",
        )
    public, salts = hide_small_numbers(basis_of(scorecard, standing, on))
    now = timezone.now().replace(microsecond=0)
    document = public | {
        "sequence": last.sequence + 1 if last else 1,
        "previous": last.sha256 if last else None,
        "published_at": now,
        "supersedes": corrected.sha256 if corrected else None,
        "correction_reason": correction_reason or None,
    }
    refuse_what_tells(read_content(document, scorecard), scorecard)
    publication = seal(document, scorecard, approved_by=standing.approval.reviewer, published_by=actor)
    keep_salts(publication, salts)
    append(actor, scorecard, Review.Action.PUBLISH, reason=correction_reason)
    note_corrections({(scorecard.project_id, scorecard.year)})
    return publication


def is_published(project: Project) -> bool:
    """Whether anything was ever published of a mine."""
    return Publication.objects.for_project(project.slug).exists()


def seal(content: Json, scorecard: Scorecard, *, approved_by: User, published_by: User) -> Publication:
    """Store the canonical text with its fingerprint, and the places that it mentions."""
    text, document = canonical.dumps(content), read_content(content, scorecard)
    publication = Publication.objects.create(
        sequence=document.sequence,
        sha256=canonical.fingerprint(text),
        previous_sha256=document.previous,
        document=text,
        scorecard=scorecard,
        approved_by=approved_by,
        published_by=published_by,
        **columns_of(document),
    )
    PublishedPlace.objects.bulk_create(
        PublishedPlace(publication=publication, kind=kind, slug=slug, name=name)
        for (kind, slug), name in places_of(document).items()
    )
    return publication


def read_content(content: Json, scorecard: Scorecard) -> Document:
    """What is to be sealed of a scorecard, read back as everybody will read it."""
    return read_text(canonical.dumps(content), lambda _sha256: rules_of(scorecard.framework))


def columns_of(document: Document) -> dict[str, Any]:
    """The columns that pages search by, which repeat the document."""
    mine = mine_of(document)
    return {
        "project_slug": mine.slug,
        "project_name": mine.name,
        "operator_name": mine.operator.name if mine.operator else "",
        "country": mine.country,
        "year": document.year,
        "grade": document.scorecard.grade or "",
        "is_demo": document.demo,
        "published_at": document.published_at,
    }


@dataclass(frozen=True)
class Flaw:
    """Something in the chain that does not match."""

    sequence: int
    what: str


def find_flaws(expected_head: str = "") -> Iterator[Flaw]:
    """Recompute the chain, every document's fingerprint and every published score from the sealed facts and rules.

    `expected_head` is a fingerprint that a witness kept: a tail that was rewritten as a whole shows only there.
    """
    previous: str | None = None
    sequence = 0
    seen = False
    for publication in (
        Publication.objects.select_related("scorecard__project", "scorecard__framework", "takedown")
        .order_by("sequence")
        .prefetch_related("places")
        .iterator(chunk_size=100)
    ):
        sequence += 1
        if publication.sequence != sequence:
            yield Flaw(publication.sequence, f"number {sequence} is missing")
            sequence = publication.sequence
        yield from flaws_of(publication, previous)
        previous = publication.sha256
        seen = seen or previous == expected_head
    if expected_head and not seen:
        yield Flaw(sequence, f"the witnessed fingerprint {expected_head} is not in the chain")


def flaws_of(publication: Publication, previous: str | None) -> Iterator[Flaw]:
    """What is wrong with one publication, given the fingerprint of the one before."""
    number = publication.sequence
    if canonical.fingerprint(publication.document) != publication.sha256:
        yield Flaw(number, "the document does not have its fingerprint")
    if publication.previous_sha256 != previous:
        yield Flaw(number, "it does not point to the one before")
    yield from takedown_flaws(publication)
    try:
        document = read_document(publication)
        if canonical.dumps(document.sealed) != publication.document:
            yield Flaw(number, "the document is not in canonical form")
        if document.previous != publication.previous_sha256 or document.sequence != number:
            yield Flaw(number, "the document names another place in the chain")
        yield from framework_flaws(publication, document)
        yield from column_flaws(publication, document)
        yield from basis_flaws(publication, document)
        yield from score_flaws(number, document)
        yield from certainty_flaws(number, document)
    except (ValueError, LookupError, TypeError) as error:
        yield Flaw(number, f"the document cannot be read: {error}")


def framework_flaws(publication: Publication, document: Document) -> Iterator[Flaw]:
    """The rules are those of its scorecard's framework; where a document names them, the stored ones are these."""
    number, stored = publication.sequence, publication.scorecard.framework
    if document.framework_sha256 != stored.sha256:
        yield Flaw(number, "the rules are not those of its framework")
    elif document.schema != FIRST_SCHEMA and canonical.fingerprint(stored.text) != stored.sha256:
        yield Flaw(number, "the stored rules do not have their fingerprint")


def basis_flaws(publication: Publication, document: Document) -> Iterator[Flaw]:
    """What was published rests on the stored scorecard, and on two people's recorded steps."""
    number, scorecard = publication.sequence, publication.scorecard
    text = facts_with_hidden(publication, document)
    if canonical.fingerprint(text) != scorecard.facts_sha256 or text != scorecard.facts_text:
        yield Flaw(number, "the facts are not those of its scorecard")
    if (scorecard.project.slug, scorecard.year) != (mine_of(document).slug, document.year):
        yield Flaw(number, "its scorecard is of another project or year")
    yield from commitment_flaws(publication, document)
    workers = canonical.plain(employment_of(facts_of(scorecard)))
    steps = list(
        scorecard.reviews.filter(indicator="").order_by("pk").values_list("action", "reviewer", "shown_sha256")
    )
    approvals = [
        place
        for place, (action, reviewer, shown) in enumerate(steps)
        if (action, reviewer) == (Review.Action.APPROVE, publication.approved_by_id)
        and document.shows_what_was_approved(shown, workers)
    ]
    if not approvals:
        yield Flaw(number, "nobody approved what it shows")
    elif not any(
        action == Review.Action.PUBLISH and reviewer == publication.published_by_id
        for action, reviewer, _shown in steps[approvals[0] :]
    ):
        yield Flaw(number, "the step of publishing is not recorded")
    reviewed = Review.objects.filter(
        scorecard__project=scorecard.project_id, scorecard__year=scorecard.year, action=Review.Action.OVERRIDE
    )
    given = {(row.indicator, row.score, canonical.plain(row.reason)) for row in reviewed}
    for override in overrides_in(document):
        if (override.indicator, override.score, override.reason) not in given:
            yield Flaw(number, f"no reviewer gave the override of {override.indicator}")


def commitment_flaws(publication: Publication, document: Document) -> Iterator[Flaw]:
    """Every hidden count can be opened, nothing else is, and what it all came to lies where the document says."""
    number, commitments = publication.sequence, opened(publication, document)
    for one in commitments:
        if not one.holds:
            yield Flaw(number, f"the commitment to {one.covered.record} does not open")
    if publication.salts.count() != len(commitments):
        yield Flaw(number, "salts are kept that open nothing, or are missing")
    for what in outside_what_is_shown(publication, document):
        yield Flaw(number, what)


def takedown_flaws(publication: Publication) -> Iterator[Flaw]:
    """What stays public of a publication that was taken down is what the publication says."""
    taken_down: Takedown | None = getattr(publication, "takedown", None)
    if taken_down is None:
        return
    for name in ("sha256", "previous_sha256", "project_slug", "project_name", "year", "is_demo", "published_at"):
        if getattr(taken_down, name) != getattr(publication, name):
            yield Flaw(publication.sequence, f"its take-down says another {name}")


def column_flaws(publication: Publication, document: Document) -> Iterator[Flaw]:
    """The columns that pages search by, and the places that lead to it, repeat the document."""
    for name, value in columns_of(document).items():
        if getattr(publication, name) != value:
            yield Flaw(publication.sequence, f"the column {name} differs from the document")
    if {(place.kind, place.slug): place.name for place in publication.places.all()} != places_of(document):
        yield Flaw(publication.sequence, "the places that lead to it differ from the document")


def score_flaws(number: int, document: Document) -> Iterator[Flaw]:
    """Judge the sealed facts by the sealed rules again, and compare what was published.

    Where counts are hidden, by what is shown: so can anybody.
    """
    if document.covered:
        yield from (Flaw(number, what) for what in unlike_what_is_shown(document))
        return
    published = document.scorecard
    judgement = judge(document.framework, document.facts, overrides_in(document))
    for name in (*RESULT_NUMBERS, *RESULT_GRADES):
        was, now = getattr(published, name), getattr(judgement, name)
        if was != now:
            yield Flaw(number, f"{name} is published as {was}, and comes out as {now}")
    for outcome in published.outcomes:
        again = judgement.outcome(outcome.code)
        pairs = {name: (getattr(outcome, name), getattr(again, name)) for name in ("state", "score", "worst", "best")}
        pairs["value"] = outcome.measured.value, again.measured.value
        for name, (was, now) in pairs.items():
            if was != now:
                yield Flaw(number, f"{outcome.code} {name} is published as {was}")


def certainty_flaws(number: int, document: Document) -> Iterator[Flaw]:
    """Try again how sure the published grade is, where the document says it."""
    published = document.certainty
    if published is None:
        return
    if published.method != METHOD:
        yield Flaw(number, f"how sure the grade is was tried by {published.method}, which is not known here")
    elif published != certainty_of(document.scorecard):
        yield Flaw(number, "how sure the grade is comes out otherwise than published")
