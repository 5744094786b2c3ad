"""What sealed facts mean: the names of tables and columns, and what a column says where an older text leaves it out."""

import dataclasses
from collections.abc import Iterator
from inspect import formatannotation
from pathlib import Path
from typing import Any

from compliance.evaluation.facts import TABLES, Row, YearRule

KEPT = Path(__file__).with_name("fact_tables.txt")
SAYS_NOTHING = (None, "", False, ())


def years_words(years: YearRule) -> str:
    """By which rule and which columns a row is placed."""
    rule = years.belongs.__qualname__.partition(".")[0]
    marks = [name for name, holds in (("opens", years.opens), ("reaches on", years.reaches_on)) if holds]
    return ", ".join([f"{rule}({', '.join(years.columns)})", *marks])


def column_words(column: "dataclasses.Field[object]") -> str:
    """A column with what it says where nothing is said, and with all that is declared of it."""
    default = [] if column.default is dataclasses.MISSING else [f"= {column.default!r}"]
    declared = [f"{name}: {value}" for name, value in sorted(column.metadata.items()) if value not in SAYS_NOTHING]
    return " ".join(
        [f"    {column.name}: {formatannotation(column.type)}", *default, *(f"[{one}]" for one in declared)]
    )


def lines() -> Iterator[str]:
    """Every table of facts as far as what is sealed depends on it."""
    inherited = dataclasses.fields(Row)
    yield "every table"
    yield from map(column_words, inherited)
    for table, known in sorted(TABLES.items(), key=lambda one: one[1].name):
        yield f"{known.name}, of {known.record}" + (f" [looked at: {known.looked_at}]" if known.looked_at else "")
        yield f"  years: {years_words(known.years)}"
        if known.carried:
            yield f"  carried: {years_words(known.carried)}"
        yield from map(column_words, dataclasses.fields(table)[len(inherited) :])


def test_every_table_of_facts_keeps_its_names_its_years_and_what_its_columns_say_by_default() -> None:
    """A new table or column is added to the file; to change what stands there changes what older sealed facts say."""
    assert list(lines()) == KEPT.read_text(encoding="utf-8").splitlines()


def test_rows_are_written_once_column_by_column_and_keep_no_dictionary() -> None:
    for table in TABLES:
        made: Any = table
        assert made.__dataclass_params__.frozen
        assert "__slots__" in vars(made)
        assert all(column.kw_only for column in dataclasses.fields(made))
