"""What is owed, and the append-only ledger of what each side says was paid and received.

A disbursement is the identity of one flow of money, payer to payee. What the company and the recipient say
about it are statements, apart; a correction is a new statement that supersedes an earlier one, an undo is a
statement that withdraws one; two people agree on either. PostgreSQL refuses to change or delete any of them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date, money
from accounts.models import Organisation, Proposal, User
from accounts.roles import SEES_ALL_PROJECTS
from communities.models.agreements import Agreement
from communities.models.communities import Community
from communities.statement_words import Testimony
from projects import testimony
from projects.models import Project, Source
from projects.models.columns import AmountColumn, CurrencyColumn, DayColumn, RowColumn
from projects.models.due import DueRecord
from projects.models.records import Sourced
from projects.models.rules import Check, ExactlyOne
from projects.models.sources import check_days_have_come

FIRST_YEAR = 1990
"""Nobody follows payments from before."""


class Obligation(DueRecord):
    """One sum that one payer owes one recipient by one day."""

    class Basis(models.TextChoices):
        AGREEMENT = "agreement", _("Agreement")
        ROYALTY = "royalty", _("Royalty")
        CANON = "canon", _("Canon")
        FUND = "fund", _("Social fund")
        OTHER = "other", _("Other")

    project = models.ForeignKey(Project, models.PROTECT, related_name="obligations", verbose_name=_("project"))
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="obligations", verbose_name=_("agreement")
    )
    basis = models.CharField(_("basis"), max_length=10, choices=Basis)
    payer = RowColumn(Organisation, usually_the_operator=True, verbose_name=_("payer"))
    community = RowColumn(
        Community, null=True, blank=True, related_name="obligations", verbose_name=_("community that is owed")
    )
    recipient = RowColumn(
        Organisation,
        null=True,
        blank=True,
        verbose_name=_("other recipient"),
        help_text=_("A municipality, fund or agency, where it is not a community."),
    )
    amount = AmountColumn(_("amount"), currency="currency")
    currency = CurrencyColumn(_("currency"))
    due_on = DayColumn(_("due on"))

    class Meta(DueRecord.Meta):
        ordering = ["project", "due_on", "pk"]
        constraints = [
            *DueRecord.Meta.constraints,
            Check(
                at="amount",
                condition=Q(amount__gt=0),
                name="what_is_owed_is_more_than_nothing",
                says=_("The amount owed must be more than 0."),
            ),
            ExactlyOne(
                "community",
                "recipient",
                name="money_is_owed_to_one_recipient",
                says=_("Choose either a community or another recipient."),
            ),
        ]

    def __str__(self) -> str:
        return f"{money(self.amount, self.currency)} → {self.payee}, {long_date(self.due_on)}"

    def clean(self) -> None:
        """Owed under an agreement of its own mine, on or after the day on which that was signed."""
        super().clean()
        if self.agreement is None:
            return
        if self.agreement.project_id != self.project_id:
            message = _("This agreement is of another mine.")
            raise ValidationError({"agreement": ValidationError(message, "another_mines_agreement")})
        self.agreement.check_signed_by(**self.days_asked())

    @classmethod
    def not_done(cls) -> Q:
        """Of which neither the payer says that all of it was paid nor the recipient that it arrived."""
        owed = models.OuterRef
        standing = Statement.objects.standing().filter(
            disbursement__obligation=owed("pk"), disbursement__currency=owed("currency")
        )
        by_side = standing.order_by().values("disbursement__obligation", "side").annotate(said=models.Sum("amount"))
        return ~Q(models.Exists(by_side.filter(said__gte=owed("amount"))))

    def check_day_of_payment(self, day: date | None) -> None:
        """No money moves under an agreement before it was signed; raises ValidationError."""
        if self.agreement and day and day < self.agreement.signed_on:
            message = _("The agreement was signed on %(signed_on)s. A payment under it cannot be earlier.")
            params = {"signed_on": long_date(self.agreement.signed_on)}
            raise ValidationError(message, "before_the_agreement", params)

    @property
    def payee(self) -> Community | Organisation | None:
        """Who is owed."""
        return self.community or self.recipient


class DisbursementQuerySet(models.QuerySet["Disbursement"]):
    """Named reads of the ledger."""

    def visible_to(self, user: User) -> DisbursementQuerySet:
        """Flows of visible projects, and those without a project that one's organisation entered."""
        if user.roles & SEES_ALL_PROJECTS:
            return self
        return self.filter(
            Q(project__in=Project.objects.visible_to(user).with_merged())
            | Q(Source.held_by(user), project__isnull=True)
        )

    def of_project(self, project: Project) -> DisbursementQuerySet:
        """Flows of a mine, also those that name one which was merged into it."""
        return self.filter(project__in=Project.objects.filter(pk=project.pk).with_merged())

    def with_sides(self) -> DisbursementQuerySet:
        """Annotate what each side says now: `company_amount`, `paid_on`, `recipient_amount`, `received_on`."""
        standing = Statement.objects.standing().filter(disbursement=models.OuterRef("pk"))
        company = standing.filter(side=Statement.Side.COMPANY)
        recipient = standing.filter(side=Statement.Side.RECIPIENT)
        return self.annotate(
            company_amount=models.Subquery(company.values("amount")[:1]),
            paid_on=models.Subquery(company.values("occurred_on")[:1]),
            recipient_amount=models.Subquery(recipient.values("amount")[:1]),
            received_on=models.Subquery(recipient.values("occurred_on")[:1]),
        )

    def with_testimony(self) -> DisbursementQuerySet:
        """Annotate by whom, how and with how many files each side's standing statement is known: `company_voice` and so on."""
        standing = Statement.objects.standing().filter(disbursement=models.OuterRef("pk")).order_by()
        found: dict[str, Any] = {}
        for side in Statement.Side.values:
            said = standing.filter(side=side)
            files = said.annotate(files=models.Count("source__evidence")).values("files")[:1]
            found[f"{side}_voice"] = models.Subquery(said.values("source__voice")[:1])
            found[f"{side}_known_by"] = models.Subquery(said.values("source__known_by")[:1])
            found[f"{side}_files"] = Coalesce(models.Subquery(files), 0)
        return self.annotate(**found)

    def with_files(self) -> DisbursementQuerySet:
        """Annotate `files`: how many stand behind a flow's own source and what is said of it now."""
        of_statements = (
            Statement.objects.standing()
            .filter(disbursement=models.OuterRef("pk"))
            .exclude(source=models.OuterRef("source"))
            .order_by()
            .values("disbursement")
            .annotate(files=models.Count("source__evidence", distinct=True))
        )
        own = models.Count("source__evidence", distinct=True)
        return self.annotate(files=own + Coalesce(models.Subquery(of_statements.values("files")), 0))

    def with_state(self) -> DisbursementQuerySet:
        """Annotate `withdrawn`: nothing that was said about it stands any longer."""
        standing = Statement.objects.standing().filter(disbursement=models.OuterRef("pk"))
        return self.annotate(withdrawn=~models.Exists(standing))

    def standing(self) -> DisbursementQuerySet:
        """Flows about which at least one statement has not been withdrawn."""
        return self.alias(standing_word=Statement.objects.one_standing()).filter(standing_word__isnull=False)

    def withdrawn(self) -> DisbursementQuerySet:
        """Flows of which nothing stands any longer."""
        return self.alias(standing_word=Statement.objects.one_standing()).filter(standing_word__isnull=True)


class Disbursement(Sourced):
    """One flow of money from one payer to one payee; what each side says about it are its statements."""

    class Purpose(models.TextChoices):
        HEALTH = "health", _("Health")
        EDUCATION = "education", _("Education")
        INFRASTRUCTURE = "infrastructure", _("Infrastructure")
        OTHER = "other", _("Other")

    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="disbursements", verbose_name=_("project")
    )
    obligation = models.ForeignKey(
        Obligation, models.PROTECT, null=True, blank=True, related_name="disbursements", verbose_name=_("obligation")
    )
    payer = RowColumn(Organisation, verbose_name=_("payer"))
    community = RowColumn(Community, null=True, blank=True, related_name="disbursements", verbose_name=_("community"))
    payee = RowColumn(Organisation, null=True, blank=True, verbose_name=_("other payee"))
    project_as_reported = models.CharField(_("project, in the source's words"), max_length=500, blank=True)
    stream = models.CharField(_("kind of payment"), max_length=120, blank=True)
    purpose = models.CharField(_("purpose"), max_length=15, choices=Purpose, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    currency = CurrencyColumn(_("currency"))
    bank_reference = models.CharField(_("bank reference"), max_length=60, blank=True)

    year_column = "year"

    objects = DisbursementQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        indexes = [
            models.Index(fields=["project", "year"], name="flows_of_a_project_and_year"),
            models.Index(fields=["-year", "-id"], name="flows_newest_first"),
        ]
        constraints = [
            ExactlyOne(
                "community",
                "payee",
                name="money_is_paid_to_one_payee",
                says=_("Choose either a community or another payee."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.payer} → {self.community or self.payee}, {self.year}"

    @property
    def paying(self) -> Organisation:
        """The payer, or the organisation into which it was merged."""
        return self.payer.kept  # type: ignore[no-any-return]

    @property
    def paid_to(self) -> Community | Organisation:
        """The payee, or that into which it was merged."""
        payee: Any = self.community or self.payee
        return payee.kept  # type: ignore[no-any-return]

    @property
    def recipient_told(self) -> bool:
        """Whether what its recipient says stands on no paper of its own; of rows that are read `with_testimony`."""
        read: Any = self
        known = Testimony(
            voice=read.recipient_voice or "", known_by=read.recipient_known_by or "", files=read.recipient_files
        )
        return known.stands_on(testimony.RECIPIENT) != testimony.PAPER

    @classmethod
    def standing(cls) -> DisbursementQuerySet:
        """Flows about which something stands."""
        return cls.objects.standing()

    def concerned_years(self) -> list[int]:
        """The years of the obligation it settles, and its own."""
        return sorted({self.year, *(self.obligation.concerned_years() if self.obligation else ())})


class StatementQuerySet(models.QuerySet["Statement"]):
    """Named reads of statements."""

    def standing(self) -> StatementQuerySet:
        """What each side says now: neither superseded nor itself a withdrawal."""
        return self.filter(withdrawn=False, superseded_by__isnull=True)

    def one_standing(self) -> models.Subquery:
        """For a disbursement the key of one statement that stands, or NULL.

        PostgreSQL looks it up flow by flow. An EXISTS it may turn into a join of all statements with all others, which
        took minutes after a large import, before the tables were analysed.
        """
        return models.Subquery(self.standing().filter(disbursement=models.OuterRef("pk")).values("pk")[:1])


class Statement(models.Model):
    """What one side says about one disbursement; never changed, only superseded."""

    class Side(models.TextChoices):
        COMPANY = "company", _("Payer")
        RECIPIENT = "recipient", _("Recipient")

    disbursement = models.ForeignKey(Disbursement, models.PROTECT, related_name="statements")
    side = models.CharField(_("side"), max_length=10, choices=Side)
    amount = models.DecimalField(
        _("amount"),
        max_digits=18,
        decimal_places=2,
        help_text=_("0 means: nothing was paid, or nothing arrived. Below 0: paid back."),
    )
    occurred_on = models.DateField(_("date"), null=True, blank=True)
    withdrawn = models.BooleanField(default=False)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")
    reason = models.TextField(_("reason"), blank=True)
    stated_at = models.DateTimeField(auto_now_add=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="+", editable=False)
    """what two people agreed on, where it withdraws or corrects what was said"""

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["disbursement", "side"],
                condition=Q(supersedes__isnull=True),
                name="each_side_has_one_first_statement",
                violation_error_message=_("This side has already said something. Correct that statement."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(supersedes__isnull=False), name="a_withdrawal_names_what_it_withdraws"
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(reason=""),
                name="a_correction_gives_its_reason",
                violation_error_message=_("Say why it is corrected. The reason stays with the entry."),
            ),
            models.CheckConstraint(condition=~Q(supersedes=F("pk")), name="a_statement_does_not_supersede_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {money(self.amount, self.disbursement.currency)}"

    @property
    def testimony(self) -> Testimony:
        """How it is known."""
        return Testimony.of(self.source, len(self.source.evidence.all()))

    @property
    def public_words(self) -> str:
        """The sentence that the public reads of it, once it is published."""
        return self.testimony.sentence(self.side, denied=self.side == self.Side.RECIPIENT and not self.amount)

    @property
    def is_told(self) -> bool:
        """Whether it is a recipient's word without a paper of its own."""
        return self.side == self.Side.RECIPIENT and self.testimony.stands_on(self.side) != testimony.PAPER

    def clean(self) -> None:
        """Money moves neither after today nor before the agreement that it settles was signed."""
        check_days_have_come(occurred_on=self.occurred_on)
        if self.occurred_on and self.occurred_on.year < FIRST_YEAR:
            message = _("No payment is followed from before %(year)s. Look at the year.")
            raise ValidationError({"occurred_on": ValidationError(message, "too_early", {"year": FIRST_YEAR})})
        said_on = self.source.stated_on
        if self.amount and self.occurred_on and said_on and said_on < self.occurred_on:
            message = _("On %(day)s, when it was said, this day had not come yet. Look at both days.")
            said = ValidationError(message, "said_before_it_happened", {"day": long_date(said_on)})
            raise ValidationError({"occurred_on": said})
        if obligation := self.disbursement.obligation:
            try:
                obligation.check_day_of_payment(self.occurred_on)
            except ValidationError as error:
                raise ValidationError({"occurred_on": error}) from None
