"""Files of every kind and of no kind: rows come out whole, or one clear reason. No database."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from projects.intake import reading
from projects.intake.problems import Refusal
from projects.intake.reading import RawRow, read_file

GOOD = b"name,year\nPuka Willka,2025\n"


def read(folder: Path, name: str, data: bytes) -> tuple[list[str], list[RawRow], dict[str, Any]]:
    """Headings, rows and what was noticed."""
    path = folder / "file"
    path.write_bytes(data)
    sheet = read_file(path, name)
    return sheet.headings, list(sheet.rows), sheet.info


def refusal(folder: Path, name: str, data: bytes) -> dict[str, Any]:
    """Why the file is refused."""
    with pytest.raises(Refusal) as caught:
        read(folder, name, data)
    return caught.value.as_dict()


def workbook(*rows: list[Any], extra: dict[str, bytes] | None = None) -> bytes:
    """An XLSX with these rows, and more entries in its archive."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    if extra:
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            for name, data in extra.items():
                archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")]
)
def test_letters_arrive_whatever_the_encoding(tmp_path: Path, encoding: str, said: str) -> None:
    """And the page says which one was taken."""
    headings, rows, info = read(tmp_path, "a.csv", "región;año\nÁncash;2025\n".encode(encoding))
    assert headings == ["región", "año"]
    assert rows == [RawRow(2, ["Áncash", "2025"])]
    assert info["encoding"] == said


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("a\nÁncash\nx".encode() + b"\xff\n", 3),
        (b"a\nb\n\x81\n", 3),
        (b"a\n\x00\n", 2),
        (b"\xff\xfea\x00\n\x00\x00\xd8", 2),
    ],
)
def test_undecodable_text_is_refused_with_its_line(tmp_path: Path, data: bytes, line: int) -> None:
    """A damaged UTF-8 file is not read as something else."""
    assert refusal(tmp_path, "a.csv", data) == {"code": "undecodable", "params": {"line": line}}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b" \n\n ", "empty_file"),
        ("a.csv", b"\xef\xbb\xbf", "empty_file"),
        ("a.csv", b"%PDF-1.7 ...", "not_what_its_name_says"),
        ("a.csv", b"\x89PNG\r\n", "not_what_its_name_says"),
        ("a.csv", b"<html><table>", "not_what_its_name_says"),
        ("a.csv", b'[{"a": 1}]', "not_what_its_name_says"),
        ("a.xlsx", GOOD, "not_what_its_name_says"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0....", "old_excel"),
        ("a.xlsx", b"PK\x03\x04 nothing", "damaged_workbook"),
        ("a.json", b"{", "not_json"),
        ("a.json", b'{"a": 1}', "not_a_list_of_objects"),
        ("a.json", b"[1]", "not_a_list_of_objects"),
        ("a.json", b"[]", "only_a_heading"),
        ("a.json", b"[" * 100_000, "not_json"),
        ("a.json", b'[{"a": 1, "a": 2}]', "two_columns_of_one_name"),
        ("a.exe", GOOD, "unknown_ending"),
        ("noending", GOOD, "unknown_ending"),
        ("a.csv", b'a,b\n"x,1\ny,2\n', "broken_quotes"),
        ("a.csv", ",".join(f"c{i}" for i in range(101)).encode() + b"\n1", "too_many_columns"),
        ("a.csv", b"x" * 201 + b"\n1", "heading_too_long"),
    ],
)
def test_what_is_no_table_is_refused_with_its_own_reason(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    """Content is looked at; names are not trusted."""
    assert refusal(tmp_path, name, data)["code"] == code


def test_two_columns_of_one_name_are_named(tmp_path: Path) -> None:
    """With their places, case and spaces aside."""
    assert refusal(tmp_path, "a.csv", b"Year,name, YEAR\n1,2,3\n") == {
        "code": "two_columns_of_one_name",
        "params": {"name": "YEAR", "first": 1, "second": 3},
    }


def test_a_workbook_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """Bombs, macros, links to other files, and other archives."""
    assert refusal(tmp_path, "a.xlsx", workbook(["a"], [1], extra={"xl/bomb": b"0" * 60_000_000}))["code"] == "bomb"
    assert refusal(tmp_path, "a.xlsx", workbook(["a"], extra={"xl/vbaProject.bin": b"x"}))["code"] == "macros"
    linked = workbook(["a"], extra={"xl/externalLinks/externalLink1.xml": b"x"})
    assert refusal(tmp_path, "a.xlsx", linked)["code"] == "external_links"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert refusal(tmp_path, "a.xlsx", out.getvalue())["code"] == "not_what_its_name_says"
    assert refusal(tmp_path, "a.xlsx", workbook(["a"], [1])[:-300])["code"] == "damaged_workbook"


def test_no_entity_of_a_workbook_is_unfolded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("Nina Condori")
    sheet = """<!DOCTYPE s [<!ENTITY x SYSTEM "{}">]>
        <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>
        <row r="2"><c r="A2" t="inlineStr"><is><t>a &x;</t></is></c></row></sheetData></worksheet>"""
    with zipfile.ZipFile(io.BytesIO(workbook(["name"]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet.format(secret.as_uri()).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    try:
        _headings, rows, _info = read(tmp_path, "a.xlsx", out.getvalue())
    except Refusal:
        return
    assert "Nina" not in str(rows)


def test_a_workbook_of_more_parts_than_any_has_is_refused(tmp_path: Path) -> None:
    many = dict.fromkeys((f"xl/part{number}" for number in range(reading.MAX_ENTRIES)), b"x")
    assert refusal(tmp_path, "a.xlsx", workbook(["a"], extra=many))["code"] == "bomb"


def test_a_workbook_gives_values_dates_and_formulas_apart(tmp_path: Path) -> None:
    """A formula is not computed, and 0.1 + 0.2 is 0.3."""
    data = workbook(["a", "b", "c", None], ["x", 0.1 + 0.2, "=1+1"], [None, None], [date(2025, 1, 2), 5, True])
    headings, rows, info = read(tmp_path, "a.xlsx", data)
    assert headings == ["a", "b", "c"]
    assert rows == [
        RawRow(2, ["x", {"number": "0.3"}, {"formula": "=1+1"}]),
        RawRow(4, [{"date": "2025-01-02"}, {"number": "5"}, "true"]),
    ]
    assert info["blank"] == 1


def test_json_numbers_keep_their_digits_and_lists_are_marked(tmp_path: Path) -> None:
    """No float is ever made; a key that only some objects have is a column."""
    headings, rows, _info = read(tmp_path, "a.json", b'[{"a": 0.1000, "b": [1]}, {"c": null, "a": true}]')
    assert headings == ["a", "b", "c"]
    assert rows[0].cells[0] == {"number": "0.1000"}
    assert list(rows[0].cells[1] or {}) == ["nested"]
    assert rows[1].cells == ["true", None, None]


def test_ragged_rows_and_empty_lines_are_kept_and_counted(tmp_path: Path) -> None:
    """A row with too many or too few cells is a row; an empty line is none."""
    _headings, rows, info = read(tmp_path, "a.csv", b"a,b\n1\n\n1,2,3\n,\n1,2\n")
    assert rows == [RawRow(2, ["1"]), RawRow(4, ["1", "2"], ["3"]), RawRow(6, ["1", "2"])]
    assert info["blank"] == 2


def test_separators_are_found_and_untitled_columns_get_a_name(tmp_path: Path) -> None:
    """Comma, semicolon, tab, bar, and Excel's own first line."""
    for separator in ",;\t|":
        assert read(tmp_path, "a.csv", f"a{separator}{separator}b\n1{separator}2{separator}3".encode())[0] == [
            "a",
            "(column 2)",
            "b",
        ]
    headings, rows, _info = read(tmp_path, "a.csv", b"sep=;\r\na;b\r\n1;2\r\n")
    assert (headings, rows[0].number) == (["a", "b"], 3)


KNOWN = {"payer", "payee", "year", "amount paid"}
TABLE = ["payer;payee;year;amount paid", "M;N;2025;7,5"]


@pytest.mark.parametrize(
    ("above", "heading"),
    [
        ([], None),
        (["Payments of 2025, in soles"], 2),
        (["Payments, by month, by mine, of 2025", "", ";;;"], 4),
        (["Source: payer"], 2),
    ],
)
def test_the_heading_is_found_below_a_title(tmp_path: Path, above: list[str], heading: int | None) -> None:
    path = tmp_path / "p.csv"
    path.write_text("\n".join([*above, *TABLE]))
    sheet = read_file(path, path.name, KNOWN)
    assert sheet.headings == TABLE[0].split(";")
    assert [row.cells for row in sheet.rows] == [["M", "N", "2025", "7,5"]]
    assert sheet.info.get("heading") == heading


def test_the_heading_of_a_workbook_is_found_below_a_merged_title(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page["A1"] = "Payments of 2025"
    page.merge_cells("A1:D1")
    for row in (["payer", "payee", "year", "amount paid"], ["M", "N", 2025, 7]):
        page.append(row)
    path = tmp_path / "p.xlsx"
    book.save(path)
    sheet = read_file(path, path.name, KNOWN)
    assert (sheet.headings, sheet.info["heading"]) == (["payer", "payee", "year", "amount paid"], 2)
    assert [row.number for row in sheet.rows] == [3]


def test_where_no_name_is_known_the_first_line_is_the_heading(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("Quien, paga;A quien;Cuanto\nM;N;7,5\nM;N;8,5\n")
    sheet = read_file(path, path.name, KNOWN)
    assert sheet.headings == ["Quien, paga", "A quien", "Cuanto"]


def test_pasted_cells_may_hold_words_in_quotation_marks(tmp_path: Path) -> None:
    path = tmp_path / "p.tsv"
    path.write_text('payer\tpayee\n"Las Bambas" mine\tCommunity "Arriba\nM\tN\n')
    rows = list(read_file(path, path.name, KNOWN).rows)
    assert rows[0].cells == ['"Las Bambas" mine', 'Community "Arriba']
    ragged = b'payer\tpayee\n"Las Bambas" mine\tN\textra\nM\tN\n'
    assert refusal(tmp_path, "p.tsv", ragged)["code"] == "broken_quotes"


def child(folder: Path, name: str, data: bytes) -> list[Any]:
    """The lines that the child process writes."""
    path = folder / "file"
    path.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "projects.intake.child", str(path), name], capture_output=True, text=True, check=False
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_child_process_writes_rows_and_a_count_or_one_refusal(tmp_path: Path) -> None:
    """Headings, rows, end; it never leaves a half-read file looking whole."""
    lines = child(tmp_path, "a.csv", GOOD)
    assert lines[0] == {"headings": ["name", "year"]}
    assert lines[1] == [2, ["Puka Willka", "2025"], []]
    assert lines[-1]["end"] == 1
    assert child(tmp_path, "a.csv", b"name,year\n")[-1]["refusal"]["code"] == "only_a_heading"
    far = b"a\n" + b"x" * 10_001 + b"\n"
    assert child(tmp_path, "a.csv", far)[-1]["refusal"]["code"] == "cell_far_too_long_in_row"
    many = b"a\n" + b"1\n" * 1_000_001
    assert child(tmp_path, "a.csv", many)[-1]["refusal"] == {"code": "too_many_rows", "params": {"limit": 1_000_000}}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.json", "a.xlsx"]))
def test_no_bytes_whatsoever_break_the_reader(tmp_path: Path, data: bytes, name: str) -> None:
    """Rows or a refusal."""
    try:
        headings, rows, _info = read(tmp_path, name, data)
    except Refusal:
        return
    assert headings
    assert all(len(row.cells) <= len(headings) for row in rows)


SMALL_WORKBOOK = workbook(["a", "b"], ["x", 1.5], ["y", 2])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.data())
def test_no_damage_to_a_workbook_breaks_the_reader(tmp_path: Path, data: st.DataObject) -> None:
    """Flipped and cut bytes: rows or a refusal."""
    good = bytearray(SMALL_WORKBOOK)
    for _change in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 40))
    try:
        read(tmp_path, "a.xlsx", bytes(good[: len(good) - cut]))
    except Refusal:
        return
