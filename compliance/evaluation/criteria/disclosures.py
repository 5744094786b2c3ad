"""Disclosures: when figures were published."""

from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.measurement import Measurement, records_of
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Indicator


def disclosure_delay(facts: Facts, indicator: Indicator) -> Measurement:
    """Days from the end of the period to the first publication of its figures.

    Rule: the earliest publication of a disclosure whose period ends on the same day.
    Unit: days (lower is better). Source: EITI Standard 2023, requirement 4.8.
    Missing: no publication on record is unknown; a disclosure whose day is not known could have come first. A
    publication dated before its period ended cannot be one of that period, and is unknown.
    """
    reports = [report for report in facts.disclosures if report.period_end == facts.period_end]
    days = [
        Decimal((report.published_on - facts.period_end).days)
        for report in reports
        if report.published_on is not None and report.published_on >= facts.period_end
    ]
    if not days:
        return Measurement(unit="days", missing=("not-published",), records=records_of(reports))
    undated = len(days) < len(reports)
    return Measurement(
        unit="days",
        value=min(days),
        low=ZERO if undated else min(days),
        high=min(days),
        missing=("no-publication-date",) if undated else (),
        records=records_of(reports),
    )
