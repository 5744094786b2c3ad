"""Calls of a mine to local suppliers. No rule judges them."""

from datetime import date

from compliance.evaluation.facts import Row, column, fact_table, while_in_force


@fact_table("supplier-calls", record="supplier-call", years=while_in_force("opens_on__year", "closes_on__year"))
class SupplierCallFact(Row):
    """A call that was open in the year; what is sought, from whom, and where to ask are no facts."""

    buyer: str = column("buyer__name")
    opens_on: date
    closes_on: date
    """the last day on which an offer is taken"""
