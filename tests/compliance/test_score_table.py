"""A table of figures is scored by a framework from a file, whole or not at all."""

import io
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from compliance.evaluation.framework import FrameworkError
from compliance.evaluation.trees.reading import FOLDER, read_tree
from compliance.services import tables
from compliance.services.tables import score_table
from tests.compliance.evaluation.tree_builders import both, joined, tree

RISK = FOLDER / "peru-district-social-risk.yaml"
DAY = "2026-02-28"
HEADER = "ubigeo,rezago_conflictos,n_ejecucion_canon,canon_pc,mineria_pc"
CHALLHUAHUACHO = "030506,4,0.6504494976203067,3621.489051375506,655728.0647006908"


def table(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "districts.csv"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


def scored(path: Path, framework: Path = RISK) -> list[str]:
    out = io.StringIO()
    call_command("score_table", str(framework), str(path), on=DAY, stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


def refused(path: Path, framework: Path = RISK, on: str = DAY, to: Path | None = None) -> str:
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("score_table", str(framework), str(path), on=on, to=to, stdout=out)
    assert out.getvalue() == ""
    return str(error.value)


def test_every_row_gets_its_score_its_range_and_its_band(tmp_path: Path) -> None:
    lines = scored(table(tmp_path, CHALLHUAHUACHO, "000000,,,,"))
    assert lines == [
        f"{HEADER},score,worst,best,band",
        f"{CHALLHUAHUACHO},74.5629,74.5629,74.5629,high",
        "000000,,,,,,0.0000,100.0000,?",
    ]


def test_an_unknown_term_of_a_negative_weight_opens_the_range_and_gives_no_band(tmp_path: Path) -> None:
    line = scored(table(tmp_path, "030506,4,,3621.489051375506,655728.0647006908"))[1]
    assert line.endswith(",,66.3892,89.7727,?")


def test_a_table_may_hold_answers_in_columns_named_after_what_is_asked(tmp_path: Path) -> None:
    path = table(tmp_path, "Ghana,82.5,78,88.5", "Nobody,,,", header="country,engagement,transparency,impact")
    eiti = FOLDER / "eiti-validation-2021.yaml"
    assert scored(path, eiti)[1:] == [
        "Ghana,82.5,78,88.5,83.0000,83.0000,83.0000,moderate",
        "Nobody,,,,,0.0000,100.0000,?",
    ]


def test_semicolons_a_byte_order_mark_and_other_columns_are_read(tmp_path: Path) -> None:
    path = tmp_path / "districts.csv"
    path.write_text("﻿" + HEADER.replace(",", ";") + ";note\n" + CHALLHUAHUACHO.replace(",", ";") + ";=1+1\n")
    assert scored(path)[1].endswith(",'=1+1,74.5629,74.5629,74.5629,high")


@pytest.mark.parametrize(
    ("lines", "header", "reason"),
    [
        ([CHALLHUAHUACHO], HEADER.replace("canon_pc", "canon"), "districts.csv:1: there is no column canon_pc"),
        ([CHALLHUAHUACHO + ",1"], HEADER + ",canon_pc", "districts.csv:1: the column canon_pc is there twice"),
        ([CHALLHUAHUACHO + ",1"], HEADER + ",score", "districts.csv:1: the column score would be written over"),
        ([CHALLHUAHUACHO, "1,1,1"], HEADER, "districts.csv:3: 3 cells, and there are 5 columns"),
        ([CHALLHUAHUACHO, "1,many,1,1,1"], HEADER, "districts.csv:3: conflicts: 'many' is not a number"),
        ([CHALLHUAHUACHO, "1,1,1,-5,1"], HEADER, "districts.csv:3: canon: ln1p of -5"),
        ([CHALLHUAHUACHO, "1,1,1,inf,1"], HEADER, "districts.csv:3: canon: 'inf' is no number"),
        ([CHALLHUAHUACHO, '1,"1,1,1,1'], HEADER, "districts.csv:3: not readable as CSV"),
        ([], "", "districts.csv:1: the table is empty"),
    ],
)
def test_what_is_wrong_is_refused_with_file_line_and_reason_and_nothing_is_written(
    lines: list[str], header: str, reason: str, tmp_path: Path
) -> None:
    to = tmp_path / "scored.csv"
    message = refused(table(tmp_path, *lines, header=header), to=to)
    assert message.startswith(reason)
    assert message.endswith("Nothing was written.")
    assert not to.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["districts.csv"]


def test_a_file_that_was_there_stays_when_a_row_is_refused_and_is_replaced_when_all_are_scored(tmp_path: Path) -> None:
    to = tmp_path / "scored.csv"
    to.write_text("old")
    with pytest.raises(CommandError):
        call_command("score_table", str(RISK), str(table(tmp_path, "1,x,1,1,1")), on=DAY, to=to)
    assert to.read_text() == "old"
    call_command("score_table", RISK, table(tmp_path, CHALLHUAHUACHO), on=DAY, to=to, stderr=io.StringIO())
    assert to.read_text().splitlines()[1].endswith("high")


def test_a_table_that_is_too_long_is_refused_before_anything_is_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*given: object) -> None:
        raise AssertionError(given)

    monkeypatch.setattr(tables, "roll_up", never)
    out = io.StringIO()
    with pytest.raises(FrameworkError, match=r"districts.csv:5: more than 3 rows; cut the table into parts"):
        score_table(read_tree(RISK).tree, table(tmp_path, *[CHALLHUAHUACHO] * 4), date(2026, 2, 28), out, most_rows=3)
    assert out.getvalue() == ""


def test_a_table_of_any_length_is_counted_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "districts.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{HEADER}\n")
        file.writelines(f"{CHALLHUAHUACHO}\n" for _row in range(60_000))
    tracemalloc.start()
    with pytest.raises(FrameworkError, match=r"districts.csv:50002: more than 50000 rows; cut the table into parts"):
        score_table(read_tree(RISK).tree, path, date(2026, 2, 28), io.StringIO(), most_rows=50_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 3_000_000
    assert peak < 1_500_000


def test_ten_million_rows_are_refused_at_the_first_beyond_a_million(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"money\n" + b"1\n" * 10_000_000)
    leaf = {"code": "a", "names": both("a"), "column": "money", "range": ["0", "1"]}
    out = io.StringIO()
    with pytest.raises(FrameworkError, match=r"^long.csv:1000002: more than 1000000 rows; cut the table into parts$"):
        score_table(tree(joined("ALL", "sum", leaf)), path, date(2026, 2, 28), out)
    assert out.getvalue() == ""


def test_an_answer_outside_its_map_is_refused_with_its_line_and_the_answers_allowed(tmp_path: Path) -> None:
    path = table(tmp_path, "A,met", "B,perhaps", header="mine,engagement-good-1")
    message = refused(path, FOLDER / "consolidated-mining-standard.yaml")
    assert message.startswith("districts.csv:3: engagement-good-1: perhaps is none of ")
    assert message.endswith("Nothing was written.")


def test_rows_are_read_one_at_a_time(tmp_path: Path) -> None:
    risk, path = read_tree(RISK).tree, table(tmp_path, *[CHALLHUAHUACHO] * 3)
    with tables.rows_of(risk, path) as (_columns, rows):
        assert isinstance(rows, Iterator)
        assert next(rows)[0] == 2


def test_a_day_on_which_the_framework_is_not_in_force_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    path = table(tmp_path, CHALLHUAHUACHO)
    assert "is not in force on 2020-01-01; say --on" in refused(path, on="2020-01-01")
    assert "No such file" in refused(tmp_path / "gone.csv")
    assert "Invalid isoformat string" in refused(path, on="yesterday")


def test_a_broken_framework_is_refused_with_its_place(tmp_path: Path) -> None:
    broken = tmp_path / "risk.yaml"
    broken.write_text(RISK.read_text(encoding="utf-8").replace("divide_by: 8", "divide_by: 0"), encoding="utf-8")
    path = table(tmp_path, CHALLHUAHUACHO)
    assert refused(path, broken).startswith("risk.yaml:42: conflicts: it divides by 0")
