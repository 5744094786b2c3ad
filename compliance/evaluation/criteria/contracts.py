"""Accords with States and what they promise, loans and sales in advance. No rule judges them; they are sealed to be read."""

from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import added
from compliance.evaluation.facts import Row, column, fact_table, reference, while_in_force


@fact_table("accords", record="accord", years=while_in_force("signed_on__year", "ends_on__year"))
class AccordFact(Row):
    """An accord in force in the year; without a company only States signed it."""

    title: str
    instrument: str
    partner_country: str
    company: str | None = column("company__name", default=None)
    signed_on: date
    ends_on: date | None = None
    text_withheld: bool | None = None


@fact_table(
    "accord-mines",
    record="accord-mine",
    years=while_in_force("accord__signed_on__year", "accord__ends_on__year"),
)
class AccordMineFact(Row):
    """An accord in force in the year that was entered, with its promises, with another mine."""

    accord: str = reference("accord", "accord")
    title: str = column("accord__title")
    instrument: str = column("accord__instrument")
    partner_country: str = column("accord__partner_country")
    company: str | None = column("accord__company__name", default=None)
    signed_on: date = column("accord__signed_on")
    ends_on: date | None = column("accord__ends_on", default=None)
    text_withheld: bool | None = column("accord__text_withheld", default=None)


@fact_table(
    "accord-promises",
    record="accord-promise",
    years=while_in_force("accord__signed_on__year", "accord__ends_on__year"),
)
class AccordPromiseFact(Row):
    """A promise of an accord and what came of it; None and "": nobody says it. Its own words are no fact."""

    accord: str = reference("accord", "accord")
    subject: str
    amount: Decimal | None = None
    came_amount: Decimal | None = None
    currency: str = ""
    due_by: date | None = None
    outcome: str = ""
    known_on: date | None = None
    came_voice: str = added("")
    """who says what came, where that is another source than that of the promise"""


@fact_table("financings", record="financing", years=while_in_force("signed_on__year", "ends_on__year"))
class FinancingFact(Row):
    """A loan or a sale in advance in force in the year; None: nobody says it."""

    party: str = column("party__name")
    party_country: str = column("party__country", default="")
    instrument: str
    amount: Decimal | None = None
    currency: str = ""
    share_percent: Decimal | None = None
    signed_on: date
    ends_on: date | None = None
