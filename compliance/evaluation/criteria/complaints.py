"""Complaints about the environment, as far as they can be published. No rule judges them; they are sealed to be read."""

from datetime import date

from compliance.evaluation.facts import Row, column, fact_table, reference, while_in_force
from projects.testimony import COMMITTEE


@fact_table("environmental-complaints", record="environmental-complaint", years=while_in_force("received_in", "until"))
class ComplaintFact(Row):
    """One complaint that an authority received, of which everybody may read; or how many others a year has.

    The first is told from the year in which it was received to the one in which it was closed, the others in the first.
    Of the others nothing but their number is known, and that roughly (trust.md, small cells).
    """

    subject: str
    received_in: int
    """the year"""
    state: str
    """received, admitted, inspection, answered, resolved, archived or dropped; empty: it is several"""
    resolved_by_word_of: str = ""
    """complainant, authority or company, where it is resolved"""
    complaints: int | None = None
    """how many others there are at least: 10, 20, 50 or 100; None: it is one"""
    received_on: date | None = None
    """the day of one"""
    state_since: date | None = None
    state_voice: str = ""
    """who says what became of one"""
    authority: str | None = column("authority__name", default=None)
    """with whom one was lodged"""
    condition: str | None = reference("condition", "condition", default=None)
    inspection: str | None = reference("inspection", "inspection", default=None)
    """the one that followed"""

    @property
    def closed_on(self) -> date | None:
        """Since when one is closed: archived or resolved by more than the company's word; None: it is open.

        What nobody follows up stays open, and so does what is closed by words of which nobody knows whose they are. That one
        is resolved, a monitoring committee cannot say for whoever complained or for an authority.
        """
        own_word = self.resolved_by_word_of != "company" and self.state_voice != COMMITTEE
        resolved = self.state == "resolved" and own_word
        archived = self.state == "archived" and self.state_voice != "company"
        return self.state_since if (resolved or archived) and self.state_voice != "unknown" else None
