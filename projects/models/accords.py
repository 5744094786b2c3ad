"""What a State agreed with another State or with a company about a mine, what was promised in it, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.models.columns import NameColumn
from projects.models.columns import AmountColumn, CountryColumn, CurrencyColumn, DayColumn, RowColumn, SentenceColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, InOrder, OncePer
from projects.models.sources import Source


class Accord(Record):
    """An accord between States, or a contract of a State with a company, under which a mine works."""

    class Instrument(models.TextChoices):
        BETWEEN_STATES = "between-states", _("Accord between States")
        INVESTMENT = "investment", _("Investment contract")
        STABILITY = "stability", _("Stability contract")
        MEMORANDUM = "memorandum", _("Memorandum of understanding")

    project = models.ForeignKey(Project, models.PROTECT, related_name="accords", verbose_name=_("project"))
    title = NameColumn(_("title"), max_length=200)
    instrument = models.CharField(_("what it is"), max_length=14, choices=Instrument)
    partner_country = CountryColumn(
        _("country of the other side"),
        max_length=2,
        help_text=_("Of the other State, or of the company: two letters, as in ISO 3166."),
    )
    company = RowColumn(
        Organisation,
        null=True,
        blank=True,
        verbose_name=_("company that signed it"),
        help_text=_("Leave empty where only States did."),
    )
    signed_on = DayColumn(_("signed on"), happened=True)
    ends_on = DayColumn(_("ends on"), null=True, blank=True)
    text_withheld = models.BooleanField(_("text withheld by a confidentiality clause"), null=True, blank=True)

    year_column = "signed_on"

    class Meta:
        ordering = ["project", "-signed_on", "pk"]
        constraints = [
            InOrder(
                "signed_on",
                "ends_on",
                unknown=["ends_on"],
                name="an_accord_ends_after_it_was_signed",
                says=_("It ends before it was signed."),
            ),
            Check(
                at="company",
                condition=Q(company__isnull=True) | ~Q(instrument="between-states"),
                name="an_accord_between_states_is_signed_by_no_company",
                says=_(
                    "Only States sign an accord between States. Choose another instrument, or leave the company empty."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def silent_columns(self) -> frozenset[str]:
        """Also the company where only States sign."""
        between_states = self.instrument == self.Instrument.BETWEEN_STATES
        return super().silent_columns() | ({"company"} if between_states else set())

    @classmethod
    def with_mines(cls, records: Iterable[Accord]) -> Iterator[tuple[Accord, int]]:
        """Each with the mine with which it was entered, and with all others that it is about; one query for all."""
        accords = {record.pk: record for record in records}
        found = defaultdict[int, set[int]](set, {key: {one.project_id} for key, one in accords.items()})
        for accord, project in AccordMine.objects.filter(accord__in=accords).values_list("accord", "project"):
            found[accord].add(project)
        return ((accords[key], project) for key, projects in found.items() for project in sorted(projects))


class AccordMine(Record):
    """One more mine under an accord that was entered with another: the accord and its promises stay on record once."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="accord_mines", verbose_name=_("project"))
    accord = models.ForeignKey(
        Accord,
        models.PROTECT,
        related_name="mines",
        verbose_name=_("accord"),
        help_text=_("As it was entered with another mine. Its promises stay there."),
    )
    clause = models.CharField(_("clause or page"), max_length=60, blank=True)

    class Meta:
        ordering = ["project", "accord"]
        constraints = [
            OncePer(
                "project",
                "accord",
                at="accord",
                name="a_mine_is_under_an_accord_once",
                says=_("This mine is under this accord already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.accord)

    def concerned_years(self) -> list[int] | None:
        """Those of its accord."""
        return self.accord.concerned_years()


class AccordPromise(Record):
    """One thing that an accord promises, and what came of it as far as somebody says so."""

    class Subject(models.TextChoices):
        INVESTMENT = "investment", _("Investment")
        TRAINING = "training", _("Training")
        TECHNOLOGY = "technology", _("Technology")
        INFRASTRUCTURE = "infrastructure", _("Infrastructure")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        NOTHING = "nothing", _("Nothing came")
        PART = "part", _("A part came")
        ALL = "all", _("All of it came")

    accord = models.ForeignKey(Accord, models.PROTECT, related_name="promises", verbose_name=_("accord"))
    subject = models.CharField(_("about"), max_length=14, choices=Subject)
    description = SentenceColumn(
        _("what was promised"), max_length=300, help_text=_("It stands on public pages; name no person.")
    )
    amount = AmountColumn(_("amount promised"), currency="currency", null=True, blank=True)
    came_amount = AmountColumn(_("amount that came"), currency="currency", null=True, blank=True)
    currency = CurrencyColumn(_("currency"), blank=True)
    due_by = DayColumn(_("due on"), null=True, blank=True, help_text=_("Leave empty where no day was agreed."))
    outcome = models.CharField(
        _("what came"), max_length=7, choices=Outcome, blank=True, help_text=_("Leave empty while nobody knows it.")
    )
    known_on = DayColumn(_("as known on"), happened=True, null=True, blank=True)
    came_voice = models.CharField(
        _("who says what came"),
        max_length=10,
        choices=Source.Voice,
        blank=True,
        help_text=_("Leave empty where the same source says it that tells of the promise."),
    )
    came_document = SentenceColumn(
        _("document that says what came"),
        max_length=300,
        blank=True,
        help_text=_("Title, number or web address. It stands on public pages; name no person."),
    )

    class Meta:
        ordering = ["accord", "due_by", "pk"]
        constraints = [
            Check(
                at="currency",
                condition=Q(amount__isnull=True, came_amount__isnull=True) | ~Q(currency=""),
                name="amounts_of_a_promise_have_a_currency",
                says=_("Say in which currency it is."),
            ),
            Check(
                at="known_on",
                condition=Q(outcome="", came_amount__isnull=True) | Q(known_on__isnull=False),
                name="what_came_is_known_on_a_day",
                says=_("Say on which day this was known: more can have come since."),
            ),
            Check(
                at="outcome",
                condition=Q(came_voice="", came_document="") | ~Q(outcome="") | Q(came_amount__isnull=False),
                name="what_came_is_said_where_somebody_says_it",
                says=_("Say what came, or leave empty who says it and in which document."),
            ),
            Check(
                at="came_amount",
                condition=Q(came_amount__isnull=True)
                | Q(outcome="")
                | Q(outcome="nothing", came_amount=0)
                | Q(outcome="part", came_amount__gt=0)
                | Q(outcome="all") & (Q(amount__isnull=True) | Q(came_amount__gte=F("amount"))),
                name="the_amount_that_came_fits_the_outcome",
                says=_("The amount that came and the outcome do not fit. Correct the one that is wrong."),
            ),
        ]

    def __str__(self) -> str:
        return self.description

    def silent_columns(self) -> frozenset[str]:
        """Also who says what came, and since when, where nobody says that anything did."""
        says = self.outcome or self.came_amount is not None
        return super().silent_columns() | (set() if says else {"came_voice", "came_document", "known_on"})

    def clean(self) -> None:
        """Nothing is due, and nothing came, before the accord was signed."""
        super().clean()
        signed = self.accord.signed_on if self.accord_id else None
        if early := [
            name for name in ("due_by", "known_on") if signed and (day := getattr(self, name)) and day < signed
        ]:
            message = _("This is before the accord was signed.")
            raise ValidationError({name: ValidationError(message, "before_the_accord") for name in early})

    def concerned_years(self) -> list[int] | None:
        """Those of its accord."""
        return self.accord.concerned_years()

    @property
    def project(self) -> Project:
        """The mine about which it was agreed."""
        return self.accord.project
