"""Disclosures: when figures were published."""

from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.measurement import Measurement, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.facts import DisclosureFact, Facts
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import DAYS, code, gettext_noop

NO_PUBLICATION_DATE = code("no-publication-date", gettext_noop("the day of publication is missing"))
NOT_PUBLISHED = code("not-published", gettext_noop("no report was published"))


@measure(unit=DAYS, codes=(NOT_PUBLISHED, NO_PUBLICATION_DATE))
def disclosure_delay(facts: Facts, indicator: Indicator) -> Measurement:
    """Days from the end of the period to the first publication of its figures.

    Rule: the earliest publication of a disclosure whose period ends on the same day.
    Unit: days (lower is better). Source: EITI Standard 2023, requirement 4.8.
    Missing: no publication on record is unknown; a disclosure whose day is not known could have come first. A
    publication dated before its period ended cannot be one of that period, and is unknown.
    """
    reports = [report for report in facts[DisclosureFact] if report.period_end == facts.period_end]
    days = [
        Decimal((report.published_on - facts.period_end).days)
        for report in reports
        if report.published_on is not None and report.published_on >= facts.period_end
    ]
    if not days:
        return measurement(reports, {NOT_PUBLISHED})
    first, undated = min(days), len(days) < len(reports)
    missing = {NO_PUBLICATION_DATE} if undated else ()
    return measurement(reports, missing, value=first, low=ZERO if undated else first, high=first)
