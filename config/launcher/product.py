"""The whole of Minka as processes: servers, web, worker and dispatcher.

`Product` serves the demo and the end-to-end tests alike.
"""

import os
import re
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from config.launcher.processes import Child, LauncherError, pause
from config.launcher.servers import Postgres, Valkey, disk_is_full
from config.launcher.state import PROJECT, State

MANAGE = [sys.executable, str(PROJECT / "manage.py")]
CELERY = [sys.executable, "-m", "celery", "-A", "config"]
QUICK_START = ("--without-mingle", "--without-gossip")  # workers here have no neighbours to wait a second for
WORKER_IS_READY = " ready."  # as Celery ends the line in which it says so
NAMES = ("web", "dispatcher", "worker")  # in the order in which they are stopped


class Servers:
    """Database and broker: those that the environment names, embedded ones for the rest.

    `environment` is complete after `start`. The state folder must be locked by the caller.
    """

    def __init__(self, state: State, environment: Mapping[str, str], *, durable: bool = True) -> None:
        self.environment = dict(environment) | {"MINKA_STATE": str(state.folder)}
        self.environment.setdefault("SECRET_KEY", state.secret_key())
        self.database = None if environment.get("DATABASE_URL") else Postgres(state, durable=durable)
        self.broker = None if environment.get("REDIS_URL") else Valkey(state)

    def start(self) -> None:
        for server in (self.database, self.broker):
            if server is not None:
                server.start()
                self.environment |= server.environment()

    def stop(self) -> None:
        """The broker first, the database last."""
        for server in (self.broker, self.database):
            if server is not None:
                server.stop()

    def check(self) -> None:
        for server in (self.database, self.broker):
            if server is not None and server.child is not None:
                server.child.check()

    def fallen(self) -> list[tuple[str, Postgres | Valkey, Child]]:
        """The servers of our own that ended by themselves, with their names and the processes that they were."""
        ours = (("database", self.database), ("broker", self.broker))
        return [(name, one, one.child) for name, one in ours if one and one.child and not one.child.running]

    def addresses(self) -> dict[str, str]:
        """What another terminal needs in order to use the same servers and files."""
        names = (
            "DATABASE_URL",
            "OWNER_DATABASE_URL",
            "PUBLIC_DATABASE_URL",
            "REDIS_URL",
            "MINKA_STATE",
            "SECRET_KEY",
        )
        return {name: self.environment[name] for name in names if name in self.environment}


PREPARE = ("prepare", "--demo")
MOST_REVIVALS = 3
LEAST_ROOM_TO_START = 100_000_000
"""bytes, for a database that writes again what it had not written when it ended"""
SAY_HOW_FAR_SECONDS = 10
LONGEST_LINE = 100
LAST_PORT = 65535
NAMED_ERROR = re.compile(r"([a-z_]\w*\.)*[A-Z]\w*[a-z]\w*: ")  # the database's own lines about it follow in capitals
REFUSED = "CommandError: "  # as Django's commands begin a sentence of their own


class Product:
    """All of Minka on one state folder and one port, between `with Product(…) as product:` and its end.

    With `own_servers` (the default) it starts its own database and broker even where the environment names
    some, so that a test cannot disturb another one. `product.servers.environment` is what every process got;
    `product.processes["worker"]` is one of them (see NAMES), to kill and `start` again.
    """

    def __init__(
        self,
        state: State,
        port: int,
        *,
        extra: Mapping[str, str] | None = None,
        own_servers: bool = True,
        durable: bool = True,
        prepare: tuple[str, ...] = PREPARE,
        most_revivals: int = MOST_REVIVALS,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.state = state
        self.address = f"http://127.0.0.1:{port}"
        self.port = port
        self.prepared = ""
        self.processes: dict[str, Child] = {}
        self.revived: Counter[str] = Counter()
        self.waits_for_room = False
        self._prepare = prepare
        self._most_revivals = most_revivals
        self._say = say
        environment = dict(os.environ)
        if own_servers:
            for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "PUBLIC_DATABASE_URL", "REDIS_URL"):
                environment.pop(name, None)
        environment |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "MINKA_DEMO": "1",
            "MINKA_ADDRESS": self.address,
            "PYTHONUNBUFFERED": "1",
            **(extra or {}),
        }
        state.lock()
        try:
            self.servers = Servers(state, environment, durable=durable)
        except BaseException:
            state.unlock()
            raise

    def __enter__(self) -> Self:
        try:
            self._start_everything()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_everything(self) -> None:
        check_port_is_free(self.port)
        self._say("Starting the database and the broker …")
        self.servers.start()
        first = "" if self.state.prepared.exists() else "; the first time this takes a while"
        self._say(f"Preparing the database and the demo{first} …")
        for name in ("worker", "web"):  # slow to start, and idle until the others come
            self.start(name)
        self.prepared = prepare_database(self.state, self.servers, *self._prepare, say=self._say)
        self._say("Starting the dispatcher, and waiting until all parts answer …")
        self.start("dispatcher")
        self.wait_until_ready()
        self.state.announce(self.servers.addresses())

    def _child(self, name: str, command: list[str], *, patience: float = 10) -> Child:
        return Child(
            name,
            command,
            log=self.state.log / f"{name}.log",
            environment=self.servers.environment,
            folder=PROJECT,
            patience=patience,
        )

    def start(self, name: str) -> Child:
        """Start one of NAMES (again)."""
        self.processes[name] = self._child(name, self._command(name))
        return self.processes[name]

    def _command(self, name: str) -> list[str]:
        commands = {
            "web": [
                *(sys.executable, "-m", "gunicorn", "config.wsgi:application", "--no-control-socket"),
                *("--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--workers", "1"),
                *("--threads", "8", "--graceful-timeout", "5"),
            ],
            "worker": [*CELERY, "worker", "--loglevel", "info", "--concurrency", "2", *QUICK_START],
            "dispatcher": [*MANAGE, "dispatch_jobs"],
        }
        return commands[name]

    def check(self) -> None:
        """Raise when one of the processes is no longer there."""
        self.servers.check()
        for child in self.processes.values():
            child.check()

    def revive(self) -> None:
        """Start again what ended by itself; raise when it goes on.

        The database recovers what was committed; the broker keeps nothing that could be lost. On a full disk neither
        is started: pages say meanwhile that nothing was saved.
        """
        fallen = self.servers.fallen()
        self._note_room(full=bool(fallen) and shutil.disk_usage(self.state.folder).free < LEAST_ROOM_TO_START)
        for name, server, child in fallen:
            if not self.waits_for_room:
                self._note_revival(name, child)
                server.start()
        for name, child in list(self.processes.items()):
            if not child.running:
                self._note_revival(name, child)
                child.kill()  # what it had started itself
                self.start(name)

    def _note_room(self, *, full: bool) -> None:
        if full and not self.waits_for_room:
            self._say(f"{disk_is_full(self.state.folder)} Minka goes on by itself as soon as there is room.")
        self.waits_for_room = full

    def _note_revival(self, name: str, child: Child) -> None:
        if self.revived[name] >= self._most_revivals:
            child.check()
        self.revived[name] += 1
        self._say(f"The {name} {child.how_it_ended} and is started again; its log is {child.log}.")

    def wait_until_ready(self, seconds: float = 90) -> None:
        """Until /readyz says that pages answer, and the worker says that it hears its bell."""
        deadline = time.monotonic() + seconds
        while True:
            self.check()
            status, answer = self.readiness()
            if status == 200 and WORKER_IS_READY in self.processes["worker"].output():
                return
            if time.monotonic() > deadline:
                answer = "the worker is not ready" if status == 200 else answer
                raise LauncherError(f"Minka was not ready within {seconds:.0f} s; {self.address}/readyz said: {answer}")
            pause(0.25)

    def readiness(self) -> tuple[int, str]:
        """Status and answer of /readyz; status 0 where nobody answers."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.address}/readyz", timeout=10) as response:
                return response.status, response.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")[:500]
        except OSError as error:
            return 0, str(error)

    def stop(self) -> None:
        """Stop everything, web first and database last, and leave no process behind."""
        children = [self.processes[name] for name in NAMES if name in self.processes]
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop()
        self.processes.clear()
        self.servers.stop()
        self.state.unlock()


def prepare_database(state: State, servers: Servers, *command: str, say: Callable[[str], None] = lambda _: None) -> str:
    """Bring the database to what this Minka needs, the demo included unless another command is given; what it said.

    Every few seconds it says how far that is.
    """
    child = Child(
        "preparation",
        [*MANAGE, *(command or PREPARE)],
        log=state.log / "preparation.log",
        environment=servers.environment,
        folder=PROJECT,
    )
    try:
        said = time.monotonic()
        while child.running:
            pause()
            if time.monotonic() - said > SAY_HOW_FAR_SECONDS:
                say(f"  … {last_line(child)}")
                said = time.monotonic()
        if child.wait() != 0:
            raise LauncherError(why_not_prepared(child, ours=servers.database is not None))
    finally:
        child.stop()
    state.prepared.touch()
    return child.output()


def last_line(child: Child) -> str:
    """What a process said last, in one line that fits a terminal."""
    lines = child.output().strip().splitlines() or ["not a word yet"]
    return lines[-1].strip()[:LONGEST_LINE]


def why_not_prepared(child: Child, *, ours: bool = True) -> str:
    """What the preparation refused, in its own sentence, or what broke it in one line, with what can be done."""
    lines = child.output().strip().splitlines() or ["It said nothing."]
    last = next((line for line in reversed(lines) if NAMED_ERROR.match(line)), lines[-1])
    if last.startswith(REFUSED):
        return last.removeprefix(REFUSED)
    if not ours:
        return (
            f"The database that DATABASE_URL names could not be prepared. {last}\n"
            f"Correct DATABASE_URL, or unset it to use the database that Minka brings. {child.log} says more."
        )
    return (
        f"The database could not be prepared. {last}\n"
        f"Nothing that was saved is lost. {child.log} says more. Run the same command again; where that does not help, "
        "go back to the Minka that last ran here, or start over with `make demo-reset`, which deletes the demo's data."
    )


def port_number(text: str) -> int:
    """A port that somebody typed; raises LauncherError where it is none."""
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= LAST_PORT):
        raise LauncherError(f"“{text}” is not a port; choose one from 1024 to 65535, as in `make demo PORT=8001`.")
    return int(text)


def check_port_is_free(port: int) -> None:
    """Raise where somebody listens on this port; the web server of a killed launcher gets a moment to go."""
    patience_ends = time.monotonic() + 3
    while (error := _bind_error(port)) is not None and not isinstance(error, PermissionError):
        if time.monotonic() > patience_ends:
            break
        pause(0.1)
    if isinstance(error, PermissionError):
        raise LauncherError(f"Port {port} needs root; choose one above 1023, as in `make demo PORT=8001`.")
    if error is not None:
        raise LauncherError(f"Port {port} is taken; choose another one, as in `make demo PORT=8001`.")


def _bind_error(port: int) -> OSError | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error
    return None
