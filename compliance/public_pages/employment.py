"""Jobs: how many workers are neighbours, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import of_every_100, share_of
from compliance.evaluation.canonical import ZERO
from compliance.evaluation.employment import gives_a_share, weigh
from compliance.evaluation.facts import EmploymentFact, Facts
from compliance.public_pages.document import Document
from compliance.public_pages.sections import Section, Subject, Table, Values, register

COUNTED = ("district", "province", "region", "national", "women")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentYear:
    """Average workers of one year; each wider area includes the narrower one; None is unknown."""

    year: int
    total: Decimal | None = None
    district: Decimal | None = None
    province: Decimal | None = None
    region: Decimal | None = None
    national: Decimal | None = None
    foreign: Decimal | None = None
    women: Decimal | None = None
    returns: int = 0
    voice: str | None = None

    @property
    def abroad(self) -> Decimal | None:
        """Workers who are not nationals, in the same count as all others (the legal head count is another)."""
        return None if self.total is None or self.national is None else self.total - self.national

    @property
    def share(self) -> str | None:
        """Of every hundred workers, how many live in the districts."""
        return of_every_100(self.district, self.total)


years_of = partial(Document.rows, part=EmploymentYear, name="employment")
"""The years of a document, oldest first."""


def describe_employment(subject: Subject) -> list[EmploymentYear]:
    """Workers of this year from its facts, unknown where nobody reported, and of each year before it as published."""
    published = [row for before in subject.earlier for row in years_of(before) if row.year == before.year]
    return [*published, employment_of(subject.facts)]


def employment_of(facts: Facts) -> EmploymentYear:
    """Average workers of one year, weighted as the indicators do; unknown where any return leaves a part unsaid."""
    returns = facts[EmploymentFact]
    counted = weigh(returns).counted if all(gives_a_share(row) for row in returns) else []
    people = {name: average(counted, f"{name}_fte") for name in ("total", *COUNTED)}
    total, national = people["total"], people["national"]
    voices = {row.voice for row in returns}
    return EmploymentYear(
        year=facts.year,
        foreign=total - national if total is not None and national is not None else None,
        returns=len(returns),
        voice=voices.pop() if len(voices) == 1 else "unknown",
        **people,
    )


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
        ("abroad", _("Other countries")),
        ("women", _("Women")),
    )


@dataclass(frozen=True)
class Series:
    """Of every hundred workers how many, by year; the last year in whole workers too."""

    name: str
    values: list[Decimal | None]
    share: str | None
    workers: Decimal | None


def series_of(document: Document) -> list[Series]:
    """A series for each group that anybody counted in any year."""
    rows, now = every_year(document), this_year(document)
    return [
        Series(
            name,
            [share_of(getattr(row, group), row.total) for row in rows],
            of_every_100(getattr(now, group), now.total),
            getattr(now, group),
        )
        for group, name in groups()
        if any(getattr(row, group) is not None for row in rows)
    ]


def show(document: Document) -> Values:
    """Charts by group, at one scale, and the workers of the year in numbers."""
    rows, series = every_year(document), series_of(document)
    known = [value for one in series for value in one.values if value is not None]
    top = (max(known, default=Decimal(100)) / 10).to_integral_value(ROUND_CEILING) * 10
    voices = {row.voice for row in rows if row.total is not None}
    return {
        "series": series,
        "years": [row.year for row in rows],
        "top": top or Decimal(10),
        "now": this_year(document),
        "voice": voices.pop() if len(voices) == 1 else "unknown",
        "hatched": any(value is None for one in series for value in one.values),
    }


def answer(document: Document) -> Values:
    """How many of every hundred workers are neighbours, and who says so."""
    now = this_year(document)
    return {"now": now, "dots": share_of(now.district, now.total)}


def employment_table(document: Document) -> Table:
    """One row a year."""
    head = [_("project"), _("year"), _("workers"), *(name for _group, name in groups()), _("who says so")]
    rows = (
        [
            document.slug,
            row.year,
            row.total,
            *(getattr(row, group) for group, _name in groups()),
            row.voice or "unknown",
        ]
        for row in every_year(document)
    )
    return [[word.replace(" ", "_") for word in head], *rows]


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
