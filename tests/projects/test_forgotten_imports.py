"""Rows and files of imports of which nothing came go after some days, and of no other imports."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services import pruning
from projects.models import ImportBatch, ImportRow, Source
from projects.services import forgotten_imports, intake
from projects.services.forgotten_imports import forget_files, forget_rows
from tests.cast import Cast, gather_cast, open_mine
from tests.projects.intake_help import confirm, map_columns, upload

pytestmark = pytest.mark.django_db
HEADINGS = "project,employer,period from,period to,all workers (full-time equivalents)\n"
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def cast() -> Cast:
    """Everybody, and a mine."""
    found = gather_cast()
    open_mine(found.monitor, found.company)
    return found


def handed_in(cast: Cast, rows: int = 1, year: int = 2020) -> ImportBatch:
    """A file that waits for its columns."""
    lines = [f"Puka Sami,Minera Sami,{year + n}-01-01,{year + n}-12-31,10\n" for n in range(rows)]
    batch = upload(cast.monitor, f"people {year}.csv", (HEADINGS + "".join(lines)).encode(), "employment")
    assert batch.state == ImportBatch.State.MAPPING, batch.problem
    return batch


def left(cast: Cast, batch: ImportBatch) -> ImportBatch:
    """An import that the person left."""
    intake.drop_import(actor=cast.monitor, batch=batch)
    return batch


def forget(*, done_for: timedelta = A_MINUTE) -> None:
    """Remove what may go, as if nothing had been done for some time longer than it is kept."""
    before = timezone.now() + done_for
    for remove in (forget_rows, forget_files):
        while remove(before):
            pass


def test_an_import_that_was_left_loses_its_rows_and_its_file_and_says_that_it_was_there(
    client: Client, cast: Cast
) -> None:
    batch = left(cast, handed_in(cast))
    name = str(batch.file.name)
    forget(done_for=-A_MINUTE)
    assert (batch.rows.count(), default_storage.exists(name)) == (1, True)
    forget()
    assert (batch.rows.count(), default_storage.exists(name)) == (0, False)
    batch.refresh_from_db()
    assert (batch.file.name, batch.name) == ("", "people 2020.csv")
    assert AuditEntry.objects.about(batch).count() == 3
    client.force_login(cast.monitor)
    assert b"Its rows and its file were deleted after some days" in client.get(f"/en/work/imports/{batch.pk}/").content
    assert client.get("/en/work/imports/").status_code == 200


def test_a_refused_file_goes_too(cast: Cast) -> None:
    batch = upload(cast.monitor, "no table.xlsx", b"no workbook", "employment")
    assert batch.state == ImportBatch.State.REFUSED
    name = str(batch.file.name)
    forget()
    batch.refresh_from_db()
    assert (batch.file.name, default_storage.exists(name)) == ("", False)


def test_what_is_on_its_way_or_stands_keeps_its_rows_and_its_file(cast: Cast) -> None:
    waiting, ready, imported = (handed_in(cast, year=year) for year in (2010, 2011, 2012))
    map_columns(cast.monitor, ready)
    assert confirm(cast.monitor, map_columns(cast.monitor, imported)).state == ImportBatch.State.IMPORTED
    forget()
    for batch in (waiting, ready, imported):
        batch.refresh_from_db()
        assert batch.rows.count() == 1, batch.state
        assert default_storage.exists(str(batch.file.name)), batch.state


def test_a_row_to_which_a_source_still_leads_stays_without_its_file(cast: Cast) -> None:
    """As after the undo of payments, which the ledger keeps."""
    batch = left(cast, handed_in(cast, 2))
    row, _other = batch.rows.all()
    Source.objects.filter(pk=Source.objects.latest("pk").pk).update(import_row=row)
    name = str(batch.file.name)
    forget()
    assert list(batch.rows.all()) == [row]
    assert not default_storage.exists(name)


def test_rows_and_files_go_in_bounded_steps(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    monkeypatch.setattr(forgotten_imports, "FILES_AT_ONCE", 1)
    for year in (2000, 2010):
        left(cast, handed_in(cast, 3, year))
    before = timezone.now() + A_MINUTE
    assert [forget_rows(before) for _step in range(4)] == [2, 2, 2, 0]
    assert [forget_files(before) for _step in range(3)] == [1, 1, 0]
    assert not ImportRow.objects.exists()
