"""Whether all is there that must be: silence about a row that a document names is no perfection.

How many employers a payroll register names, how many promises an agreement makes for a year, how many conditions a
resolution sets: `ExpectedFact` says it, with its source. An indicator names in `lists` the tables that it rests on.
Where no list says how many rows there must be, where one says another number than is there, or where it is the
company's bare word, the indicator's range opens (games.md A: what is left out paid best of all).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import ZERO, settle
from compliance.evaluation.counted import is_voluntary
from compliance.evaluation.criteria.commitments import NO_COMMITMENT_DUE
from compliance.evaluation.criteria.measurement import Measurement
from compliance.evaluation.criteria.payments import pot_of
from compliance.evaluation.criteria.registry import MEASURES
from compliance.evaluation.criteria.shared_works import works_by
from compliance.evaluation.employment import Span, by_people, in_days, merged, share_a_day, span_of, weigh
from compliance.evaluation.facts import (
    BEFORE_WORKS,
    CERTIFYING_BY_LAW,
    AssessmentFact,
    CommitmentFact,
    ConditionFact,
    EmploymentFact,
    ExpectedFact,
    Facts,
    ObligationFact,
)
from compliance.evaluation.framework import HUNDRED, Indicator
from compliance.evaluation.words import PERCENT, code, gettext_noop

NO_LIST = code("no-list", gettext_noop("no document says how many records there must be"))
LIST_IS_BARE_WORD = code("list-is-bare-word", gettext_noop("how many there must be is the company's bare word"))
FEWER_THAN_LISTED = code("fewer-than-listed", gettext_noop("records that a document names are missing"))
MORE_THAN_LISTED = code("more-than-listed", gettext_noop("there are more records than the document names"))
STUDIES_ARE_LISTED = code(
    "studies_are_listed", gettext_noop("whether a list of parts must say how many studies they have")
)
STUDIES_NOT_LISTED = code(
    "studies-not-listed", gettext_noop("a list of the parts of the mine does not say how many studies they have")
)
NOTHING_LISTED = code("nothing-listed", gettext_noop("the document says that there was nothing"))
STATE = "state"
NEVER_MADE = "never-made"
CODES = (NO_LIST, LIST_IS_BARE_WORD, FEWER_THAN_LISTED, MORE_THAN_LISTED, STUDIES_NOT_LISTED, NOTHING_LISTED)
FALL_DUE = frozenset({"obligations", "commitments", "conditions", "shared-works"})
"""Tables of which there may be nothing in a year, because nothing fell due."""


Counting = Callable[[Facts, ExpectedFact], int]


def employers(facts: Facts, listed: ExpectedFact) -> int:
    """Employers with a return about any of the days of a list."""
    days = (listed.period_start, listed.period_end)
    return len({one.employed_by for one in facts[EmploymentFact] if share_a_day(span_of(one), days)})


def due(rows: Iterable[ObligationFact | CommitmentFact | ConditionFact], listed: ExpectedFact) -> int:
    """Rows that were due on the days of a list."""
    return sum(listed.period_start <= row.falls_due <= listed.period_end for row in rows)


def sums(facts: Facts, listed: ExpectedFact) -> list[ObligationFact]:
    """The obligations of the list's currency; all of them where it names none."""
    return [one for one in facts[ObligationFact] if listed.currency in ("", one.currency)]


def promises(facts: Facts) -> list[CommitmentFact]:
    """The company's promises that bind it."""
    return [one for one in facts[CommitmentFact] if not is_voluntary(one) and one.promised_by != STATE]


def conditions(facts: Facts) -> list[ConditionFact]:
    """The conditions but for those that a change of their study replaced before they were due."""
    return [one for one in facts[ConditionFact] if one.stands_on(one.falls_due)]


def parts(facts: Facts) -> set[str]:
    """The parts of the mine of which there is a study that certifies them."""
    return {study.component for study in facts[AssessmentFact] if study.instrument in CERTIFYING_BY_LAW}


def studies(facts: Facts) -> int:
    """The studies of parts of the mine, minor changes (ITS) too; one that was never made is none."""
    rows = facts[AssessmentFact]
    return sum(row.instrument in BEFORE_WORKS and row.decision != NEVER_MADE for row in rows)


COUNTED: Mapping[str, Counting] = {
    "employment": employers,
    "obligations": lambda facts, listed: due(sums(facts, listed), listed),
    "commitments": lambda facts, listed: due(promises(facts), listed),
    "conditions": lambda facts, listed: due(conditions(facts), listed),
    "assessments": lambda facts, listed: len(parts(facts)),
    "shared-works": lambda facts, listed: len(works_by(facts, listed.period_end)),
}
"""What of each table is compared with the number in a list."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """What a list shows of one table: nothing lacks, or `gap` percent of it, or (None) nobody can say how much."""

    codes: tuple[str, ...] = ()
    gap: Decimal | None = ZERO
    lists: tuple[ExpectedFact, ...] = ()


def completeness(facts: Facts, table: str, *, with_studies: bool = False) -> Completeness:
    """Whether the lists of a table name what is there, on every day of the period that is judged.

    Of parts of the mine, where the rule says so, the number `with_studies` too: a part may have several. In a year that
    is not over, what is not yet due may lack: only more rows than are listed are seen.
    """
    lists = [one for one in facts[ExpectedFact] if one.of == table and one.period_end <= facts.period_end]
    span = _days_to_name(facts, table)
    own = [one for one in lists if not one.bare_word and share_a_day((one.period_start, one.period_end), span)]
    if not _covered(own, span):
        return Completeness((LIST_IS_BARE_WORD if any(one.bare_word for one in lists) else NO_LIST,), None)
    found = {MORE_THAN_LISTED} if _in_no_list(own, facts, table) else set[str]()
    gaps: list[Decimal | None] = [None] if found else []
    for one in own:
        there = COUNTED[table](facts, one)
        gap = _gap_in_size(one, facts)
        lacks = there < one.number or (gap is not None and gap > 0)
        if there > one.number:
            found.add(MORE_THAN_LISTED)
            gaps.append(None)
        elif lacks and _is_over(one, facts):
            found.add(FEWER_THAN_LISTED)
            gaps.append(gap if gap and _alike(one, facts) else _gap_in_number(one, there))
        if with_studies and (amiss := _amiss_with_studies(one, facts)):
            found.add(amiss)
            gaps.append(None)
    gap = None if None in gaps else max((gap for gap in gaps if gap is not None), default=ZERO)
    return Completeness(tuple(sorted(found)), gap, tuple(own))


def all_studies_are_there(facts: Facts) -> bool:
    """Whether lists name as many parts and studies as are on record: no study that is left out could mend anything."""
    shown = completeness(facts, "assessments", with_studies=True)
    return not shown.codes and all(
        (one.number, one.studies) == (len(parts(facts)), studies(facts)) for one in shown.lists
    )


def opened(facts: Facts, indicator: Indicator, measured: Measurement) -> Measurement:
    """The figure with what its tables lack counted as not shown, and its range as wide as that may make it.

    A broken binary rule stays broken: what is missing cannot mend it. What does not apply by the rows that are there may
    apply by one that is not. Where the lists say that there was nothing, and nothing is there, the rule does not apply.
    """
    with_studies = indicator.asks(STUDIES_ARE_LISTED, facts.period_end)
    shown = [
        completeness(facts, table, with_studies=with_studies and table == "assessments") for table in indicator.lists
    ]
    missing = {code for one in shown for code in one.codes}
    lists = [row for one in shown for row in one.lists]
    none_due = not measured.records or NO_COMMITMENT_DUE in measured.missing
    nothing = FALL_DUE.issuperset(indicator.lists) and none_due and not any(row.number for row in lists)
    measured = replace(measured, records=tuple(sorted({*measured.records, *(row.record for row in lists)})))
    if not missing:
        return replace(measured, applicable=False, reason=NOTHING_LISTED) if lists and nothing else measured
    measured = replace(measured, missing=tuple(sorted({*measured.missing, *missing})), applicable=True, reason="")
    if indicator.kind == "binary":
        return measured if measured.passes is False else replace(measured, passes=None)
    gap = None if any(one.gap is None for one in shown) else max(one.gap or ZERO for one in shown)
    if gap is None or measured.value is None or indicator.unit != PERCENT or MEASURES[indicator.measure].may_pass_100:
        return replace(measured, low=None, high=None)
    return _with_gap(measured, gap, worse_is_more=_worse_is_more(indicator))


def _worse_is_more(indicator: Indicator) -> bool:
    return indicator.floor is not None and indicator.ceiling is not None and indicator.floor > indicator.ceiling


def _with_gap(measured: Measurement, gap: Decimal, *, worse_is_more: bool) -> Measurement:
    """A share of a whole of which `gap` percent is missing: nothing of that is shown to be good."""
    there = HUNDRED - gap

    def of_all(percent: Decimal | None, missing: Decimal) -> Decimal | None:
        return None if percent is None else settle(percent * there / HUNDRED + missing)

    value = of_all(measured.value, gap if worse_is_more else ZERO)
    whole = None if measured.denominator is None or not there else settle(measured.denominator * HUNDRED / there)
    return replace(
        measured,
        value=value,
        low=of_all(measured.low, ZERO),
        high=of_all(measured.high, gap),
        numerator=None if whole is None or value is None else settle(whole * value / HUNDRED),
        denominator=whole,
    )


def _days_to_name(facts: Facts, table: str) -> Span:
    """The days that a list must name: the period, and of conditions all since the first approval, which stay open.

    Of an approval of which nobody says the day, no list can name them all.
    """
    studies = [study for study in facts[AssessmentFact] if not study.decision] if table == "conditions" else []
    return min([facts.period_start, *(study.approved_on or date.min for study in studies)]), facts.period_end


def _covered(lists: Iterable[ExpectedFact], span: Span) -> bool:
    whole = merged((one.period_start, one.period_end) for one in lists)
    return any(first <= span[0] and span[1] <= last for first, last in whole)


def _in_no_list(lists: Iterable[ExpectedFact], facts: Facts, table: str) -> bool:
    """Whether sums of a currency are there that no list names."""
    listed = {one.currency for one in lists}
    return (
        table == "obligations"
        and "" not in listed
        and any(row.currency not in listed for row in facts[ObligationFact] if facts.covers(row.falls_due))
    )


def _is_over(one: ExpectedFact, facts: Facts) -> bool:
    return facts.as_of is None or facts.as_of > one.period_end


def _amiss_with_studies(one: ExpectedFact, facts: Facts) -> str:
    """What is amiss with the number of studies in a list, as a code; empty where as many are there."""
    if one.studies is None:
        return STUDIES_NOT_LISTED
    there = studies(facts)
    if there > one.studies:
        return MORE_THAN_LISTED
    return FEWER_THAN_LISTED if there < one.studies and _is_over(one, facts) else ""


def _gap_in_size(one: ExpectedFact, facts: Facts) -> Decimal | None:
    """Percent of the people or of the money in a list that no record is about; None where it does not say how much."""
    if one.of == "employment" and one.people:
        reports = in_days(facts[EmploymentFact], facts.period_start, facts.period_end)
        weighed = weigh((report for report in reports if report.total_fte is not None), by_people)
        there = sum(((report.total_fte or ZERO) * weight for report, weight in weighed.counted), ZERO)
        return max(ZERO, settle(HUNDRED * (one.people - there) / one.people))
    if one.of == "obligations" and one.amount:
        there = sum(
            (row.amount for row in sums(facts, one) if one.period_start <= row.falls_due <= one.period_end), ZERO
        )
        return max(ZERO, settle(HUNDRED * (one.amount - there) / one.amount))
    return None


def _alike(one: ExpectedFact, facts: Facts) -> bool:
    """Whether what is missing would be counted together with all that is there."""
    pots = {pot_of(row) for row in facts[ObligationFact]}
    return one.of == "employment" or len(pots) == 1


def _gap_in_number(one: ExpectedFact, there: int) -> Decimal | None:
    """Percent of the rows in a list that are missing, where each counts alike."""
    alike = one.of in ("commitments", "conditions")
    return settle(HUNDRED * Decimal(one.number - there) / one.number) if alike else None
