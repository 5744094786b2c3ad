"""What mines bring: jobs, purchases, shared works and promises, of one mine and of some mines together.

Nothing is added that was not published, and beside each sum stands of how many of the mines it is known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.design.writing import money, number, of_every_100
from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.purchases import PurchasesFact
from compliance.evaluation.criteria.shared_works import (
    ONLY_THE_MINE,
    SharedWorkFact,
    progress_of,
    reports_by_work,
)
from compliance.evaluation.facts import PUBLIC_BODIES, CommitmentFact
from compliance.evaluation.framework import HUNDRED
from compliance.public_pages.commitments import promises_of
from compliance.public_pages.document import Document
from compliance.public_pages.employment import EmploymentYear, every_year
from compliance.public_pages.sections import Values
from compliance.public_pages.small_numbers import between_words

KEPT, TOLD, CLAIMED, NOT_KEPT, NOT_DUE, UNKNOWN = "kept", "told", "claimed", "not kept", "not due", "unknown"
"""What became of a promise: confirmed by others than the company, told without paper, its word alone, denied, to come, or unknown."""


@dataclass(frozen=True)
class Bought:
    """What a mine bought in one currency in its latest year; None where a return leaves it open."""

    currency: str
    whole: Decimal | None
    local: Decimal | None
    voice: str = "unknown"
    """who says so; unknown where several do"""


@dataclass(frozen=True)
class Built:
    """A work that neighbours may use: what it is to cost, and whether all that more than a bare word says is that it is done."""

    value: Decimal | None
    currency: str
    done: bool
    in_place_of_taxes: bool = False


@dataclass(frozen=True)
class Benefits:
    """What one mine brings, as its latest publication says."""

    jobs: Sequence[EmploymentYear] = ()
    bought: Sequence[Bought] = ()
    works: Sequence[Built] = ()
    promises: Counter[str] = field(default_factory=Counter)


def benefits_of(document: Document) -> Benefits:
    """What the mine of a document brings."""
    return Benefits(every_year(document), bought_by(document), works_beside(document), promises_kept(document))


def bought_by(document: Document) -> list[Bought]:
    """The purchases of the year, by currency."""
    rows = defaultdict[str, list[PurchasesFact]](list)
    for row in document.facts[PurchasesFact]:
        rows[row.currency].append(row)
    return [
        Bought(
            currency,
            added(row.eligible_amount for row in own),
            added(row.local_amount for row in own),
            voices.pop() if len(voices := {row.voice for row in own}) == 1 else "unknown",
        )
        for currency, own in sorted(rows.items())
    ]


def added(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None where one of them is not known."""
    known = list(amounts)
    return None if None in known else sum((amount for amount in known if amount is not None), ZERO)


def works_beside(document: Document) -> list[Built]:
    """The works of which it is not said that only the mine may use them, or that the State pays for them."""
    reports = reports_by_work(document.facts)
    return [
        Built(
            row.planned_value,
            row.currency,
            progress_of(row, reports[row.record], document.facts).least >= HUNDRED,
            bool(row.in_place_of_taxes),
        )
        for row in document.facts[SharedWorkFact]
        if row.open_to != ONLY_THE_MINE and row.payer_is not in PUBLIC_BODIES
    ]


def promises_kept(document: Document) -> Counter[str]:
    """How many of the mine's promises of the year were kept, as far as anybody says so; voluntary ones are left out."""
    became = {"claimed": CLAIMED, "told": TOLD, "late": NOT_KEPT, "disputed": NOT_KEPT, "not_due": NOT_DUE}
    of_others = {row.record for row in document.facts[CommitmentFact] if row.promised_by}
    own = [one for one in promises_of(document) if not one.voluntary and one.record not in of_others]
    return Counter(KEPT if one.kept else became.get(one.state, UNKNOWN) for one in own)


@dataclass(frozen=True)
class People:
    """How many there are at least and at most, and of how many mines that is known."""

    mines: int
    least: Decimal
    most: Decimal

    @property
    def words(self) -> str:
        """As people read it; that we do not know where no mine says it."""
        if not self.mines:
            return _("We don’t know")
        return number(self.least) if self.least == self.most else between_words(self.least, self.most)


def people_of(years: Iterable[EmploymentYear], group: str) -> People:
    """The workers of a group at some mines in one year, as far as they are published."""
    ends = [found for year in years if (found := year.ends_of(group)) is not None]
    return People(len(ends), sum((least for least, _most in ends), ZERO), sum((most for _least, most in ends), ZERO))


def together(mines: Sequence[Benefits]) -> dict[str, Values]:
    """What some mines bring together, as tables by name; what no mine says anything of is left out."""
    tables = {"jobs": jobs(mines), "purchases": purchases(mines), "works": works(mines), "promises": promises(mines)}
    return {name: table for name, table in tables.items() if table}


Cells = list[list[str]]


def shown(head: list[str], rows: Cells) -> Values | None:
    """What the template of a table shows; nothing without rows."""
    return (
        {"head": head, "rows": [(row[0], list(zip(head[1:], row[1:], strict=True))) for row in rows]} if rows else None
    )


def of_mines(known: int, mines: Sequence[object]) -> str:
    """``3 of 8``: of how many of the mines something is known."""
    return _("%(known)s of %(mines)s") % {"known": number(known), "mines": number(len(mines))}


def jobs(mines: Sequence[Benefits]) -> Values | None:
    """The workers of each year, and how many of them live in the districts beside their mine, the last year first."""
    by_year = defaultdict[int, list[EmploymentYear]](list)
    for mine in mines:
        for row in mine.jobs:
            by_year[row.year].append(row)
    rows = []
    for year, found in sorted(by_year.items(), reverse=True):
        workers, neighbours = people_of(found, "total"), people_of(found, "district")
        if workers.mines:
            coverage = of_mines(workers.mines, mines), of_mines(neighbours.mines, mines)
            rows.append([str(year), workers.words, coverage[0], neighbours.words, coverage[1]])
    head = [_("Year"), _("Workers"), _("Mines that say it"), _("Live in the districts of direct influence")]
    return shown([*head, _("Mines that say where they live")], rows)


def purchases(mines: Sequence[Benefits]) -> Values | None:
    """What was bought in each currency, and in the districts beside the mines, where both are known."""
    by_currency = defaultdict[str, list[tuple[Decimal, Decimal]]](list)
    for mine in mines:
        for one in mine.bought:
            if one.whole is not None and one.local is not None:
                by_currency[one.currency].append((one.whole, one.local))
    rows = []
    for currency, found in sorted(by_currency.items(), key=lambda one: (-len(one[1]), one[0])):
        whole, local = sum((row[0] for row in found), ZERO), sum((row[1] for row in found), ZERO)
        share = of_every_100(local, whole) or _("We don’t know")
        rows.append([currency, money(whole, currency), money(local, currency), share, of_mines(len(found), mines)])
    head = [_("Currency"), _("Bought in all"), _("In the districts"), _("Of every 100")]
    return shown([*head, _("Mines that say both")], rows)


def works(mines: Sequence[Benefits]) -> Values | None:
    """The works that neighbours may use: how many, how many are done, and what they are to cost by currency."""
    found = [work for mine in mines for work in mine.works]
    if not found:
        return None
    said = sums_of([work for work in found if not work.in_place_of_taxes])
    for_taxes = sums_of([work for work in found if work.in_place_of_taxes])
    said += [_("in place of taxes: %(amount)s") % {"amount": amount} for amount in for_taxes]
    if unknown := sum(work.value is None for work in found):
        said.append(_("of %(number)s nobody says it") % {"number": number(unknown)})
    with_works = sum(bool(mine.works) for mine in mines)
    row = [number(len(found)), number(sum(work.done for work in found)), "; ".join(said), of_mines(with_works, mines)]
    return shown([_("Shared works"), _("Done, as papers show"), _("Planned value"), _("Mines with such works")], [row])


def sums_of(works: Iterable[Built]) -> list[str]:
    """What works are to cost together, by currency."""
    values = defaultdict[str, Decimal](Decimal)
    for work in works:
        if work.value is not None:
            values[work.currency] += work.value
    return [money(value, currency) for currency, value in sorted(values.items())]


def promises(mines: Sequence[Benefits]) -> Values | None:
    """What became of the promises of the latest year of each mine."""
    counted = sum((mine.promises for mine in mines), Counter[str]())
    if not counted:
        return None
    words = {KEPT: _("Done, confirmed by others than the mine"), TOLD: _("Said to be done, without paper")}
    words |= {CLAIMED: _("Done, says the mine alone")}
    words |= {NOT_KEPT: _("Not done, or disputed"), UNKNOWN: _("We don’t know"), NOT_DUE: _("Not due yet")}
    with_promises = sum(bool(mine.promises) for mine in mines)
    counts = [number(counted[name]) for name in words]
    row = [number(counted.total()), *counts, of_mines(with_promises, mines)]
    return shown([_("Promises"), *words.values(), _("Mines with promises")], [row])
