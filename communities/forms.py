"""Forms and filters of the ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import money
from accounts.models import Organisation
from accounts.roles import Role
from communities.models import Community, Disbursement, Obligation, Statement
from communities.models.ledger import DisbursementQuerySet
from communities.services.ledger import Said
from communities.statement_words import public_words, voice_of_payee
from projects.fields import AmountField, CountField, CurrencyField
from projects.forms import (
    AsksAboutName,
    RecordForm,
    SourceForm,
    check_currency_typed,
    check_days_of_form,
    use_own_widgets,
    with_values,
)
from projects.models import Source

FAR_MORE_THAN_OWED = 10
SIDES = ((Statement.Side.COMPANY, "paid", "paid_on"), (Statement.Side.RECIPIENT, "received", "received_on"))
"""Each side with the boxes for its sum and its day."""
SEARCHED = (
    *(f"{party}__{name}" for party in ("payer", "community", "payee") for name in ("name", "merged_into__name")),
    *("stream", "bank_reference", "project_as_reported"),
)


class CommunityForm(AsksAboutName, RecordForm):
    """A community."""

    def address_of(self, row: Community) -> str:
        """Its page."""
        return reverse("records:page-anywhere", kwargs={"kind": "communities", "pk": row.pk})


class DisbursementForm(RecordForm):
    """A payment: which obligation it settles, or to whom it went, and what the sides say."""

    asked: Collection[str] = ()
    """Boxes to tick that the answer asks for, because something looks like a slip."""

    currency = CurrencyField(label=_("Currency"), required=False, initial="")
    year = CountField(label=_("Year"), required=False, min_value=1990, max_value=2100)
    paid = AmountField(
        label=_("The payer says: paid"),
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=2,
        help_text=_("0 if the payer says that nothing was paid."),
    )
    paid_on = forms.DateField(label=_("Paid on"), required=False)
    received = AmountField(
        label=_("The recipient says: received"),
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=2,
        help_text=_("0 if the recipient says that nothing arrived. Leave empty if nobody has asked."),
    )
    received_on = forms.DateField(label=_("Received on"), required=False)
    confirm_large = forms.BooleanField(
        label=_("The amount is right, although it is far more than was owed"), required=False
    )
    confirm_other = forms.BooleanField(label=_("It is another payment"), required=False)

    class Meta:
        model = Disbursement
        exclude: ClassVar[list[str]] = ["project", "project_as_reported", "source"]

    def limit_choices(self) -> None:
        """Obligations and neighbours of this project; a company's people speak for the payer only."""
        super().limit_choices()
        obligations = Obligation.objects.filter(project=self.project).select_related("community", "recipient")
        self.fields["obligation"].queryset = obligations.order_by("-due_on")  # type: ignore[attr-defined]
        self.fields["obligation"].help_text = _("Payer, payee, currency and year follow from it.")
        self.fields["payer"].required = False
        for name in ("payer", "currency", "year"):
            self.fields[name].when_needed = _("needed unless an obligation is chosen")  # type: ignore[attr-defined]
        for name in ("community", "payee"):
            self.fields[name].when_needed = _("one of the two, unless an obligation is chosen")  # type: ignore[attr-defined]
        if not self.actor.may("record.enter_for_others"):
            own = Organisation.objects.filter(pk__in=self.actor.organisation_ids_as(Role.OPERATOR))
            self.fields["payer"].queryset = own  # type: ignore[attr-defined]
            self.fields["obligation"].queryset = obligations.filter(payer__in=own)  # type: ignore[attr-defined]
            del self.fields["received"], self.fields["received_on"]

    def _get_validation_exclusions(self) -> set[str]:
        """Who is paid is not asked where the obligation that should say it cannot be chosen."""
        return super()._get_validation_exclusions() | ({"community", "payee"} if "obligation" in self.errors else set())

    def clean(self) -> dict[str, Any]:
        """Fill in what the obligation says, and look at each side's amount and day."""
        cleaned = super().clean()
        self.follow_obligation(cleaned)
        for name in ("payer", "currency", "year"):
            if not cleaned.get(name) and not {name, "obligation"} & self.errors.keys():
                self.add_error(name, ValidationError(_("Fill this in, or choose the obligation."), "required"))
        if (
            cleaned.get("paid") is None
            and cleaned.get("received") is None
            and not {"paid", "received"} & self.errors.keys()
        ):
            self.add_error(
                "paid", ValidationError(_("Say what at least one side says. 0 is an answer, too."), "required")
            )
        check_currency_typed(self, ["paid", "received"], cleaned.get("currency"))
        self.check_days(cleaned)
        self.check_size(cleaned)
        self.check_stands_already(cleaned)
        return cleaned

    def follow_obligation(self, cleaned: dict[str, Any]) -> None:
        """An obligation settles who pays whom, in which currency, and for which year."""
        obligation: Obligation | None = cleaned.get("obligation")
        if obligation is None:
            return
        typed = cleaned.get("currency")
        if typed and typed != obligation.currency:
            message = _("The obligation is in %(owed)s. Write that, or choose another obligation or none.")
            self.add_error("currency", ValidationError(message, "other_currency", {"owed": obligation.currency}))
        cleaned |= {
            "payer": cleaned.get("payer") or obligation.payer,
            "community": cleaned.get("community") or obligation.community,
            "payee": cleaned.get("payee") or obligation.recipient,
            "currency": obligation.currency,
            "year": cleaned.get("year") or obligation.due_on.year,
        }

    def check_days(self, cleaned: dict[str, Any]) -> None:
        """Not after today, and not before the agreement that it settles."""
        check_days_of_form(self, "paid_on", "received_on")
        obligation: Obligation | None = cleaned.get("obligation")
        for name in ("paid_on", "received_on"):
            try:
                if obligation:
                    obligation.check_day_of_payment(cleaned.get(name))
            except ValidationError as error:
                self.add_error(name, error)

    def check_size(self, cleaned: dict[str, Any]) -> None:
        """Ten times what was owed is most likely a slip; it is taken when the person says so."""
        obligation: Obligation | None = cleaned.get("obligation")
        for name in ("paid", "received"):
            amount = cleaned.get(name)
            if not (obligation and amount and amount >= FAR_MORE_THAN_OWED * obligation.amount):
                continue
            self.asked = {*self.asked, "confirm_large"}
            if not cleaned.get("confirm_large"):
                message = _("This is at least ten times the %(owed)s that was owed. Correct it, or tick the box below.")
                params = {"owed": money(obligation.amount, obligation.currency)}
                self.add_error(name, ValidationError(message, "far_more_than_owed", params))

    def check_stands_already(self, cleaned: dict[str, Any]) -> None:
        """The same sum on the same day, or the same slip of the bank, is most likely the same payment."""
        found = self.same_payments(cleaned).first()
        if found is None:
            return
        self.asked = {*self.asked, "confirm_other"}
        self["confirm_other"].help_text = format_html(
            '<a class="tap" href="{}">{}</a>', reverse("ledger:page", kwargs={"pk": found.pk}), found
        )
        if not cleaned.get("confirm_other"):
            message = _("This payment stands in the ledger already. Open it, or tick the box if it is another one.")
            self.add_error("confirm_other", ValidationError(message, "stands_already"))

    def same_payments(self, cleaned: dict[str, Any]) -> DisbursementQuerySet:
        """Standing payments of the same payer to the same payee that look like this one.

        Where one of two equal sums of a year has no day, they may be one payment; two slips of the bank are two.
        """
        reference = cleaned.get("bank_reference")
        alike = Q(bank_reference=reference) if reference else Q(pk__in=[])
        unlike = ~Q(bank_reference="") if reference else Q(pk__in=[])
        for amount, column, day in (
            ("paid", "company_amount", "paid_on"),
            ("received", "recipient_amount", "received_on"),
        ):
            if cleaned.get(amount):
                same_time = Q(**{f"{day}__isnull": True}) if cleaned.get(day) else Q()
                same_time &= Q(year=cleaned.get("year"))
                same_day = Q(**{day: cleaned[day]}) if cleaned.get(day) else Q(pk__in=[])
                alike |= Q(**{column: cleaned[amount]}) & (same_day | (same_time & ~unlike))
        who = {name: cleaned.get(name) for name in ("payer", "community", "payee", "currency")}
        rows = Disbursement.objects.visible_to(self.actor).with_sides().standing()
        return rows.filter(
            alike, **{name if value else f"{name}__isnull": value or True for name, value in who.items()}
        )

    def said(self, sources: Mapping[str, SideForm]) -> list[Said]:
        """What each side says and how that is known, for the service; `sources` are the forms of each side's source."""
        cleaned = self.cleaned_data
        who = (cleaned["payer"], cleaned.get("community") or cleaned.get("payee"))
        return [
            Said(side, cleaned[amount], cleaned.get(day), sources[side].source_of(*who), sources[side].evidence)
            for side, amount, day in SIDES
            if cleaned.get(amount) is not None
        ]

    def sides_typed(self) -> set[str]:
        """The sides of which something is typed in the box for the sum."""
        return {side for side, amount, _day in SIDES if str(self.data.get(self.add_prefix(amount), "")).strip()}


class SideForm(SourceForm):
    """How it is known what one side says: by what, who said or wrote it, when, and the papers.

    The voice is the side's own. The form of a side that says nothing asks for nothing.
    """

    carried: ClassVar[tuple[str, ...]] = ("known_by", "speaker", "stated_on", "reference")
    ways: ClassVar[Mapping[str, Sequence[Source.Way]]] = {
        Statement.Side.COMPANY: [Source.Way.BANK, Source.Way.LETTER, Source.Way.PUBLIC, Source.Way.TOLD],
        Statement.Side.RECIPIENT: list(Source.Way),
    }
    """How each side's word can be known, the strongest first."""

    class Meta(SourceForm.Meta):
        fields = ["known_by", "speaker", "stated_on", "reference", "audience"]

    def __init__(self, *args: Any, side: str, speaks: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.side = side
        for_recipient = side == Statement.Side.RECIPIENT
        needed = ("known_by", "speaker", "stated_on") if for_recipient and speaks else ()
        self.fields["known_by"] = forms.ChoiceField(
            label=_("How do we know this?"),
            help_text=_(
                "What the public reads where you add the file below. Without a file it reads that the paper is not here."
            ),
            choices=self.choices(),
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields["stated_on"].label = _("On which day was it said or written?")
        self.fields["speaker"].label = _("Who of the recipient said it") if for_recipient else _("Who wrote or said it")
        for name in needed:
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = _("Needed, because the recipient’s word is typed above.")
        if for_recipient and not needed:
            for name in ("known_by", "speaker", "stated_on"):
                self.fields[name].when_needed = _("needed with the sum")  # type: ignore[attr-defined]

    def limit_to_company(self) -> None:
        """Nothing to choose: the side speaks."""

    def choices(self) -> list[tuple[str, Any]]:
        """Each way of knowing, with the words that the public will read where it is chosen and a file is added."""
        holder = str(self.actor.organisation_as(Role.MONITOR) or self.actor.organisation_as(Role.OPERATOR) or "")
        ways: list[tuple[str, Any]] = [(way.value, way.label) for way in self.ways[self.side]]
        if self.side == Statement.Side.COMPANY:
            ways.append(("", _("I don’t know")))
        words = "<span><b>{}</b><small>{}</small></span>"
        return [
            (way, format_html(words, label, public_words(self.side, way or Source.Way.TOLD, holder=holder)))
            for way, label in ways
        ]

    def source_of(self, payer: Organisation, payee: object) -> Source:
        """The source that the form describes, in the voice of its side."""
        source: Source = self.save(commit=False)
        source.organisation = payee if isinstance(payee, Organisation) else None
        source.voice = voice_of_payee(source.organisation)
        if self.side == Statement.Side.COMPANY:
            source.voice, source.organisation = Source.Voice.COMPANY, payer
        return source


class StatementForm(forms.Form):
    """What one side says about a payment; a correction gives its reason."""

    amount = AmountField(
        label=_("Amount"),
        min_value=0,
        max_digits=18,
        decimal_places=2,
        help_text=_("0 means: nothing was paid, or nothing arrived."),
    )
    occurred_on = forms.DateField(label=_("Date"), required=False)
    reason = forms.CharField(label=_("Why do you correct it?"), required=False, max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """the statement that stood when the form was opened"""

    def __init__(self, *args: Any, currency: str, standing: Statement | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.standing = standing
        self.fields["seen"].initial = standing.pk if standing else None
        use_own_widgets(self)
        if standing:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = _("The earlier entry stays readable, and so does the reason.")
        else:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """The amount is in the payment's currency."""
        cleaned = super().clean() or self.cleaned_data
        check_currency_typed(self, ["amount"], self.currency)
        return cleaned

    def take_what_stands(self) -> None:
        """Let the next attempt count as one that has seen what this side says now."""
        self.data = with_values(self.data, seen=str(self.standing.pk) if self.standing else "")


class WithdrawForm(forms.Form):
    """Why a payment that was entered by mistake is taken back."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"), max_length=500, help_text=_("It stays readable with this reason.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_own_widgets(self)


class LedgerFilter(forms.Form):
    """Search and filters of the ledger."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("standing", _("Standing")), ("withdrawn", _("Withdrawn")), ("all", _("All"))],
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("All")), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]

    @property
    def hides_withdrawn(self) -> bool:
        """What counts no longer is shown to whoever asks for it."""
        self.full_clean()
        return self.cleaned_data.get("state", "") not in {"withdrawn", "all"}

    def in_state(self, rows: DisbursementQuerySet) -> DisbursementQuerySet:
        """Of some payments those that are to be shown."""
        if self.hides_withdrawn:
            return rows.standing()
        return rows.withdrawn() if self.cleaned_data["state"] == "withdrawn" else rows

    def condition(self) -> Q:
        """Rows that match the words and the year."""
        if not self.is_valid():
            return Q()
        condition = Q(year=self.cleaned_data["year"]) if self.cleaned_data["year"] else Q()
        if text := self.cleaned_data["q"]:
            words = Q(pk__in=[])
            for column in SEARCHED:
                words |= Q(**{f"{column}__unaccent__icontains": text})
            condition &= words
        return condition
