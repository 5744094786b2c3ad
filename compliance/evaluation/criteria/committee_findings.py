"""Findings of monitoring committees. No rule judges them; they are sealed to be read."""

from datetime import date

from compliance.evaluation.facts import Row, column, fact_table, from_year, reference


@fact_table("committee-findings", record="committee-finding", years=from_year("found_on__year"))
class CommitteeFindingFact(Row):
    """What a committee found in the year or before, and how far it came; what was said, in free words, is no fact."""

    station: str | None = reference("station", "monitoring-station", default=None)
    station_name: str | None = column("station__name", default=None)
    found_on: date
    answered_by: str = ""
    """company or authority; empty: no answer is on record"""
    answered_on: date | None = None
    closed_by: str = ""
    """committee or authority; empty: nobody is on record as having closed it"""
    closed_on: date | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the committee or an authority closed it, and more than the mine's bare word says so."""
        return self.closed_on is not None and not self.bare_word
