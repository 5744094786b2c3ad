"""Findings of monitoring committees. No rule judges them; they are sealed to be read."""

from datetime import date

from compliance.evaluation.criteria.disclosures import COMPANY
from compliance.evaluation.criteria.monitoring import UNKNOWN
from compliance.evaluation.facts import Row, fact_table, from_year


@fact_table("committee-findings", record="committee-finding", years=from_year("found_on__year"))
class CommitteeFindingFact(Row):
    """What a committee found in the year or before, and how far it came; where it is and what was said is no fact."""

    found_on: date
    answered_by: str = ""
    """company or authority; empty: no answer is on record"""
    answered_on: date | None = None
    closed_by: str = ""
    """committee or authority; empty: nobody is on record as having closed it"""
    closed_on: date | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the committee or an authority closed it, and somebody says so who is known and is not the mine."""
        return self.closed_on is not None and self.voice not in (COMPANY, UNKNOWN)
