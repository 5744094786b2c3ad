"""Jobs: how many workers are neighbours, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import number, of_every_100, share_of
from compliance.evaluation.canonical import ZERO, added
from compliance.evaluation.employment import gives_a_share, weigh
from compliance.evaluation.facts import EmploymentFact, Facts
from compliance.evaluation.framework import HUNDRED
from compliance.evaluation.shown_results import completions
from compliance.evaluation.small_numbers import CoveredRow, cover
from compliance.public_pages.document import Document
from compliance.public_pages.sections import Section, Subject, Table, Values, register
from compliance.public_pages.small_numbers import between_words
from projects.models import PhasePeriod

COUNTED = ("district", "province", "region", "national", "women", "indigenous")


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Workers whose number is not shown: how many they are at least and at most, as far as it is."""

    of: str
    """a column of `EmploymentYear`"""
    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentYear:
    """Average workers of one year; each wider area includes the narrower one; None is unknown, or not shown."""

    year: int
    total: Decimal | None = None
    district: Decimal | None = None
    province: Decimal | None = None
    region: Decimal | None = None
    national: Decimal | None = None
    foreign: Decimal | None = None
    women: Decimal | None = None
    indigenous: Decimal | None = added(None)
    """those who say so of themselves"""
    returns: int = 0
    voice: str | None = None
    between: tuple[Between, ...] = added(())
    """what is not shown, because it would tell on fewer than five people"""

    def between_of(self, column: str) -> Between | None:
        """Between what a column lies that is not shown; None where it is shown, or unknown."""
        column = "foreign" if column == "abroad" else column
        return next((one for one in self.between if one.of == column), None)

    @property
    def abroad(self) -> Decimal | None:
        """Workers who are not nationals, in the same count as all others (the legal head count is another)."""
        return None if self.total is None or self.national is None else self.total - self.national

    @property
    def share(self) -> str | None:
        """Of every hundred workers, how many live in the districts."""
        return self.share_of("district")

    def share_of(self, group: str) -> str | None:
        """Of every hundred workers, how many are of a group, or between how many; None where it is unknown."""
        part, whole = self.ends_of(group), self.ends_of("total")
        if part is None or whole is None:
            return None
        if part[0] == part[1] and whole[0] == whole[1]:
            return of_every_100(part[0], whole[0])
        least = HUNDRED * part[0] / whole[1]
        most = HUNDRED * part[1] / whole[0] if whole[0] else HUNDRED
        return between_words(least, min(most, HUNDRED))

    def ends_of(self, group: str) -> tuple[Decimal, Decimal] | None:
        """How many workers of a group there are at least and at most; None where that is unknown."""
        count, between = getattr(self, group), self.between_of(group)
        if between:
            return between.least, between.most
        return None if count is None else (count, count)

    def words_of(self, group: str) -> str:
        """How many workers of a group there are, or between how many."""
        between = self.between_of(group)
        return between_words(between.least, between.most) if between else number(getattr(self, group))


years_of = partial(Document.rows, part=EmploymentYear, name="employment")
"""The years of a document, oldest first."""


def describe_employment(subject: Subject) -> list[EmploymentYear]:
    """Workers of this year from its facts, unknown where nobody reported, and of each year before it as published.

    Small numbers of a year that was sealed with them are not repeated.
    """
    published = [row for before in subject.earlier for row in years_of(before) if row.year == before.year]
    exact = {before.year: before for before in subject.earlier if not before.hides_small_numbers}
    rows = [without_small_numbers(row, exact[row.year]) if row.year in exact else row for row in published]
    return [*rows, employment_of(subject.facts)]


def without_small_numbers(row: EmploymentYear, document: Document) -> EmploymentYear:
    """A year that a document shows with every number, as it would show it today."""
    shown, covered = cover(document.facts, {})
    return employment_shown(shown, covered) if covered else row


def employment_shown(shown: Facts, covered: Sequence[CoveredRow]) -> EmploymentYear:
    """The workers of a year from facts of which the covered rows hide counts."""
    return employment_between([employment_of(facts) for facts in completions(shown, covered)])


def employment_of(facts: Facts) -> EmploymentYear:
    """Average workers of one year, weighted as the indicators do; unknown where any return leaves a part unsaid."""
    returns = facts[EmploymentFact]
    counted = weigh(returns).counted if all(gives_a_share(row) for row in returns) else []
    people: dict[str, Any] = {name: average(counted, f"{name}_fte") for name in ("total", *COUNTED)}
    total, national = people["total"], people["national"]
    voices = {row.voice for row in returns}
    return EmploymentYear(
        year=facts.year,
        foreign=total - national if total is not None and national is not None else None,
        returns=len(returns),
        voice=voices.pop() if len(voices) == 1 else "unknown",
        **people,
    )


def employment_between(years: Sequence[EmploymentYear]) -> EmploymentYear:
    """One year of which counts are hidden, from all that it can come to: what is the same, and between what the rest lies."""
    first, between = years[0], []
    for name in ("total", *COUNTED, "foreign"):
        said = [getattr(year, name) for year in years]
        if any(one != said[0] for one in said):
            between.append(Between(of=name, least=max(min(said), ZERO), most=max(said)))
    unsaid: dict[str, Any] = {one.of: None for one in between}
    return replace(first, between=tuple(between), **unsaid)


def average(counted: list[tuple[EmploymentFact, Decimal]], column: str) -> Decimal | None:
    """The weighted sum of one column in whole hundredths, or None where any part is unknown."""
    people = [(getattr(report, column), weight) for report, weight in counted]
    if not people or any(number is None for number, _weight in people):
        return None
    return sum((number * weight for number, weight in people), ZERO).quantize(Decimal("0.01"))


def this_year(document: Document) -> EmploymentYear:
    """The period's year; unknown where the document has no such row."""
    found = (row for row in years_of(document) if row.year == document.year)
    return next(found, EmploymentYear(year=document.year))


def every_year(document: Document) -> list[EmploymentYear]:
    """Years that nobody reported stand between the others as unknown, up to the year of the document."""
    known = {row.year: row for row in years_of(document)}
    years = range(min([*known, document.year]), document.year + 1)
    return [known.get(year, EmploymentYear(year=year)) for year in years]


def groups() -> tuple[tuple[str, str], ...]:
    """Those who are counted, by the columns that count them."""
    return (
        ("district", _("District (neighbours)")),
        ("province", _("Province")),
        ("region", _("Region")),
        ("national", _("The whole country")),
        ("abroad", _("Other countries")),
        ("women", _("Women")),
        ("indigenous", _("People who say that they are indigenous")),
    )


@dataclass(frozen=True)
class Series:
    """Of every hundred workers how many, by year; the last year in whole workers too, and in words."""

    name: str
    values: list[Decimal | None]
    share: str | None
    workers: Decimal | None
    words: str


def series_of(document: Document) -> list[Series]:
    """A series for each group that anybody counted in any year."""
    rows, now = every_year(document), this_year(document)
    return [
        Series(
            name,
            [share_of(getattr(row, group), row.total) for row in rows],
            now.share_of(group),
            getattr(now, group),
            now.words_of(group),
        )
        for group, name in groups()
        if any(row.ends_of(group) is not None for row in rows)
    ]


def show(document: Document) -> Values:
    """Charts by group, at one scale, and the workers of the year in numbers."""
    rows, series = every_year(document), series_of(document)
    known = [value for one in series for value in one.values if value is not None]
    top = (max(known, default=Decimal(100)) / 10).to_integral_value(ROUND_CEILING) * 10
    voices = sorted({row.voice or "unknown" for row in rows if row.total is not None}) or ["unknown"]
    return {
        "series": series,
        "years": [row.year for row in rows],
        "top": top or Decimal(10),
        "now": this_year(document),
        "voice": voices[0] if len(voices) == 1 else "unknown",
        "voices": voices,
        "phases": [
            PhasePeriod.Phase(phase).label for phase in PhasePeriod.Phase.values if phase in document.facts.phases
        ],
        "hatched": any(value is None for one in series for value in one.values),
        "hidden": any(row.between for row in rows),
    }


def answer(document: Document) -> Values:
    """How many of every hundred workers are neighbours, and who says so."""
    now = this_year(document)
    hidden = not {"district", "total"}.isdisjoint(one.of for one in now.between)
    return {"now": now, "dots": share_of(now.district, now.total), "hidden": hidden}


def employment_table(document: Document) -> Table:
    """One row a year."""
    head = [_("project"), _("year"), _("workers"), *(name for _group, name in groups()), _("who says so")]
    rows = (
        [
            document.slug,
            row.year,
            cell_of(row, "total"),
            *(cell_of(row, group) for group, _name in groups()),
            row.voice or "unknown",
        ]
        for row in every_year(document)
    )
    return [[word.replace(" ", "_") for word in head], *rows]


def cell_of(row: EmploymentYear, group: str) -> Decimal | str | None:
    """The workers of a group as a cell: a number, in words where it is not shown, None where it is unknown."""
    return row.words_of(group) if row.between_of(group) else getattr(row, group)


register(
    Section(
        name="employment",
        page="work",
        title=gettext_lazy("Jobs"),
        lead=gettext_lazy("Of every 100 workers, how many. Each wider area includes the narrower one."),
        part=EmploymentYear,
        is_list=True,
        describe=describe_employment,
        show=show,
        answer=answer,
        table=employment_table,
    )
)
