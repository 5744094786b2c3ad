"""By what organisations and mines are known: numbers in registers, names in other languages and of before, concessions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.models.columns import NameColumn
from accounts.roles import SEES_ALL_PROJECTS
from projects.models.columns import CountryColumn, DayColumn, HectaresColumn, RowColumn
from projects.models.holdings import ChainMember
from projects.models.projects import Project
from projects.models.records import Record, StandingManager
from projects.models.registers import REGISTERS, Scheme, clean_number, plain_code
from projects.models.rules import InOrder, NotNegative, OncePer
from projects.models.sources import Source


class OfOrganisationQuerySet(models.QuerySet[Any]):
    """Named reads of what is recorded of organisations."""

    def visible_to(self, user: User) -> OfOrganisationQuerySet:
        """All for overseers; else of those that run or own a visible mine, or entered for one's organisation."""
        if user.roles & SEES_ALL_PROJECTS:
            return self
        mines = Project.objects.visible_to(user)
        chains = ChainMember.objects.filter(project__in=mines).values("organisation")
        run = mines.filter(operator__isnull=False).values("operator")
        return self.filter(Q(organisation__in=chains) | Q(organisation__in=run) | Q(Source.held_by(user)))


class OrganisationIdentifierQuerySet(OfOrganisationQuerySet):
    """Named reads of numbers in registers."""

    def not_of_people(self) -> OrganisationIdentifierQuerySet:
        """Without numbers of people, in which their identity cards can be read: only these are published."""
        of_people = Q(organisation__kind=Organisation.Kind.PERSON)
        for scheme, register in REGISTERS.items():
            of_people |= Q(scheme=scheme) & ~Q(number__regex=register.not_of_people)
        return self.exclude(of_people)


class CalledOtherwise(Record):
    """What something is called beside its name; forms, searches and imports know it by that, too."""

    known_by: ClassVar[str]
    """the column that says how it is called"""
    kept_by: ClassVar[str]
    """the column of what is called so"""

    class Meta:
        abstract = True

    @property
    def kept(self) -> Any:
        """What is called so."""
        return getattr(self, self.kept_by)


class OrganisationIdentifier(CalledOtherwise):
    """The number of an organisation in a register; no two organisations have the same."""

    organisation = RowColumn(Organisation, related_name="identifiers", verbose_name=_("organisation"))
    scheme = models.CharField(_("register"), max_length=10, choices=Scheme)
    number = models.CharField(
        _("number"),
        max_length=30,
        help_text=_("Numbers of people, such as a RUC that does not begin with 20, are not published."),
    )

    known_by, kept_by = "number", "organisation"
    mines = "organisation__chains__project"

    objects = StandingManager.from_queryset(OrganisationIdentifierQuerySet)()
    with_withdrawn = OrganisationIdentifierQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "scheme", "number"]
        constraints = [
            OncePer(
                *("scheme", "number"),
                at="number",
                name="a_number_of_a_register_is_one_organisation_s",
                says=_("An organisation has this number already. Correct the number, or choose that organisation."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.get_scheme_display()})"

    def clean(self) -> None:
        """A number that its register cannot have given is refused; blanks and points in it are left out."""
        super().clean()
        if self.scheme and self.number:
            try:
                self.number = clean_number(self.scheme, self.number)
            except ValidationError as error:
                raise ValidationError({"number": error}) from None


class OtherName(CalledOtherwise):
    """What something is called beside its name, or was called before."""

    class Language(models.TextChoices):
        """By their codes in web pages."""

        SPANISH = "es", _("Spanish")
        ENGLISH = "en", _("English")
        QUECHUA = "qu", _("Quechua")
        AYMARA = "ay", _("Aymara")
        CHINESE = "zh", _("Chinese")
        JAPANESE = "ja", _("Japanese")
        KOREAN = "ko", _("Korean")
        PORTUGUESE = "pt", _("Portuguese")
        FRENCH = "fr", _("French")
        GERMAN = "de", _("German")

    name = NameColumn(_("other name"), max_length=200)
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    starts_on = DayColumn(_("from"), null=True, blank=True, help_text=_("Leave empty where nobody knows it."))
    ends_on = DayColumn(
        _("until"),
        null=True,
        blank=True,
        help_text=_("Of a former name: the first day on which it was called otherwise."),
    )

    stand_last = ("name", "language", "starts_on", "ends_on")
    known_by = "name"

    class Meta:
        abstract = True
        constraints = [
            InOrder(
                *("starts_on", "ends_on"),
                unknown=("starts_on", "ends_on"),
                name="%(class)s_ends_after_it_starts",
                says=_("The end must be after the start."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationName(OtherName):
    """What an organisation is called in another language or script, in short, or was called before."""

    organisation = RowColumn(Organisation, related_name="other_names", verbose_name=_("organisation"))

    kept_by = "organisation"
    mines = "organisation__chains__project"

    objects = StandingManager.from_queryset(OfOrganisationQuerySet)()
    with_withdrawn = OfOrganisationQuerySet.as_manager()

    class Meta(OtherName.Meta):
        ordering = ["organisation", "name"]
        constraints = [
            *OtherName.Meta.constraints,
            OncePer(
                *("organisation", "name"),
                at="name",
                name="an_other_name_of_an_organisation_is_recorded_once",
                says=_("This name of it is already here. Open and amend it."),
            ),
        ]


class MineName(OtherName):
    """What a mine is called in another language or script, in short, or was called before."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="other_names", verbose_name=_("project"))

    kept_by = "project"

    class Meta(OtherName.Meta):
        ordering = ["project", "name"]
        constraints = [
            *OtherName.Meta.constraints,
            OncePer(
                *("project", "name"),
                at="name",
                name="an_other_name_of_a_mine_is_recorded_once",
                says=_("This name of it is already here. Open and amend it."),
            ),
        ]


class Concession(Record):
    """A mining concession on which a mine stands; each is of one mine, and each country has its own codes."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="concessions", verbose_name=_("project"))
    code = NameColumn(_("code of the concession"), max_length=30, help_text=_("As the mining register spells it."))
    title = NameColumn(_("name of the concession"), max_length=150, blank=True)
    holder = RowColumn(Organisation, null=True, blank=True, verbose_name=_("holder of the title"))
    hectares = HectaresColumn(_("hectares"))
    titled_on = DayColumn(_("day of the title"), happened=True, null=True, blank=True)
    country = CountryColumn(_("country"), max_length=2, blank=True, editable=False)
    plain_code = models.CharField(_("code without marks"), max_length=50, default="", editable=False)

    class Meta:
        ordering = ["project", "code"]
        constraints = [
            OncePer(
                *("country", "plain_code"),
                at="code",
                name="a_concession_is_of_one_mine",
                says=_("A mine of this country has a concession of this code already. Correct the code or the mine."),
            ),
            NotNegative("hectares", says=_("A number of hectares cannot be negative.")),
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """It lies in the country of its mine, whose register gives the code; with other marks it is the same code."""
        super().clean()
        self.country = self.project.country
        plain = plain_code(self.country, self.code)
        if self.plain_code.partition(" ")[0] != plain:  # one of two that were on record before the rule keeps its own
            self.plain_code = plain

    def concerned_years(self) -> None:
        """Every year that is open: it lasts."""
