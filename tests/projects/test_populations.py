"""Populations: which areas a file means, what is left out, and what is kept."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from projects.models import Area, Population
from projects.services.populations import Columns, Loaded, load_population, whole

HEAD = "ubigeo,population,year\n"


def load(rows: str, origin: str = "INEI") -> Loaded:
    """Load rows of a file as Peru's usual one has them."""
    return load_population(
        HEAD + rows, Area.objects.filter(country="PE"), Columns("ubigeo", "year", "population"), origin
    )


def known() -> set[tuple[str, int, int, str]]:
    """What is on record."""
    return {(row.area.code, row.year, row.people, row.origin) for row in Population.objects.select_related("area")}


@pytest.mark.django_db
def test_people_are_kept_by_area_and_year_and_the_same_file_once_more_changes_nothing() -> None:
    rows = "030501,22798.0,2016.0\n030501,23000,2017\n030502,9000,2017\n"
    assert load(rows).changed == 3
    again = load(rows)
    assert (again.changed, again.unchanged, again.refused) == (0, 3, [])
    assert known() == {
        ("030501", 2016, 22798, "INEI"),
        ("030501", 2017, 23000, "INEI"),
        ("030502", 2017, 9000, "INEI"),
    }


@pytest.mark.django_db
def test_another_number_of_a_later_file_takes_the_place_of_the_one_before_and_nothing_else_goes() -> None:
    load("030501,23000,2017\n030502,9000,2017\n")
    changed = load("030501,23100,2017\n", "INEI, census of 2017")
    assert (changed.changed, changed.unchanged) == (1, 0)
    assert known() == {("030501", 2017, 23100, "INEI, census of 2017"), ("030502", 2017, 9000, "INEI")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("999999,10,2017", "999999 is the code of no area on record"),
        (",10,2017", "? is the code of no area on record"),
        ("030501,10.5,2017", "10.5 is no number of people"),
        ("030501,-1,2017", "-1 is no number of people"),
        ("030501,NaN,2017", "NaN is no number of people"),
        ("030501,1e3,2017", "1e3 is no number of people"),
        ("030501,1_000,2017", "1_000 is no number of people"),
        ("030501,2147483648,2017", "2147483648 is no number of people"),
        ("030501,,2017", "? is no number of people"),
        ("030501,10,17", "17 is no year"),
        ("030501,10,", "? is no year"),
    ],
)
def test_a_row_that_says_no_area_year_or_number_is_named_with_its_line_and_left_out(row: str, reason: str) -> None:
    loaded = load(f"030502,9000,2017\n{row}\n030503,0,2017\n")
    assert loaded.refused == [f"3: {reason}"]
    assert {(code, people) for code, _year, people, _origin in known()} == {("030502", 9000), ("030503", 0)}


@pytest.mark.django_db
def test_two_rows_that_say_different_numbers_load_nothing() -> None:
    with pytest.raises(ValidationError, match="Line 3 says another number of an area and year"):
        load("030501,10,2017\n030501,11,2017\n")
    assert load("030501,10,2017\n030501,10,2017\n").changed == 1


@pytest.mark.django_db
def test_a_file_without_a_column_is_refused_by_the_name_of_the_column(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("code,people,year\n030501,10,2017\n", encoding="utf-8")
    with pytest.raises(CommandError, match="The file has no column ubigeo, population. Nothing was loaded."):
        call_command("load_population", file, origin="INEI")
    call_command("load_population", file, origin="INEI", code="code", people="people")
    assert known() == {("030501", 2017, 10, "INEI")}


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("7.0", 7), ("0", 0), ("7.5", None), ("", None), ("Infinity", None)]
)
def test_a_whole_number_may_be_written_with_a_point_and_nothing_after_it(text: str, number: Any) -> None:
    assert whole(text) == number
