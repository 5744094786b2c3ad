"""The drill: a database in use is backed up, restored elsewhere, and answers as before; what is not whole is refused."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.test import Client
from psycopg import sql

from compliance.middleware import PAGES
from config import backups
from projects.models import Evidence
from tests.cast import PDF, gather_cast, open_mine, produced, published
from tests.conftest import drop_database, using_database_of_its_own
from tests.projects.intake_help import upload

PUBLIC_PAGE = "/en/projects/puka-sami/"


@pytest.fixture
def state(settings: Any, tmp_path: Path) -> Path:
    """A folder in which files really lie."""
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MEDIA_ROOT = tmp_path / "state" / "media"
    settings.SECRET_KEY = "known-to-nobody-and-in-no-backup"
    return tmp_path


@pytest.fixture
def evidence(committed: str, state: Path) -> Evidence:
    """A database in use: records with files, an original, an import, and a publication."""
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    mine.evidence.original.save("receipt.pdf", ContentFile(PDF))
    upload(cast.monitor, "rows.csv", b"payer,payee\nA,B\n")
    published(cast, produced(mine.project))
    return mine.evidence


@contextmanager
def empty_database(worker_id: str) -> Iterator[None]:
    """Another database, as database.sql makes it."""

    def make(connection: psycopg.Connection[Any], name: str) -> None:
        drop_database(connection, name)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    ContentType.objects.clear_cache()
    with using_database_of_its_own(f"minka_upgraded_{os.getpid()}_{worker_id}", make):
        yield
    ContentType.objects.clear_cache()


def tables() -> list[str]:
    """What lies in the database."""
    with connections["owner"].cursor() as cursor:
        return connections["owner"].introspection.table_names(cursor)


def said_by(command: str, folder: Path) -> str:
    """Run a command; what it says."""
    output = io.StringIO()
    call_command(command, str(folder), stdout=output)
    return output.getvalue()


@pytest.mark.promise("backup")
def test_what_was_backed_up_is_restored_elsewhere_and_answers_as_before(
    evidence: Evidence, state: Path, settings: Any, worker_id: str
) -> None:
    folder = state / "backup"
    before = Client().get(PUBLIC_PAGE)
    assert before.status_code == 200
    said = said_by("backup", folder)
    assert "1 publications. Head: " in said
    assert "SECRET_KEY is not in it" in said
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["rows"]["compliance_publication"] == 1
    named = {f"media/{name}" for name in (evidence.file.name, evidence.original.name)}
    assert named < set(manifest["files"])
    assert manifest["files"][f"media/{evidence.file.name}"]["sha256"] == evidence.sha256
    assert not any(settings.SECRET_KEY.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert not list(state.glob("*.part"))
    settings.MEDIA_ROOT = state / "elsewhere" / "media"
    (state / "elsewhere").mkdir()
    PAGES.clear()
    with empty_database(worker_id):
        assert manifest["head"] in said_by("restore", folder)
        assert Client().get(PUBLIC_PAGE).content == before.content
        restored = Evidence.objects.get(pk=evidence.pk)
        with restored.file.open() as file:
            assert file.read() == PDF
        strange = Path(settings.MEDIA_ROOT) / "evidence" / "strange.pdf"
        strange.write_bytes(b"nobody's")
        with pytest.raises(CommandError, match=r"evidence/strange\.pdf: no row names it"):
            backups.refuse_strange_files()
        with pytest.raises(CommandError, match="is not empty"):
            said_by("restore", folder)


def spoil_nothing_but(folder: Path, what: str) -> None:
    """Spoil a backup in one way."""
    manifest = json.loads((folder / "manifest.json").read_text())
    kept = next(folder / path for path in sorted(manifest["files"]) if path.startswith("media/evidence/"))
    if what == "file missing":
        kept.unlink()
    elif what == "file altered":
        kept.write_bytes(b"X" + kept.read_bytes()[1:])
    elif what == "dump altered":
        dump = folder / "database.dump"
        dump.write_bytes(dump.read_bytes()[:-1] + b"X")
    elif what == "no manifest":
        (folder / "manifest.json").unlink()
    else:
        changed = {
            "newer manifest": {"format": manifest["format"] + 1},
            "newer tables": {"migrations": [*manifest["migrations"], ["accounts", "9999_later"]]},
            "file elsewhere": {"files": manifest["files"] | {"media/../../state": {"sha256": ""}}},
        }[what]
        (folder / "manifest.json").write_text(json.dumps(manifest | changed))


@pytest.mark.promise("backup")
def test_what_is_not_whole_or_would_overwrite_is_refused_and_changes_nothing(
    evidence: Evidence, state: Path, settings: Any, worker_id: str
) -> None:
    folder = state / "backup"
    said_by("backup", folder)
    with pytest.raises(CommandError, match="is there already"):
        said_by("backup", folder)
    there = state / "elsewhere" / "media"
    there.mkdir(parents=True)
    settings.MEDIA_ROOT = there
    with pytest.raises(CommandError, match=r"The database .* is not empty"):
        said_by("restore", folder)
    spoilt = state / "spoilt"
    with empty_database(worker_id):
        for what, words in {
            "file missing": "is missing",
            "file altered": "has changed",
            "dump altered": r"database\.dump: has changed",
            "no manifest": "is no whole backup",
            "newer manifest": "of a newer Minka",
            "newer tables": r"of a newer Minka: this one lacks accounts\.9999_later",
            "file elsewhere": "is missing|outside of the folder",
        }.items():
            shutil.rmtree(spoilt, ignore_errors=True)
            shutil.copytree(folder, spoilt)
            spoil_nothing_but(spoilt, what)
            with pytest.raises(CommandError, match=words):
                said_by("restore", spoilt)
            assert tables() == []
            assert list(there.iterdir()) == []
        (there / "mine.pdf").write_bytes(b"somebody's")
        with pytest.raises(CommandError, match=r"The folder .* is not empty"):
            said_by("restore", folder)
        assert tables() == []
        assert [path.name for path in there.iterdir()] == ["mine.pdf"]


@pytest.mark.parametrize("how", ["missing", "altered"])
def test_a_backup_of_a_file_that_is_not_as_its_row_says_does_not_appear(
    evidence: Evidence, state: Path, how: str
) -> None:
    path = Path(evidence.file.path)
    path.write_bytes(b"something else") if how == "altered" else path.unlink()
    with pytest.raises(CommandError, match="is missing" if how == "missing" else "has changed"):
        said_by("backup", state / "backup")
    assert not (state / "backup").exists()


def test_an_interrupted_backup_leaves_nothing_that_looks_whole_and_the_next_one_goes_through(
    evidence: Evidence, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = state / "backup"

    def interrupted(*_given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(backups, "copy_files", interrupted)
        with pytest.raises(KeyboardInterrupt):
            said_by("backup", folder)
    assert not folder.exists()
    with pytest.raises(CommandError, match="is no whole backup"):
        said_by("restore", state / "backup.part")
    said_by("backup", folder)
    assert folder.exists()
    assert not (state / "backup.part").exists()


def test_a_backup_for_which_there_is_no_room_says_so_and_does_not_appear(
    evidence: Evidence, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backups, "copy_files", full)
    with pytest.raises(CommandError, match="No space left on device. There is no new backup"):
        said_by("backup", state / "backup")
    assert not (state / "backup").exists()


def test_a_program_older_than_the_server_is_not_used(committed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert backups.version_of(backups.program("pg_dump")) >= connections["owner"].pg_version // 10_000  # type: ignore[attr-defined]
    monkeypatch.setattr(backups, "version_of", lambda _place: 9)
    with pytest.raises(CommandError, match="Install postgresql-client-"):
        backups.program("pg_dump")
