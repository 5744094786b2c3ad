"""The night: what a day that has passed changes is judged again, and everything once a week, a part of it each night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.services.jobs import Claim, JobKind
from accounts.services.regular import done_up_to, note_done, register_regular
from compliance.evaluation.facts import TABLES
from compliance.evaluation.gathering import Pair, model_of
from compliance.models import ScorecardHead
from compliance.services.production import A_MONTH, reporting_pairs, request_evaluation, years_reported
from projects.models import Project

NIGHT = "night"
NIGHTS = 7
"""in how many nights everything is judged again"""


@dataclass(frozen=True)
class Look:
    """What is to be judged, as seen on a day."""

    on: date
    pairs: set[Pair]


def pairs_due(since: date, on: date) -> set[Pair]:
    """Projects and years in which something fell due, began or was counted last too long ago, since the look of a day.

    A fixed number of queries by due day, whatever the number of projects, and those of each year that began.
    """
    counted_long_ago = ScorecardHead.objects.filter(
        project__withdrawn_at__isnull=True, year=on.year, scorecard__as_of__lt=on - A_MONTH
    )
    pairs: set[Pair] = set(counted_long_ago.values_list("project_id", "year"))
    for table in TABLES:
        for day in table.days:
            passed = {f"{day}__gte": since, f"{day}__lt": on}
            pairs |= years_reported(model_of(table)._default_manager.filter(**passed), [f"{day}__year"])
    for year in range(since.year + 1, on.year + 1):
        pairs |= reporting_pairs(year=year)
    return pairs


def pairs_in_turn(since: date, on: date) -> set[Pair]:
    """The projects whose turn came since the look of a day, each with its first year: the later ones follow by themselves."""
    turns = {(on - timedelta(days=back)).toordinal() % NIGHTS for back in range(min((on - since).days, NIGHTS))}
    projects = Project.objects.alias(turn=F("pk") % NIGHTS).filter(turn__in=turns).values_list("pk", flat=True)
    return set(dict(sorted(reporting_pairs(projects), reverse=True)).items())


def look(claim: Claim) -> Look:
    """What is to be judged since the last look, however long ago that was; the first one sees everything."""
    on = timezone.localdate()
    since = done_up_to(NIGHT) or on - timedelta(days=NIGHTS)
    due = pairs_due(since, on)
    claim.report(0, 0)
    return Look(on, due | pairs_in_turn(since, on))


def promise_looked_at(_claim: Claim, seen: Look) -> None:
    """Promise it behind all that people wait for, and keep the day of the look."""
    request_evaluation(seen.pairs, actor=None)
    note_done(NIGHT, seen.on)


def register_nights() -> None:
    """Make the look of each night known."""
    register_regular(NIGHT, JobKind(gettext_lazy("Looking for what fell due"), look, promise_looked_at))
