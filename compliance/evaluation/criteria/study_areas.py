"""Whom studies name in their area, and who says that they left them out. No rule judges it; it is sealed to be read."""

from datetime import date

from compliance.evaluation.facts import Row, column, fact_table, from_year, reference


@fact_table(
    "study-communities",
    record="study-community",
    years=from_year(
        "assessment__submitted_on__year", "assessment__approved_on__year", "assessment__works_started_on__year"
    ),
)
class StudyCommunityFact(Row):
    """A community that a study names in its area of influence."""

    assessment: str = reference("assessment", "assessment")
    community: str = column("community__name")
    slug: str = column("community__slug")
    degree: str
    """direct or indirect"""


@fact_table("left-out-claims", record="left-out-claim", years=from_year("said_on__year"))
class LeftOutClaimFact(Row):
    """A community that says in the year or before that a study left it out. Its own words are no fact."""

    assessment: str = reference("assessment", "assessment")
    community: str = column("community__name")
    slug: str = column("community__slug")
    said_on: date
    answer: str = ""
    """left-out, taken-in or outside; empty: no answer of an authority is known"""
    answered_by: str | None = column("answered_by__name", default=None)
    answered_on: date | None = None
    answer_document: str = ""
