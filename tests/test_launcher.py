"""The launcher speaks in sentences: ports that are none, databases that are damaged or newer, and early Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from compliance.evaluation.framework_files import FOLDER
from compliance.services import frameworks
from config.launcher.processes import Child, LauncherError
from config.launcher.product import port_number, why_not_prepared
from config.launcher.servers import Postgres
from config.launcher.state import PROJECT, State, default_folder


@pytest.fixture
def state() -> Iterator[State]:
    """A folder that the servers' user may enter."""
    found = State(Path(os.environ.get("MINKA_STATE") or default_folder()) / f"launcher-{os.getpid()}")
    found.lock()
    yield found
    if found.folder.exists():
        found.delete()


def ended(state: State, *command: str) -> Child:
    """A preparation that has come to its end."""
    child = Child(
        "preparation", command, log=state.log / "preparation.log", environment=dict(os.environ), folder=PROJECT
    )
    child.wait()
    return child


@pytest.mark.parametrize("text", ["80a", "0", "", "-1", "65536", "9" * 30, "８０００"])
def test_what_is_no_port_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(LauncherError, match="is not a port; choose one from 1024 to 65535"):
        port_number(text)


def test_a_port_is_a_number() -> None:
    assert [port_number(text) for text in ("1", "8000", "65535")] == [1, 8000, 65535]


def test_the_command_line_says_it_without_a_traceback(state: State) -> None:
    command = [sys.executable, "-m", "config.launcher", "demo", "--port=80a", "--state", str(state.folder / "none")]
    shown = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert shown.returncode == 1
    assert shown.stderr == "Minka: “80a” is not a port; choose one from 1024 to 65535, as in `make demo PORT=8001`.\n"


def shown_by(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line, run to its end."""
    return subprocess.run(
        [sys.executable, "-m", "config.launcher", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )


def test_reset_deletes_no_folder_in_which_others_keep_files(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "thesis.txt").write_text("years of work")
    shown = shown_by("reset", "--state", str(tmp_path))
    assert shown.returncode == 1
    assert "thesis.txt), so nothing is deleted" in shown.stderr
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    assert (tmp_path / "log").is_dir()


def test_reset_deletes_what_minka_made(state: State) -> None:
    folder = state.folder / "of-a-demo"
    for name in ("log", "postgres", "media"):
        (folder / name).mkdir(parents=True)
    (folder / "beat-schedule.db").touch()
    assert shown_by("reset", "--state", str(folder)).returncode == 0
    assert not folder.exists()


def test_a_state_folder_that_cannot_be_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in ("file", "file/below"):
        shown = shown_by("demo", "--state", str(tmp_path / place))
        assert shown.returncode == 1
        assert shown.stderr.startswith("Minka: Minka cannot write ")
        assert shown.stderr.count("\n") == 1


def test_a_state_folder_of_somebody_else_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = State(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(LauncherError, match="belongs to somebody else; choose another folder with MINKA_STATE"):
        found.create()
    assert list(tmp_path.iterdir()) == []


def test_secret_key_and_addresses_of_servers_are_read_by_minkas_user_alone(state: State) -> None:
    state.secret_key()
    state.announce({"DATABASE_URL": "postgres://minka_app@/minka"})
    assert {name: (state.folder / name).stat().st_mode & 0o777 for name in ("secret-key", "env.json")} == {
        "secret-key": 0o600,
        "env.json": 0o600,
    }
    assert state.log.stat().st_mode & 0o777 == 0o700


def test_the_port_of_the_development_server_is_checked_before_anything_starts(tmp_path: Path) -> None:
    shown = shown_by("run", "--port=70000", "--state", str(tmp_path / "none"), "--", "true")
    assert (shown.returncode, "is not a port" in shown.stderr) == (1, True)
    assert not (tmp_path / "none").exists()


def test_a_database_of_ones_own_that_does_not_answer_is_named(state: State) -> None:
    child = ended(state, "sh", "-c", "echo 'django.db.utils.OperationalError: connection refused'; exit 1")
    words = why_not_prepared(child, ours=False)
    assert words.startswith("The database that DATABASE_URL names could not be prepared.")
    assert "demo-reset" not in words


def test_how_a_process_ended_is_told(state: State) -> None:
    assert ended(state, "sh", "-c", "kill -9 $$").how_it_ended == "was killed (signal 9)"
    assert ended(state, "sh", "-c", "exit 3").how_it_ended == "ended by itself (exit code 3)"


@pytest.mark.parametrize("written", ["", None])
def test_a_database_that_lost_its_version_is_called_damaged(state: State, written: str | None) -> None:
    data = state.folder / "postgres" / "data"
    data.mkdir(parents=True)
    if written is not None:
        (data / "PG_VERSION").write_text(written)
    with pytest.raises(
        LauncherError, match=r"is damaged: its file PG_VERSION is missing or empty\. .* `make demo-reset`"
    ):
        Postgres(state).start()


def test_a_database_of_another_postgresql_is_refused(state: State) -> None:
    data = state.folder / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(LauncherError, match="was written by PostgreSQL 9 and this Minka brings"):
        Postgres(state).start()


def test_what_the_preparation_refuses_is_said_alone(state: State) -> None:
    child = ended(state, "sh", "-c", "echo Traceback; echo 'CommandError: The database is of a newer Minka.'; exit 1")
    assert why_not_prepared(child) == "The database is of a newer Minka."


def test_what_breaks_the_preparation_is_said_with_its_log_and_what_to_do(state: State) -> None:
    child = ended(
        state, "sh", "-c", "seq 30; echo 'db.ProgrammingError: no such column\nLINE 1: ALTER\n   ^\nDETAIL: x'; exit 1"
    )
    words = why_not_prepared(child)
    assert words.startswith("The database could not be prepared. db.ProgrammingError: no such column\n")
    assert str(child.log) in words
    assert "make demo-reset" in words
    assert len(words.splitlines()) == 2


def test_a_database_of_a_newer_minka_is_refused_in_words(committed: str) -> None:
    MigrationRecorder(connections["owner"]).record_applied("communities", "0999_of_tomorrow")
    with pytest.raises(CommandError, match=r"newer Minka: this one does not know communities\.0999_of_tomorrow\."):
        call_command("prepare")


def test_a_database_with_other_rules_of_the_same_version_is_refused_in_words(
    committed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = (FOLDER / "peru-recommended-policies.yaml").read_text()
    (tmp_path / "rules.yaml").write_text(text.replace("minimum_coverage: 60", "minimum_coverage: 61"))
    monkeypatch.setattr(frameworks, "FOLDER", tmp_path)
    with pytest.raises(CommandError, match=r"holds other rules under the same version .* a version of their own"):
        call_command("prepare")


def test_a_framework_file_that_cannot_be_used_is_refused_with_its_line(
    committed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = (FOLDER / "peru-recommended-policies.yaml").read_text()
    (tmp_path / "rules.yaml").write_text(text.replace("measure: days_late", "measure: guesswork"))
    monkeypatch.setattr(frameworks, "FOLDER", tmp_path)
    with pytest.raises(CommandError, match=r"rules\.yaml:\d+: R02: there is no measure guesswork"):
        call_command("prepare")


@pytest.mark.servers
@pytest.mark.parametrize("seconds", [0, 0.05, 0.1, 0.3])
def test_ctrl_c_at_the_beginning_is_no_traceback(state: State, seconds: float) -> None:
    """The terminal sends Ctrl-C to the launcher and to everything in its group."""
    home = state.folder / "early"
    (home / "postgres" / "data").mkdir(parents=True)
    (home / "postgres" / "data" / "PG_VERSION").write_text("9\n")
    command = [sys.executable, "-m", "config.launcher", "run", "--state", str(home), "--", "sleep", "60"]
    process = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not (home / "log").exists() and process.poll() is None:
        time.sleep(0.005)
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    _written, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    assert process.returncode in (1, 130)
