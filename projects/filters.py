"""Search and filters of lists."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import signed_in
from projects.kinds import RecordKind
from projects.models import Area, Mineral, PhasePeriod, Project, Source


def withdrawn_choice() -> Any:
    """Whether records that were withdrawn are listed, too."""
    return django_filters.ChoiceFilter(
        label=_("Withdrawn"),
        empty_label=_("Not shown"),
        choices=[("all", _("Shown, too")), ("only", _("Nothing else"))],
        method="by_withdrawal",
    )


class HidesWithdrawn:
    """A filter that lists records which were withdrawn to whoever asks for them."""

    def filter_queryset(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """What was asked for; what stands, unless the answer says otherwise."""
        if not self.form.cleaned_data.get("withdrawn"):  # type: ignore[attr-defined]
            rows = rows.filter(withdrawn_at__isnull=True)
        found: QuerySet[Any] = super().filter_queryset(rows)  # type: ignore[misc]
        return found

    def by_withdrawal(self, rows: QuerySet[Any], name: str, asked: str) -> QuerySet[Any]:
        """All, or only those that were withdrawn."""
        return rows.filter(withdrawn_at__isnull=False) if asked == "only" else rows


class ProjectFilter(HidesWithdrawn, django_filters.FilterSet):
    """Search by words; narrow by mineral, region and the phase that lasts today."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words")
    mineral = django_filters.ModelChoiceFilter(
        label=_("Mineral"), queryset=Mineral.objects.all(), field_name="minerals"
    )
    region = django_filters.ModelChoiceFilter(label=_("Region"), queryset=Area.objects.regions(), method="by_region")
    phase = django_filters.ChoiceFilter(label=_("Phase"), choices=PhasePeriod.Phase.choices, method="by_phase")
    withdrawn = withdrawn_choice()

    class Meta:
        model = Project
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Project], name: str, text: str) -> QuerySet[Project]:
        """Names, operators and areas that resemble the words."""
        return rows.filter(pk__in=Project.objects.search(text, signed_in(self.request)).values("pk"))

    def by_region(self, rows: QuerySet[Project], name: str, region: Area) -> QuerySet[Project]:
        """Projects with an area in the region, at whatever level."""
        return rows.filter(areas__country=region.country, areas__code__startswith=region.code).distinct()

    def by_phase(self, rows: QuerySet[Project], name: str, phase: str) -> QuerySet[Project]:
        """Projects whose lasting phase is this one."""
        today = timezone.localdate()
        lasting = PhasePeriod.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today)
        return rows.filter(pk__in=lasting.filter(phase=phase).values("project"))


class RecordFilter(HidesWithdrawn, django_filters.FilterSet):
    """Records of any kind: search by words; narrow by who says so and how sure it is."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words")
    voice = django_filters.ChoiceFilter(
        label=_("Who says so"), choices=Source.Voice.choices, field_name="source__voice"
    )
    year = django_filters.ChoiceFilter(label=_("Year"), method="by_year")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Source.State.choices, method="by_state")
    entered = django_filters.ChoiceFilter(
        label=_("Entered by"), choices=[("me", _("me, newest first"))], method="by_person"
    )
    withdrawn = withdrawn_choice()

    def __init__(self, kind: RecordKind, *args: Any, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        years = kind.years(self.queryset)
        if years:
            self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]
        else:
            del self.filters["year"]

    def by_words(self, rows: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        """Rows in which one of the kind's searched columns has the text."""
        return self.kind.found(rows, text)

    def by_state(self, rows: QuerySet[Any], name: str, state: str) -> QuerySet[Any]:
        """Records that are as sure as this."""
        return rows.filter(Source.standing_as(state))

    def by_year(self, rows: QuerySet[Any], name: str, year: str) -> QuerySet[Any]:
        """What belongs to the year."""
        return self.kind.of_year(rows, int(year))

    def by_person(self, rows: QuerySet[Any], name: str, who: str) -> QuerySet[Any]:
        """What the reader entered, the newest first."""
        return rows.filter(source__entered_by=self.request.user).order_by("-source__entered_at", "-pk")
