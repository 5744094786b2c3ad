"""Rows that tell of a payment that the ledger or an earlier row has already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from accounts.models import Organisation
from communities.models import Disbursement, Statement
from projects.intake.headings import fold
from projects.intake.names import Folded, same_names
from projects.intake.targets import Row, Scope

SIDES = (
    (Statement.Side.COMPANY, "company_amount", "paid_on"),
    (Statement.Side.RECIPIENT, "recipient_amount", "received_on"),
)


@dataclass(frozen=True)
class Told:
    """What one side is said to have paid or received, as far as it tells one payment from another.

    Payer and payee bear the names of those into which they were merged.
    """

    payer: str
    payee: str
    year: int
    currency: str
    side: str
    amount: Decimal
    day: date | None
    stream: str
    reference: str

    @property
    def money(self) -> tuple[Any, ...]:
        """What is the same whenever the payment is the same."""
        return self.payer, self.payee, self.year, self.currency, self.side, self.amount

    @property
    def time(self) -> tuple[Any, ...]:
        """The day; of payments without a day, the kind tells them apart."""
        return self.money + ((self.day,) if self.day else (None, self.stream))

    def kept_as(self) -> Iterator[tuple[Any, ...]]:
        """As what it is remembered."""
        yield "day", *self.time
        if self.reference:
            yield "reference", *self.money, self.reference
        else:
            yield "day alone", *self.time

    def same_reference(self, where: Callable[..., Any]) -> Any:
        """Where the same money was told of under the same bank reference."""
        return where("reference", *self.money, self.reference) if self.reference else None

    def same_day(self, where: Callable[..., Any]) -> Any:
        """Where the same money was told of for the same day; two different bank references are two payments."""
        return where("day alone" if self.reference else "day", *self.time)


def check_repeats(rows: Sequence[Row], scope: Scope) -> None:
    """Doubt rows whose payment the ledger has, or an earlier row under the same bank reference; note likely ones."""
    kept, organisations = kept_names(rows)
    telling_by_row = [list(told_by(row, kept)) for row in rows]
    ledger = recorded([told for telling in telling_by_row for told in telling], organisations, scope)
    for row, telling in zip(rows, telling_by_row, strict=True):
        found = next(filter(None, (told.same_reference(ledger) or told.same_day(ledger) for told in telling)), None)
        if found:
            row.doubt("", found["code"], **found["params"])
        compare_with_earlier(row, telling, scope)
        if not row.problems:
            for told in telling:
                for said in told.kept_as():
                    scope.remember(row, *said)


def compare_with_earlier(row: Row, telling: Sequence[Told], scope: Scope) -> None:
    """Files do hold equal payments; only the same bank reference makes a repeat of them."""
    repeated = next(filter(None, (told.same_reference(scope.earlier) for told in telling)), None)
    alike = next(filter(None, (told.same_day(scope.earlier) for told in telling)), None)
    if repeated:
        row.doubt("", "repeats_row", row=repeated)
    elif alike and not row.notes_of("same_as_row"):
        row.note("", "like_row", row=alike)


def kept_names(rows: Sequence[Row]) -> tuple[dict[str, str], set[int]]:
    """By each folded name in these rows that of the organisation it means, and the keys of those organisations; one query.

    The name of one that was merged means the other, unless a third has it.
    """
    names = {row.values[party] for row in rows for party in ("payer", "payee") if row.values[party]}
    own = {fold(name): fold(name) for name in names}
    found = Organisation.objects.alias(folded=Lower(Folded(F("name")))).filter(same_names(names))
    known = found.order_by(F("merged_into").desc(nulls_last=True)).select_related("merged_into")
    return own | {fold(one.name): fold(one.kept.name) for one in known}, {one.kept.pk for one in known}


def told_by(row: Row, kept: Mapping[str, str]) -> Iterator[Told]:
    """What a row says of each side, where it names both parties, the year and the currency."""
    said = row.values
    parties = said["payer"], said["payee"], said["year"], said["currency"]
    community = said["matched_community"]
    for side, amount, day in SIDES:
        if all(parties) and said[amount] is not None:
            yield Told(
                payer=kept[fold(said["payer"])],
                payee=fold(community.name) if community else kept[fold(said["payee"])],
                year=said["year"],
                currency=said["currency"],
                side=side,
                amount=said[amount],
                day=said[day],
                stream=fold(said["stream"] or ""),
                reference=fold(said["bank_reference"] or ""),
            )


def recorded(telling: Sequence[Told], payers: Collection[int], scope: Scope) -> Callable[..., Any]:
    """Tells where the ledger holds what these payers are said to have paid, the first place; one query for all rows."""
    standing = (
        Statement.objects.standing()
        .filter(
            Q(disbursement__payer__in=payers) | Q(disbursement__payer__merged_into__in=payers),
            disbursement__in=Disbursement.objects.visible_to(scope.actor),
            disbursement__year__in={told.year for told in telling},
            amount__in={told.amount for told in telling},
        )
        .exclude(disbursement__source__import_row__batch=scope.batch)
        .order_by("pk")
        .values(
            "side",
            "amount",
            "occurred_on",
            payer=name_of("payer"),
            payee=Coalesce(name_of("community"), name_of("payee")),
            year=F("disbursement__year"),
            currency=F("disbursement__currency"),
            stream=F("disbursement__stream"),
            reference=F("disbursement__bank_reference"),
            entered_at=F("disbursement__source__entered_at"),
            row=F("disbursement__source__import_row__number"),
            file=F("disbursement__source__import_row__batch__name"),
        )
    )
    places: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in standing:
        told = Told(
            payer=fold(one["payer"]),
            payee=fold(one["payee"]),
            year=one["year"],
            currency=one["currency"],
            side=one["side"],
            amount=one["amount"],
            day=one["occurred_on"],
            stream=fold(one["stream"]),
            reference=fold(one["reference"]),
        )
        for said in told.kept_as():
            places.setdefault(said, where_recorded(one))
    return lambda *said: places.get(said)


def name_of(party: str) -> Coalesce:
    """The name of a party to a payment; of one that was merged the name of the other."""
    return Coalesce(f"disbursement__{party}__merged_into__name", f"disbursement__{party}__name")


def where_recorded(one: Mapping[str, Any]) -> dict[str, Any]:
    """The doubt about a row whose payment the ledger has, and how it came there."""
    if one["row"]:
        return {"code": "recorded_by_import", "params": {"name": one["file"], "row": one["row"]}}
    day = timezone.localtime(one["entered_at"]).date()
    return {"code": "recorded_by_hand", "params": {"day": day.isoformat()}}
