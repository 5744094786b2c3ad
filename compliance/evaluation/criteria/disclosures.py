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

NOT_DUE_YET = code("not-due-yet", gettext_noop("it is not due yet"))
NOBODY_FOUND_FIGURES = code(
    "nobody-found-figures", gettext_noop("nobody but the company has found the mine's figures in the report")
)
PUBLISHED_BY_OTHERS = code(
    "published-by-others", gettext_noop("a report of somebody else, or without the mine's figures, does not count")
)
COMPANY = "company"


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


@measure(unit=DAYS, codes=(NOT_PUBLISHED, NO_PUBLICATION_DATE, NOT_DUE_YET, NOBODY_FOUND_FIGURES, PUBLISHED_BY_OTHERS))
def publication_delay(facts: Facts, indicator: Indicator) -> Measurement:
    """Days from the end of the period to the company's first report in which somebody found its figures.

    Rule: the earliest report of the period that the company published and in which somebody other than the company
    found the mine's figures. Until the day on which points begin to fall nothing is late.
    Unit: days (lower is better). Source: EITI Standard 2023, requirement 4.8; as of the day of the evaluation.
    Missing: without such a report the days so far are the least that it can be. A report in which nobody has looked
    yet, or of which nobody says who published it, may count, and one without a day may have come first.
    """
    reports = [one for one in facts[DisclosureFact] if one.period_end == facts.period_end]
    companys = [one for one in reports if one.published_by in (None, COMPANY) and one.has_figures is not False]
    flags = {PUBLISHED_BY_OTHERS} if len(companys) < len(reports) else set()
    so_far = Decimal(max(((facts.as_of or facts.period_end) - facts.period_end).days, 0))
    sure = [_days_after(one, facts) for one in companys if one.published_by == COMPANY and one.has_figures]
    perhaps = [_days_after(one, facts) for one in companys]
    missing = {NO_PUBLICATION_DATE} if None in perhaps else set()
    first = min((days for days in sure if days is not None), default=None)
    earliest = ZERO if None in perhaps else min([so_far, *(days for days in perhaps if days is not None)])
    if first is not None:
        return measurement(
            reports,
            missing,
            flags,
            value=first,
            low=ZERO if None in perhaps else min(days for days in perhaps if days is not None),
            high=first,
        )
    if not perhaps and indicator.ceiling is not None and so_far <= indicator.ceiling:
        return measurement(reports, applicable=False, reason=NOT_DUE_YET)
    missing.add(NOBODY_FOUND_FIGURES if perhaps else NOT_PUBLISHED)
    return measurement(reports, missing, flags, low=earliest)


def _days_after(report: DisclosureFact, facts: Facts) -> Decimal | None:
    """Days from the end of the period to its publication; None where no day that can be is stated."""
    if report.published_on is None or report.published_on < facts.period_end:
        return None
    return Decimal((report.published_on - facts.period_end).days)
