"""Mining projects, their phases, minerals, owners, and who follows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.postgres.search import TrigramWordSimilarity
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.models import Organisation, User
from accounts.models.columns import NameColumn
from accounts.models.merges import Mergeable, called_like, former_names
from accounts.roles import SEES_ALL_PROJECTS, Role
from projects.geometry import Polygons, Position
from projects.models.columns import (
    AmountColumn,
    CountryColumn,
    CurrencyColumn,
    DayColumn,
    DegreesColumn,
    PercentColumn,
    RowColumn,
    YearColumn,
)
from projects.models.places import Area, Boundary, check_in_country
from projects.models.records import Record, StandingManager
from projects.models.rules import BothOrNone, Check, InOrder, NoOverlap, OncePer
from projects.models.rules import DateRange as DateRange  # migrations know it by this place
from projects.models.shares import Share, ShareQuerySet, rules_of_a_share
from projects.models.sources import Source

SOUTH_OF_ALL_MINES = -60
"""Degrees of latitude: from there on the Antarctic Treaty holds, whose Protocol of Madrid (article 7) forbids mining."""
DEGREES = ("latitude", "longitude")
RULES_OF_A_POSITION = (
    BothOrNone(
        *DEGREES,
        name="a_mine_has_both_coordinates_or_none",
        says=_("Give latitude and longitude, or neither."),
    ),
    Check(
        at="latitude",
        condition=Q(latitude__isnull=True) | Q(latitude__gt=SOUTH_OF_ALL_MINES),
        name="no_mine_lies_in_the_antarctic",
        says=_("Nobody may mine so far south. Are latitude and longitude exchanged?"),
    ),
)


class Mineral(models.Model):
    """What is dug, and what the world uses it for."""

    code = models.SlugField(_("short name"), primary_key=True, max_length=30)
    name_en = NameColumn(_("name in English"), max_length=60)
    name_es = NameColumn(_("name in Spanish"), max_length=60)
    uses_en = models.CharField(_("what the world uses it for, in English"), max_length=200, blank=True)
    uses_es = models.CharField(_("what the world uses it for, in Spanish"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_es if get_language() == "es" else self.name_en


class ProjectQuerySet(models.QuerySet["Project"]):
    """Named reads of projects."""

    def visible_to(self, user: User) -> ProjectQuerySet:
        """Projects that a person may see: all, their country's, or those their organisation follows or owns."""
        if user.roles & SEES_ALL_PROJECTS:
            return self
        condition = Q(pk__in=[])
        for membership in user.active_memberships:
            if membership.role == Role.REVIEWER:
                condition |= Q(country=membership.organisation.country)
            elif membership.role == Role.MONITOR:
                condition |= Q(
                    pk__in=ProjectAssignment.objects.filter(organisation=membership.organisation).values("project")
                )
                condition |= Q(Source.entered_for_one_of([membership.organisation_id]))
        return self.filter(condition | Q(pk__in=Project.with_withdrawn.run_by(user).values("pk")))

    def run_by(self, user: User) -> ProjectQuerySet:
        """Projects that a company for which this person speaks operates, or of which it holds a stake today."""
        companies = user.organisation_ids_as(Role.OPERATOR)
        stakes = OwnershipStake.objects.in_force(timezone.localdate()).filter(owner__in=companies)
        return self.filter(Q(operator__in=companies) | Q(pk__in=stakes.values("project")))

    def with_merged(self) -> models.QuerySet[Project]:
        """These, and what was merged into them: the ledger names that for ever."""
        return Project.with_withdrawn.filter(
            Q(pk__in=self.order_by().values("pk")) | Q(pk__in=former_names(self).values("pk"))
        )

    def search(self, text: str, user: User) -> ProjectQuerySet:
        """Projects whose name, other names, operator or area resemble the text."""
        similar = Q(name__unaccent__icontains=text) | Q(operator__name__unaccent__icontains=text)
        return (
            self.annotate(likeness=TrigramWordSimilarity(text, "name"))
            .filter(
                similar
                | Q(areas__name__unaccent__icontains=text)
                | Q(likeness__gt=0.5)
                | called_like(Project.objects.all(), text, user)
            )
            .distinct()
        )


class Project(Mergeable, Record):
    """One mining project; every dated fact hangs on it."""

    class Stratum(models.TextChoices):
        LARGE_OR_MEDIUM = "large-or-medium", _("Large or medium (general regime)")
        SMALL = "small", _("Small-scale (small mining producer)")
        ARTISANAL = "artisanal", _("Artisanal (artisanal mining producer)")

    name = NameColumn(_("name"), max_length=150)
    slug = models.SlugField(max_length=80, unique=True, editable=False)
    country = CountryColumn(_("country"), max_length=2, default="PE", help_text=_("Two letters, as in ISO 3166."))
    operator = RowColumn(
        Organisation, null=True, blank=True, related_name="operated_projects", verbose_name=_("operator")
    )
    minerals = models.ManyToManyField(Mineral, blank=True, related_name="projects", verbose_name=_("minerals"))
    areas = models.ManyToManyField(
        Area,
        blank=True,
        related_name="projects",
        verbose_name=_("districts or region"),
        help_text=_("The districts where the mine lies; the region where no district is known."),
    )
    latitude = DegreesColumn(
        _("latitude"),
        most=90,
        null=True,
        blank=True,
        help_text=_("In degrees, such as -14.08: below zero in the south. Where the works are."),
    )
    longitude = DegreesColumn(
        _("longitude"), null=True, blank=True, help_text=_("In degrees, such as -72.33: below zero in the west.")
    )
    investment_amount = AmountColumn(_("planned investment"), currency="investment_currency", null=True, blank=True)
    investment_currency = CurrencyColumn(_("currency of the investment"), suggested="USD", blank=True)
    stage_as_reported = models.CharField(_("stage, in the source's words"), max_length=80, blank=True)
    start_year = YearColumn(
        _("expected first year of production"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
    )
    stratum = models.CharField(
        _("size by law"),
        max_length=15,
        choices=Stratum,
        blank=True,
        help_text=_(
            "In Peru as the ministry's register says: small and artisanal mines by Ley 27651, all others by the general "
            "regime. It decides which study is enough. Leave empty what nobody knows."
        ),
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = StandingManager.from_queryset(ProjectQuerySet)()
    with_withdrawn = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            OncePer(
                "country",
                "name",
                at="name",
                name="a_project_name_is_used_once_in_a_country",
                says=_(
                    "A project of this name already exists in this country. If you do not see it in your list, ask an "
                    "administrator to let your organisation follow it."
                ),
            ),
            Check(
                at="investment_currency",
                condition=Q(investment_amount__isnull=True) | ~Q(investment_currency=""),
                name="an_investment_says_its_currency",
                says=_("Say in which currency the investment is."),
            ),
            *RULES_OF_A_POSITION,
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Where it lies, it lies in its country, as far as boundaries are loaded."""
        super().clean()
        if self.position:
            check_in_country(self.position, Boundary.objects.land_of(self.country), "latitude")

    @property
    def position(self) -> Position | None:
        """Longitude and latitude, where both are known."""
        if self.latitude is None or self.longitude is None:
            return None
        return float(self.longitude), float(self.latitude)

    def check_position(self, land: Sequence[Polygons]) -> None:
        """Raise ValidationError, by column, where this position cannot be that of a mine of the country with this `land`."""
        self.clean_fields(exclude={column.name for column in self._meta.fields} - {*DEGREES})
        for rule in RULES_OF_A_POSITION:
            rule.validate(Project, self)
        if self.position:
            check_in_country(self.position, land, "latitude")

    def concerned_years(self) -> None:
        """Every year that is open: which study is enough depends on the size of the mine."""

    @property
    def phase_today(self) -> PhasePeriod | None:
        """The phase that lasts, where one is recorded."""
        return next((phase for phase in self.phases.all() if phase.lasts_on(timezone.localdate())), None)

    @property
    def project(self) -> Project:
        """Facts say which project they concern; a project concerns itself."""
        return self


class ProjectAssignment(models.Model):
    """An organisation follows a project: its monitors see and enter the project's records."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="assignments")
    organisation = RowColumn(Organisation, related_name="assignments")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "organisation"], name="an_organisation_follows_a_project_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} follows {self.project}"


class PhasePeriod(Record):
    """A project was in one phase from one day to the day before another."""

    class Phase(models.TextChoices):
        EXPLORATION = "exploration", _("Exploration")
        DEVELOPMENT = "development", _("Development")
        OPERATION = "operation", _("Operation")
        CLOSURE = "closure", _("Closure and reclamation")

    project = models.ForeignKey(Project, models.PROTECT, related_name="phases", verbose_name=_("project"))
    phase = models.CharField(_("phase"), max_length=12, choices=Phase)
    starts_on = DayColumn(_("from"))
    ends_on = DayColumn(_("until"), null=True, blank=True, help_text=_("Leave empty while it lasts."))

    year_column = "starts_on"

    class Meta:
        ordering = ["project", "-starts_on"]
        constraints = [
            InOrder(
                "starts_on",
                "ends_on",
                unknown=["ends_on"],
                name="a_phase_ends_after_it_starts",
                says=_("The end must be after the start."),
            ),
            NoOverlap(
                "project",
                "starts_on",
                "ends_on",
                name="phases_of_a_project_do_not_overlap",
                says=_("This project already has a phase at that time. End the earlier one first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_phase_display()}, {long_date(self.starts_on)}"

    def lasts_on(self, day: date) -> bool:
        """Whether the project is in this phase on a day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


class OwnershipStake(Share):
    """An owner held a share of a project for a time; at no date do the shares exceed 100 %."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="stakes", verbose_name=_("project"))
    owner = RowColumn(Organisation, related_name="stakes", verbose_name=_("owner"))
    carried_percent = PercentColumn(
        _("of this, carried by others, %"),
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("In a joint venture: the part of the mine that this partner holds while others pay its costs."),
    )
    carried_by = RowColumn(Organisation, null=True, blank=True, verbose_name=_("who pays for it"))
    carried_until = DayColumn(
        _("carried until"),
        null=True,
        blank=True,
        help_text=_("Leave empty where no day was agreed, or nobody says it."),
    )

    of = "project"

    objects = StandingManager.from_queryset(ShareQuerySet)()
    with_withdrawn = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["project", "-starts_on", "-share_percent"]
        constraints = [
            *rules_of_a_share("stake"),
            Check(
                at="carried_percent",
                condition=Q(carried_percent__isnull=True)
                | Q(carried_percent__gt=0, carried_percent__lte=F("share_percent")),
                name="what_others_carry_is_at_most_the_share",
                says=_("What others pay for is more than 0 and at most the share itself."),
            ),
            InOrder(
                "starts_on",
                "carried_until",
                unknown=["carried_until"],
                name="a_share_is_carried_after_it_is_held",
                says=_("It is carried until a day on which the share was not held yet."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner}: {self.share_percent.normalize():f} %"

    def clean(self) -> None:
        """Nobody carries a share of one's own."""
        super().clean()
        if self.carried_by_id and self.carried_by_id == self.owner_id:
            message = _("An owner does not carry its own share. Choose who pays for it.")
            raise ValidationError({"carried_by": ValidationError(message, "carries_itself")})
