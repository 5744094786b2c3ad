"""Purchases: how much of what the mine buys comes from its neighbours."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from compliance.evaluation.criteria.currencies import lowest_share
from compliance.evaluation.criteria.measurement import Measurement, known_amount
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import Facts, Row, column, fact_table, within_year
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import code, gettext_noop

NO_PROCUREMENT_RETURN = code("no-procurement-return", gettext_noop("nobody reported the purchases"))
NO_PURCHASES_IN_ALL = code("no-purchases-in-all", gettext_noop("the sum of all purchases is missing"))
NO_LOCAL_PURCHASES = code("no-local-purchases", gettext_noop("nobody says how much was bought in the districts"))


@fact_table("purchases", record="procurement-return", years=within_year("period_start__year", "period_end__year"))
class PurchasesFact(Row):
    """What one company bought in one period and currency, and how much of it in the direct-influence districts."""

    buyer: str = column("buyer__name")
    period_start: date
    period_end: date
    currency: str
    eligible_amount: Decimal | None = None
    local_amount: Decimal | None = None


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
