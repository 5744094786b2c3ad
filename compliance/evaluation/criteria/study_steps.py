"""The course of studies between submission and end. No rule judges it; it is sealed to be read."""

from datetime import date

from compliance.evaluation.facts import Row, fact_table, from_year, reference


@fact_table("assessment-steps", record="assessment-step", years=from_year("taken_on__year"))
class StudyStepFact(Row):
    """What happened with a study in the year or before."""

    assessment: str = reference("assessment", "assessment")
    step: str
    """observed, answered, withdrawn, lapsed or annulled"""
    taken_on: date
    document: str = ""
