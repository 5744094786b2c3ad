"""The steps of a project and year, from the first computation on, with a divider at each new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.audience import is_of_minkas_side, who_did_it
from accounts.models import User
from compliance.evaluation import canonical
from compliance.models import Review, Scorecard
from compliance.services.reviews import Standing


@dataclass(frozen=True)
class Event:
    """A step, or a computation where there is none."""

    at: datetime
    scorecard: Scorecard
    step: Review | None = None


def trail_of(scorecard: Scorecard, standing: Standing) -> list[Event]:
    """Everything done about the project and year, newest first; one query."""
    cards = Scorecard.objects.filter(project=scorecard.project_id, year=scorecard.year).order_by("pk")
    computed = [Event(card.computed_at, card) for card in cards.defer("facts_text", "judgement_text")]
    taken = [Event(step.at, step.scorecard, step) for step in standing.steps]
    return sorted([*computed, *taken], key=lambda event: (event.at, event.step.pk if event.step else 0), reverse=True)


def trail_table(reader: User, scorecard: Scorecard, trail: Iterable[Event]) -> list[tuple[object, ...]]:
    """The same, oldest first, in the reader's words: when, who, what and why; for companies the day and the organisation."""
    headings = (
        _("Project"),
        _("Year"),
        _("Scorecard"),
        _("When"),
        _("Who"),
        _("Step"),
        _("Fact"),
        _("Score"),
        _("Reason"),
    )
    return [headings, *((scorecard.project, scorecard.year, *row_of(reader, event)) for event in reversed(list(trail)))]


def row_of(reader: User, event: Event) -> tuple[object, ...]:
    """One step or computation; the time as a spreadsheet reads it, in local time."""
    at = f"{localtime(event.at):%Y-%m-%d %H:%M:%S}" if is_of_minkas_side(reader) else localtime(event.at).date()
    card, step = event.scorecard, event.step
    if step is None:
        sealed = f"SHA-256 {card.facts_sha256}"
        return (card.pk, at, "Minka", _("Computed"), "", spelt(card.score), sealed)
    by = who_did_it(reader, step.reviewer, step.at)
    return (card.pk, at, by, step.get_action_display(), step.indicator, spelt(step.score), step.reason)


def spelt(score: Decimal | None) -> str:
    """A score as it is stored, without the zeros behind it; empty where there is none."""
    return "" if score is None else canonical.spell(score)
