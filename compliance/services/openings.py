"""Opening the lines of a scorecard: who looked at which outcome, with its records and files, before it is accepted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from compliance.evaluation.sealed import judgement_of, records_digest
from compliance.models import Opening, Scorecard
from compliance.services.conflicts import conflict_of

OPEN_FIRST = _("Open first, with the records and files, what carries weight and is new or changed:")


class NotOpened(ValidationError):
    """A step rests on lines that carry weight and that nobody opened who should have."""

    def __init__(self, indicators: Iterable[str]) -> None:
        self.indicators = tuple(indicators)
        params = {"words": OPEN_FIRST, "codes": ", ".join(self.indicators)}
        super().__init__("%(words)s %(codes)s", code="not_opened", params=params)


def open_line(*, actor: User, scorecard: Scorecard, indicator: str) -> None:
    """Record that a reviewer opened one line, once; whoever may not review the mine only reads it."""
    if not actor.may("review.decide") or conflict_of(actor, scorecard) is not None:
        return
    shown = records_digest(scorecard, judgement_of(scorecard).by_code[indicator])
    opening = Opening(scorecard=scorecard, indicator=indicator, reviewer=actor, records_sha256=shown)
    Opening.objects.bulk_create([opening], ignore_conflicts=True)


def openings_of(scorecard: Scorecard) -> Mapping[str, frozenset[int]]:
    """The keys of the reviewers who opened each line exactly as it is now, on this scorecard or on an earlier one."""
    now = judgement_of(scorecard).by_code
    openings = (
        Opening.objects.filter(scorecard__project=scorecard.project_id, scorecard__year=scorecard.year)
        .select_related("scorecard__framework")
        .defer("scorecard__facts_text", "scorecard__framework__text")
    )
    found: defaultdict[str, set[int]] = defaultdict(set)
    for opening in openings:
        outcome = now.get(opening.indicator)
        if (
            outcome is not None
            and outcome.says_the_same_as(judgement_of(opening.scorecard).by_code.get(outcome.code))
            and opening.records_sha256 == records_digest(scorecard, outcome)
        ):
            found[outcome.code].add(opening.reviewer_id)
    return {code: frozenset(reviewers) for code, reviewers in found.items()}
