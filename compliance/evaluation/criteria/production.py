"""Where a mine may dig, and what it produced; no rule judges it."""

from datetime import date
from decimal import Decimal

from compliance.evaluation.facts import Row, column, fact_table, from_year, reaching_into_year, within_year


@fact_table("concessions", record="concession", years=from_year("titled_on__year"))
class ConcessionFact(Row):
    """A mining concession on which the mine stands."""

    code: str
    title: str = ""
    holder: str | None = column("holder__name", default=None)
    hectares: Decimal | None = None
    titled_on: date | None = None


@fact_table(
    "production",
    record="production-return",
    years=within_year("period_start__year", "period_end__year"),
    carried=reaching_into_year("period_start__year", "period_end__year"),
)
class ProductionFact(Row):
    """How much of one mineral one company produced in one period."""

    producer: str = column("producer__name")
    mineral: str = column("mineral__code")
    period_start: date
    period_end: date
    quantity: Decimal | None = None
    unit: str
    """t, kg, g or oz (troy ounces)"""
