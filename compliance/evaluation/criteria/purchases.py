"""Purchases: how much of what the mine buys comes from its neighbours, and from firms of indigenous people or communities."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from compliance.evaluation.criteria.currencies import lowest_share
from compliance.evaluation.criteria.indigenous import NOBODY_IN_CENSUS, nobody_in_census
from compliance.evaluation.criteria.measurement import Measurement, known_amount, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import SUPPLIERS, Facts, Row, column, fact_table, looked_at, people, within_year
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import code, gettext_noop

NO_PROCUREMENT_RETURN = code("no-procurement-return", gettext_noop("nobody reported the purchases"))
NO_PURCHASES_IN_ALL = code("no-purchases-in-all", gettext_noop("the sum of all purchases is missing"))
NO_LOCAL_PURCHASES = code("no-local-purchases", gettext_noop("nobody says how much was bought in the districts"))
NO_INDIGENOUS_PURCHASES = code(
    "no-indigenous-purchases",
    gettext_noop("nobody says how much was bought from firms of indigenous people or communities"),
)
OWNERS_NOT_SHOWN = code(
    "owners-not-shown", gettext_noop("a sum does not count, because no registry is named that says who owns the firms")
)
OWNERS_BARE_WORD = code(
    "owners-bare-word",
    gettext_noop("who owns the firms is the company's bare word, without document, and does not count"),
)


@fact_table("purchases", record="procurement-return", years=within_year("period_start__year", "period_end__year"))
class PurchasesFact(Row):
    """What one company bought in one period and currency, and how much of it in the direct-influence districts."""

    buyer: str = column("buyer__name")
    period_start: date
    period_end: date
    currency: str
    eligible_amount: Decimal | None = None
    local_amount: Decimal | None = None
    indigenous_amount: Decimal | None = looked_at(SUPPLIERS, default=None)
    """from firms of which at least 51 percent belongs to indigenous people or communities, whether local or not"""
    ownership_is_registered: bool = looked_at(SUPPLIERS, default=False)
    """whether the return names a registry by which it is known who owns these firms"""
    suppliers: int | None = looked_at(SUPPLIERS, default=None)
    local_suppliers: int | None = people(looked_at=SUPPLIERS, judged=False)
    """counted as people: what one of a few gets of a known sum may be the income of one"""
    days_until_paid: Decimal | None = looked_at(SUPPLIERS, default=None)
    """on average, of the suppliers in the districts"""

    @property
    def owners_are_shown(self) -> bool:
        """Whether it counts who owns the firms: a registry is named, by more than a bare word; that nothing was bought needs none."""
        return not self.indigenous_amount or (self.ownership_is_registered and not self.bare_word)


@measure(
    divides=(gettext_noop("bought in the districts"), gettext_noop("bought in all")),
    in_money=True,
    codes=(NO_PROCUREMENT_RETURN, NO_PURCHASES_IN_ALL, NO_LOCAL_PURCHASES),
)
def local_procurement(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of what the mine buys that it buys from suppliers of the direct-influence districts.

    Rule: bought in the districts ÷ bought in all, over the returns that lie wholly in the period; taxes, energy and
    purchases within the group are left out. Each currency has its own share, and the lowest counts.
    Unit: percent of what was bought. Source: GRI 204-1 gives the form of the figure; thresholds are policy.
    Missing: purchases not known to be local do not count, and raise the best case; a return without its sum stays out
    of the value and opens the range.
    """
    shares, missing = defaultdict[str, Share](Share), set[str]()
    for report in facts[PurchasesFact]:
        bought, local = known_amount(report.eligible_amount), known_amount(report.local_amount)
        if bought is None:
            shares[report.currency].open()
            missing.add(NO_PURCHASES_IN_ALL)
            continue
        shares[report.currency].add(bought, local)
        missing |= {NO_LOCAL_PURCHASES} if local is None else set()
    return lowest_share(shares, missing if shares else {NO_PROCUREMENT_RETURN}, set(), facts[PurchasesFact])


@measure(
    divides=(gettext_noop("bought from firms of indigenous people or communities"), gettext_noop("bought in all")),
    in_money=True,
    codes=(
        NO_PROCUREMENT_RETURN,
        NO_PURCHASES_IN_ALL,
        NO_INDIGENOUS_PURCHASES,
        OWNERS_NOT_SHOWN,
        OWNERS_BARE_WORD,
        NOBODY_IN_CENSUS,
    ),
)
def indigenous_procurement(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of what the mine buys that it buys from firms of which at least 51 percent belongs to indigenous people or communities.

    Rule: bought from these firms ÷ bought in all, over the returns that lie wholly in the period. It counts where the return
    names the registry by which the owners are known, and is more than a bare word. Each currency has its own share, and
    the lowest counts.
    Unit: percent of what was bought. Source: GRI 204-1 gives the form of the figure; threshold and 51 percent are policy.
    Missing: what is said without a registry, or without a paper, does not count and raises the best case, as purchases of
    which nobody says it do; a return without its sum stays out of the value and opens the range.
    Where an authority says that in the newest census nobody around the mine is indigenous, it does not apply, as L02.
    """
    if nobody := nobody_in_census(facts):
        return measurement(nobody, applicable=False, reason=NOBODY_IN_CENSUS)
    shares, missing = defaultdict[str, Share](Share), set[str]()
    for report in facts[PurchasesFact]:
        bought, said = known_amount(report.eligible_amount), known_amount(report.indigenous_amount)
        if bought is None:
            shares[report.currency].open()
            missing.add(NO_PURCHASES_IN_ALL)
            continue
        counts = said is not None and report.owners_are_shown
        shares[report.currency].add(bought, said if counts else None, most=said)
        if said is None:
            missing.add(NO_INDIGENOUS_PURCHASES)
        elif not counts:
            missing.add(OWNERS_BARE_WORD if report.ownership_is_registered else OWNERS_NOT_SHOWN)
    return lowest_share(shares, missing if shares else {NO_PROCUREMENT_RETURN}, set(), facts[PurchasesFact])
