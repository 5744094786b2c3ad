"""What is announced to be invested. No rule judges it; it is sealed to be read."""

from datetime import date
from decimal import Decimal

from compliance.evaluation.facts import Row, fact_table, from_year


@fact_table("announced-investments", record="announced-investment", years=from_year("as_of__year"))
class AnnouncedInvestmentFact(Row):
    """What was announced as of a day of the year or before; None and "": nobody says it."""

    as_of: date
    amount: Decimal | None = None
    currency: str = ""
    stage: str = ""
    """conceptual, pre-feasibility, feasibility, engineering, construction or suspended"""
    works_from: int | None = None
    works_until: int | None = None
    commissioning: int | None = None
