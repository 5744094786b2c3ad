"""Owners of a mine in one text: proposed as stakes, each confirmed or corrected, nothing guessed in silence."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import Organisation, User
from projects.intake.owner_texts import read_owners
from projects.models import ImportBatch, OwnershipStake
from projects.services import intake
from tests.projects.intake_help import civil_organisation, confirm, map_columns, person, undo, upload, work

FACILITIES = "usgs_mineral_facilities/minfac-csv-refined.csv"


@pytest.mark.parametrize(
    ("text", "shares", "unnamed", "rest"),
    [
        ("One Corp.: 60%, Other Inc.: 40 %", {"One Corp.": "60", "Other Inc.": "40"}, "0", ""),
        (
            "Mine S.A. (MSA) (One Corp., S.A. de C.V.: 54.2%, others: 45.8%)",
            {"One Corp., S.A. de C.V.": "54.2"},
            "45.8",
            "",
        ),
        ("Mine S.A. (One S.A., 100%)", {"One S.A.": "100"}, "0", ""),
        ("Mine S.A. (One S.A.: 99,5%; employees: 0,5%)", {"One S.A.": "99.5"}, "0.5", ""),
        ("Mine S.A. (private: 100%)", {"Mine S.A.": "100"}, "0", ""),
        ("Mine S.A. (Privada, 100 %)", {"Mine S.A.": "100"}, "0", ""),
        ("Mine S.A. (private: 60%)", {}, "60", ""),
        ("Mine S.A. (private: 83%, State: 17%)", {"State": "17"}, "83", ""),
        ("Mine S.A. (public: 100%)", {}, "100", ""),
        ("(private: 100%)", {}, "100", ""),
        ("Mine S.A.", {}, "0", "Mine S.A."),
        ("One Corp.: 60 %, Other Inc.", {"One Corp.": "60"}, "0", "Other Inc."),
        ("", {}, "0", ""),
        ("One S.A.A., 60%; Two 40%", {"One S.A.A.": "60", "Two": "40"}, "0", ""),
        ("One S.A.A. (60%), Two (40 %)", {"One S.A.A.": "60", "Two": "40"}, "0", ""),
        ("One – 60% y Two - 40%", {"One": "60", "Two": "40"}, "0", ""),
        ("Fund 3 12.5% and Fund 4 = 87,5%", {"Fund 3": "12.5", "Fund 4": "87.5"}, "0", ""),
        ("Mine S.A. (100%)", {"Mine S.A.": "100"}, "0", ""),
        ("One 50% - Two 30% / Three 20%", {"One": "50", "Two": "30", "Three": "20"}, "0", ""),
        ("One 12,5%, and Two 87,5%", {"One": "12.5", "Two": "87.5"}, "0", ""),
        ("One 60% (Two 100%)", {"One": "60", "(Two": "100"}, "0", "(Two"),
        ("Mine plc (One (Pty) Ltd. 85%)", {"Mine plc (One (Pty) Ltd.": "85"}, "0", "Mine plc (One (Pty) Ltd."),
        ("Mine S.A. (One Corp.: more than 90%)", {"more than": "90"}, "0", "One Corp."),
        ("40% One; 60% Two", {"One": "60"}, "0", "40% Two"),
    ],
)
def test_a_text_gives_the_owners_whom_it_names_and_says_what_is_left(
    text: str, shares: dict[str, str], unnamed: str, rest: str
) -> None:
    read = read_owners(text)
    assert dict(read.shares) == {owner: Decimal(percent) for owner, percent in shares.items()}
    assert (read.unnamed, read.rest) == (Decimal(unnamed), rest)


@pytest.fixture
def actor(db: None) -> User:
    """Who imports."""
    return person("ana@example.org", civil_organisation())


def file_of(*rows: Sequence[str]) -> bytes:
    """A CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def proposed(actor: User, *rows: tuple[str, str]) -> ImportBatch:
    """The rows as they were checked; mines of these names are on record."""
    names = dict.fromkeys(name for name, _owners in rows)
    mines = upload(actor, "mines.csv", file_of(["proyecto"], *([name] for name in names)), "projects")
    confirm(actor, map_columns(actor, mines))
    return texts(actor, *rows)


def texts(actor: User, *rows: tuple[str, str], starts_on: str = "31/12/2024") -> ImportBatch:
    """Mines with their owners in one text, read and checked."""
    batch = upload(actor, "owners.csv", file_of(("mina", "propietarios"), *rows), "owner-texts")
    return map_columns(actor, batch, starts_on=starts_on)


def problems(batch: ImportBatch) -> list[list[str]]:
    """What is wrong with each row."""
    return [[one["code"] for one in row.errors if not one.get("note")] for row in batch.rows.order_by("number")]


def say_right(actor: User, batch: ImportBatch) -> ImportBatch:
    """Say of every row that asks that it was read right, and check anew."""
    asked = [
        row.pk
        for row, codes in zip(batch.rows.order_by("number"), problems(batch), strict=True)
        if "owners_as_read" in codes
    ]
    intake.correct_rows(actor=actor, batch=batch, corrections={key: {"+owners_as_read": "yes"} for key in asked})
    work()
    batch.refresh_from_db()
    return batch


def test_what_was_read_waits_until_a_person_says_that_it_is_right(actor: User) -> None:
    """Then each owner has a stake with its source; companies that nobody knew are added, and go with the undo."""
    batch = proposed(actor, ("Alpa", "Alpa S.A. (One Corp.: 60%, Other Inc.: 30%, others: 10%)"))
    assert problems(batch) == [["owners_as_read"]]
    row = batch.rows.get()
    assert [one["params"]["value"] for one in row.errors] == [
        "One Corp. 60 %; Other Inc. 30 %",
        "10",
        "One Corp.",
        "Other Inc.",
    ]
    batch = confirm(actor, say_right(actor, batch))
    stakes = OwnershipStake.objects.order_by("-share_percent")
    assert [(one.owner.name, one.share_percent, str(one.starts_on)) for one in stakes] == [
        ("One Corp.", Decimal(60), "2024-12-31"),
        ("Other Inc.", Decimal(30), "2024-12-31"),
    ]
    assert {one.source.import_row_id for one in stakes} == {row.pk}
    assert len({one.source_id for one in stakes}) == 2
    undo(actor, batch)
    assert not OwnershipStake.objects.exists()
    assert not Organisation.objects.filter(name__in=["One Corp.", "Other Inc."]).exists()


@pytest.mark.parametrize(
    ("owners", "code"),
    [
        ("Alpa S.A.", "owners_not_read"),
        ("Alpa S.A. (private: 60%)", "owners_not_read"),
        ("One Corp.: 60 %, Other Inc.", "owners_not_read"),
        ("One Corp.: 60 %, Other Inc.: 41 %", "owners_exceed_all"),
        ("", "missing"),
    ],
)
def test_a_text_that_names_no_owner_or_more_than_all_of_it_is_refused(actor: User, owners: str, code: str) -> None:
    assert problems(proposed(actor, ("Alpa", owners))) == [[code]]


def test_a_mine_takes_its_owners_from_one_row_and_only_where_it_has_none(actor: User) -> None:
    batch = proposed(actor, ("Alpa", "One Corp.: 60 %"), ("Alpa", "One Corp.: 60 %"), ("Beta", "One Corp.: 5 %"))
    assert problems(batch) == [["owners_as_read"], ["owners_in_row"], ["owners_as_read"]]
    confirm(actor, say_right(actor, batch))
    again = texts(actor, ("Alpa", "Other Inc.: 1 %"), starts_on="31/12/2025")
    assert problems(again) == [["owners_on_record"]]


def test_a_company_of_which_no_owner_is_named_is_proposed_as_the_owner_and_can_be_corrected(actor: User) -> None:
    batch = proposed(actor, ("Alpa", "Alpa S.A. (private: 100%)"), ("Beta", "Beta S.A. (private: 100%)"))
    assert problems(batch) == [["owners_as_read"], ["owners_as_read"]]
    corrected(actor, batch, {"Beta S.A. (private: 100%)": "Beta S.A. (Grupo Beta: 60%, others: 40%)"})
    confirm(actor, say_right(actor, batch))
    stakes = OwnershipStake.objects.order_by("project__name")
    assert [(one.project.name, one.owner.name, one.share_percent) for one in stakes] == [
        ("Alpa", "Alpa S.A.", 100),
        ("Beta", "Grupo Beta", 60),
    ]


def corrected(actor: User, batch: ImportBatch, texts: dict[str, str]) -> ImportBatch:
    """Write the texts of some rows anew, and check them again."""
    rows = {row.pk: row.cells["propietarios"] for row in batch.rows.all()}
    corrections = {key: {"owners": texts[text]} for key, text in rows.items() if text in texts}
    intake.correct_rows(actor=actor, batch=batch, corrections=corrections)
    work()
    batch.refresh_from_db()
    return batch


def test_all_102_rows_of_peru_are_proposed_refused_or_left_to_a_person(
    actor: User, shared_data: Callable[[str], Path]
) -> None:
    """Texts with letters that nobody can read are written again by a person; owners who are not named become no stake."""
    with shared_data(FACILITIES).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["#country"] == "Peru"]
    batch = proposed(actor, *(((row["#site"].replace("\ufffd", "?"))[:150], row["#site+company+1"]) for row in rows))
    said = Counter(codes[0] for codes in problems(batch))
    assert sum(said.values()) == 102
    assert said == {"unreadable_characters": 55, "owners_as_read": 32, "owners_in_row": 9, "owners_not_read": 6}
    unreadable = next(row for row in batch.rows.order_by("number") if "Volc\ufffdn" in row.cells["propietarios"])
    corrected(actor, batch, {unreadable.cells["propietarios"]: "Volcan Compañía Minera S.A. (private: 100%)"})
    confirm(actor, say_right(actor, batch))
    stakes = {(one.owner.name, one.share_percent) for one in OwnershipStake.objects.select_related("owner")}
    assert {("Volcan Compañía Minera S.A.", 100), ("Cementos Lima S.A.", 100), ("Minsur S.A.", 100)} <= stakes
