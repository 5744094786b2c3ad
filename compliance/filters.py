"""Search and filters of the queue and of the runs."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.models import Job
from accounts.models.jobs import JobQuerySet
from compliance.models import ScorecardHead
from compliance.models.scorecards import CLOSED_STEPS, OPEN_STEPS, ScorecardHeadQuerySet

FAILING = "failing"


class QueueFilter(django_filters.FilterSet):
    """By project, year and how far review has come."""

    STEPS = (
        ("open", _("To review")),
        ("approve", _("Waiting for a second person")),
        ("return", _("Returned")),
        ("asked", _("A question waits for the company")),
        ("answered", _("The company has answered")),
        ("publish", _("Published")),
    )
    q = django_filters.CharFilter(label=_("Project"), field_name="project__name", lookup_expr="unaccent__icontains")
    year = django_filters.NumberFilter(label=_("Year"))
    step = django_filters.ChoiceFilter(label=_("Step"), choices=STEPS, method="by_step")

    class Meta:
        model = ScorecardHead
        fields: list[str] = []

    def by_step(self, rows: ScorecardHeadQuerySet, name: str, step: str) -> ScorecardHeadQuerySet:
        """Open means that a reviewer is to decide, for the first time or again."""
        if step in ("asked", "answered"):
            return rows.filter(**{f"{step}__gt": 0})
        return rows.at_step(*{"open": OPEN_STEPS, "publish": CLOSED_STEPS}.get(step, (step,)))


class RunFilter(django_filters.FilterSet):
    """By state."""

    STATES = (*Job.State.choices, (FAILING, _("Failing")))
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="by_state")

    class Meta:
        model = Job
        fields: list[str] = []

    def by_state(self, rows: JobQuerySet, name: str, state: str) -> JobQuerySet:
        """Failing are those of the waiting ones of which an attempt has failed."""
        return rows.failing() if state == FAILING else rows.filter(state=state)
