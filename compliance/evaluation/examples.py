"""Worked examples: a few facts and what a rule makes of them, as data beside the rule in the framework's file.

They explain a rule and test it, and are no part of it: nothing that is sealed holds them. What an example's facts do
not say is usual, or unknown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from compliance.evaluation import canonical
from compliance.evaluation.facts import PERIOD_FIELDS, TABLES, Facts
from compliance.evaluation.framework import LANGUAGES, FrameworkError, Texts, indicators_of

USUAL: Mapping[str, object] = {
    "project": "example",
    "country": "",
    "year": 2025,
    "period_start": "2025-01-01",
    "period_end": "2025-12-31",
    "phases": ["operation"],
}
"""A mine in operation, in one year."""

USUAL_COLUMNS: Mapping[str, object] = {
    "period_start": "2025-01-01",
    "period_end": "2025-12-31",
    "due_on": "2025-06-30",
    "currency": "PEN",
    "basis": "agreement",
    "payer": "the mine",
    "employer": "the mine",
    "provider": "the mine",
    "form": "course",
    "recipient": "the community",
    "owner": "an owner",
    "owner_kind": "company",
    "owner_country": "PE",
    "state_owned": False,
    "listed_on": "",
    "company": "a company",
    "starts_on": "2020-01-01",
    "held_since": "2023-02-01",
    "contractors_included": True,
    "area": "the province",
    "census": "the census",
}
"""What a row says of itself where its example does not, in whatever table has such a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the rule must come to; what is not written must be unknown."""

    state: str = "scored"
    value: Decimal | None = None
    """rounded to the decimals that are written"""
    passes: bool | None = None
    score: Decimal | None = None
    """as it is shown, with one decimal"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One case in a sentence, in facts, and in what it comes to."""

    says: Texts
    facts: Facts
    gives: Result

    def __post_init__(self) -> None:
        if untold := sorted(language for language in LANGUAGES if not self.says.get(language, "").strip()):
            raise ValueError(f"no sentence in {', '.join(untold)}")


def read_examples(data: Any) -> dict[str, tuple[Example, ...]]:
    """The worked examples in a framework as it was read, by indicator; raises FrameworkError naming what is wrong."""
    found = {str(one.get("code")): one.get("examples", ()) for one in indicators_of(data)}
    return {
        code: tuple(_read(one, f"{code}, example {n}") for n, one in enumerate(rows, 1)) for code, rows in found.items()
    }


def _read(example: Any, where: str) -> Example:
    try:
        facts = Facts.from_json(_in_full(example.get("facts", {})))
        return canonical.read(Example, {**example, "facts": facts}, "it")
    except (AttributeError, TypeError, ValueError) as error:
        raise FrameworkError(f"{where}: {error}") from error


def _in_full(facts: Mapping[str, Any]) -> dict[str, Any]:
    tables = {name: list(_rows(name, rows)) for name, rows in facts.items() if name not in PERIOD_FIELDS}
    return {**USUAL, **facts, **tables}


def _rows(name: str, rows: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Each row as often as its `times` say, with a record of its own: obligations/1, obligations/2."""
    columns = {field.name for table, known in TABLES.items() if known.name == name for field in fields(table)}
    usual = {column: value for column, value in USUAL_COLUMNS.items() if column in columns}
    written = [row for row in rows for _ in range(int(row.get("times", 1)))]
    for number, row in enumerate(written, 1):
        own = {column: value for column, value in row.items() if column != "times"}
        yield {"record": f"{name}/{number}", **usual, **own}
