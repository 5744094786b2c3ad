"""The folder that holds everything the embedded servers and the demo keep: who may enter it, and its lock."""

import errno
import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import IO

from config.launcher.processes import LauncherError, pause

PROJECT = Path(__file__).resolve().parents[2]
MADE_HERE = (
    "postgres",
    "log",
    "lock",
    "secret-key",
    "env.*",
    "prepared",
    "programs",
    "media",
    "static",
    "mail",
    "beat-schedule*",
    "benchmarks.json",
    "scratch-*",
)
"""Everything that Minka ever puts into a state folder; nothing else is deleted."""
PATIENCE_SECONDS = 600
"""How long a first start may take before nobody waits for it any longer."""


def server_account() -> tuple[int, int] | None:
    """The user and group to run servers as when we are root, which PostgreSQL refuses; else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise LauncherError("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.")


def may_enter(account: tuple[int, int] | None, path: Path) -> bool:
    """Whether the servers' user reaches this file or folder; asked of the kernel, which knows every rule."""
    if account is None:
        return os.access(path, os.X_OK)
    uid, gid = account
    probe = subprocess.run(
        ["test", "-x", path],  # noqa: S607
        user=uid,
        group=gid,
        extra_groups=[],
        cwd="/",
        start_new_session=True,  # the terminal's Ctrl-C is no answer
        check=False,
    )
    return probe.returncode == 0


def default_folder() -> Path:
    """`MINKA_STATE`, else `.minka` in the project; for root's project in a closed folder, one in /var/tmp."""
    if chosen := os.environ.get("MINKA_STATE"):
        return Path(chosen).resolve()
    if may_enter(server_account(), PROJECT):
        return PROJECT / ".minka"
    return Path("/var/tmp") / f"minka-{hashlib.sha256(bytes(PROJECT)).hexdigest()[:12]}"  # noqa: S108 - owner checked


class State:
    """One state folder. Whoever holds its lock may start servers in it or delete it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.account = server_account()
        self.folder = folder.resolve() if folder else default_folder()
        self.log = self.folder / "log"
        self._lock: IO[str] | None = None
        self.prepared = self.folder / "prepared"
        """Is there once a database was prepared in this folder."""
        self._environment = self.folder / "env.json"

    def create(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.folder.stat().st_uid != os.geteuid():
                raise LauncherError(f"{self.folder} belongs to somebody else; choose another folder with MINKA_STATE=…")
            self.folder.chmod(0o711 if self.account else 0o700)
            self.log.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            raise LauncherError(
                f"Minka cannot write {error.filename}: {error.strerror}. Choose another folder with MINKA_STATE=…"
            ) from error
        if not may_enter(self.account, self.folder):
            raise LauncherError(
                f"{self.folder} lies where the database's user cannot enter; choose another folder with MINKA_STATE=…"
            )

    def try_lock(self) -> bool:
        """Take the lock unless another launcher has it; it goes when this process goes, in whatever way."""
        self.create()
        lock = (self.folder / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        self._environment.unlink(missing_ok=True)
        return True

    def lock(self) -> None:
        if not self.try_lock():
            raise LauncherError(f"Minka is already running on {self.folder}; stop it first (Ctrl-C where it runs).")

    def unlock(self) -> None:
        if self._lock is not None:
            self._environment.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def announce(self, environment: dict[str, str]) -> None:
        """Let `run` in another terminal find the servers that are up."""
        draft = self._environment.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(environment))
        draft.replace(self._environment)

    def announced(self) -> dict[str, str] | None:
        try:
            found: dict[str, str] = json.loads(self._environment.read_text())
        except FileNotFoundError:
            return None
        return found

    def lock_or_join(self, say: Callable[[str], None] = lambda _: None) -> dict[str, str] | None:
        """Take the lock (None), or give the addresses of the servers that its holder started."""
        deadline, told = time.monotonic() + PATIENCE_SECONDS, False
        while time.monotonic() < deadline:
            if self.try_lock():
                return None
            if (environment := self.announced()) is not None:
                return environment
            if not told:
                say(f"Waiting for the Minka that is starting on {self.folder} …")
                told = True
            pause(0.1)
        raise LauncherError(f"The Minka on {self.folder} does not get ready; look where it was started.")

    def secret_key(self) -> str:
        path = self.folder / "secret-key"
        if not path.exists():
            path.touch(mode=0o600)
        if not (key := path.read_text().strip()):
            key = secrets.token_urlsafe(50)
            path.write_text(key)
        return key

    def strangers(self) -> list[str]:
        """What lies in the folder and was not made by Minka."""
        names = (entry.name for entry in self.folder.iterdir())
        return sorted(name for name in names if not any(fnmatch(name, made) for made in MADE_HERE))

    def delete(self) -> None:
        """Delete everything; the lock must be held, and its file goes last."""
        for entry in self.folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != "lock":
                entry.unlink()
        shutil.rmtree(self.folder)
        self.unlock()


def scratch_state() -> State:
    """A new, locked state folder for one run of the tests; those of runs that were killed are swept away."""
    parent = default_folder()
    State(parent).create()
    for left_behind in parent.glob("scratch-*"):
        state = State(left_behind)
        if state.try_lock():
            state.delete()
    state = State(Path(tempfile.mkdtemp(prefix="scratch-", dir=parent)))
    state.lock()
    return state
