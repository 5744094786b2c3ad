"""What changed since the publication before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, money, pick_language
from compliance.evaluation.canonical import spell
from compliance.evaluation.judgement import WITHHELD, Judgement
from compliance.public_pages.document import Change, Document
from compliance.public_pages.money import Money, money_of
from compliance.public_pages.sections import Section, Values, register
from compliance.public_pages.small_numbers import hides_grade, rests_on_hidden


@dataclass(frozen=True)
class ChangeRow:
    """One change in words."""

    of: str
    """grade, money, policy or indicator"""
    label: str
    before: str
    after: str


def changes_between(earlier: Document, judgement: Judgement, sums: Money) -> list[Change]:
    """What a reader should know: grades and confirmed money that differ from those of an earlier document.

    A grade that one of the two does not show is no change.
    """
    before = earlier.scorecard
    hidden = {
        (kind, code)
        for one in (before, judgement)
        for kind, code, is_hidden in [
            ("grade", "", hides_grade(one)),
            *(("policy", result.code, hides_grade(one, result.code)) for result in one.policies),
            *(("indicator", row.code, rests_on_hidden(row) and row.grade == WITHHELD) for row in one.outcomes),
        ]
        if is_hidden
    }
    grades = [("grade", "", before.grade, judgement.grade)]
    policies = {one.code: one.grade for one in before.policies}
    grades += [
        ("policy", one.code, policies[one.code], one.grade) for one in judgement.policies if one.code in policies
    ]
    indicators = {one.code: one.grade for one in before.outcomes}
    grades += [
        ("indicator", one.code, indicators[one.code], one.grade) for one in judgement.outcomes if one.code in indicators
    ]
    changes = [
        Change(kind=kind, code=code, before=was, after=now, currency=None)
        for kind, code, was, now in grades
        if was != now and (kind, code) not in hidden
    ]
    confirmed = {total.currency: total.confirmed for total in money_of(earlier).totals}
    return changes + [
        Change(
            kind="money",
            before=spelled(confirmed[total.currency]),
            after=spelled(total.confirmed),
            currency=total.currency,
        )
        for total in sums.totals
        if total.currency in confirmed and confirmed[total.currency] != total.confirmed
    ]


def correction_notice(correction: tuple[date, list[str]] | None, document: Document) -> str:
    """That the record behind a publication was corrected, on which day and about what; no figure that is under review."""
    if correction is None:
        return ""
    day, codes = correction
    names = [pick_language(one.names) for one in document.scorecard.framework.indicators if one.code in codes]
    words = {"day": long_date(day), "subjects": "; ".join(names)}
    if not names:
        return _("The record behind this page was corrected on %(day)s and is under review.") % words
    return _("The record behind this page was corrected on %(day)s and is under review: %(subjects)s.") % words


def spelled(amount: Decimal | None) -> str | None:
    """A number as it is sealed."""
    return None if amount is None else spell(amount)


def change_rows(document: Document) -> list[ChangeRow]:
    """What moved since the publication before, in words; unknown sides are named."""
    return [
        ChangeRow(one.kind, label_of(one, document), side(one.before, one), side(one.after, one))
        for one in document.changes
    ]


def label_of(change: Change, document: Document) -> str:
    """What moved, by name."""
    if change.label:
        return pick_language(change.label)
    if change.kind == "policy":
        return pick_language(document.scorecard.policy(change.code).policy.names)
    if change.kind == "indicator":
        return pick_language(document.framework.indicator(change.code).names)
    return _("Confirmed money") if change.kind == "money" else _("Overall grade")


def side(value: str | None, change: Change) -> str:
    """A sum or a grade on one side of a change, or why there was none."""
    if value == WITHHELD:
        return _("not graded")
    if value is None:
        return _("not known") if change.kind == "money" else _("does not apply")
    return money(value, change.currency) if change.currency else value


def show(document: Document) -> Values | None:
    """What changed, and why it was corrected; nothing where there is neither."""
    rows = change_rows(document)
    if not rows and not document.correction_reason:
        return None
    lead = _("Since the version that this one corrects.") if document.supersedes else _("Since the publication before.")
    return {"rows": rows, "reason": document.correction_reason, "lead": lead}


register(Section(name="changes", page="scorecard", place=1, title=gettext_lazy("What changed"), show=show))
