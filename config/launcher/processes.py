"""Child processes that never outlive the launcher, and waits that a signal can end.

Signals only leave a note; every wait looks at it. So no signal can land between starting a child and
knowing about it, which is how processes are left behind.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_asked_to_stop: list[int] = []


class LauncherError(Exception):
    """What went wrong, in a sentence for the person at the terminal."""


class StopRequested(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM or SIGHUP."""


def heed_signals() -> None:
    """From now on a signal to stop is noted and raised as StopRequested by the next `pause`."""

    def note(number: int, _frame: object) -> None:
        _asked_to_stop.append(number)

    signal.signal(signal.SIGINT, note)
    signal.signal(signal.SIGTERM, note)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup stays nohup
        signal.signal(signal.SIGHUP, note)


def signals_received() -> int:
    """How often somebody asked to stop; from the second time on nobody waits for good manners."""
    return len(_asked_to_stop)


def last_signal() -> int:
    return _asked_to_stop[-1]


def pause(seconds: float = 0.05) -> None:
    if _asked_to_stop:
        raise StopRequested
    time.sleep(seconds)


def die_with_parent(death_signal: int) -> Callable[[], None]:
    """For `preexec_fn`: have the kernel send this signal when the launcher dies, even of kill -9 (Linux)."""
    parent = os.getpid()

    def arrange() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, death_signal)
            if os.getppid() != parent:
                os._exit(1)

    return arrange


class Child:
    """One long-running process: its log, how it is asked to stop, and for how long."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str],
        folder: Path | str,
        account: tuple[int, int] | None = None,
        standard_input: bytes | None = None,
        stop_signal: int = signal.SIGTERM,
        death_signal: int = signal.SIGKILL,
        patience: float = 10,
        hurries: bool = True,
    ) -> None:
        self.name = name
        self.log = log
        self._stop_signal = stop_signal
        self._patience = patience
        self._hurries = hurries
        uid, gid = account or (None, None)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._log_start = output.tell()
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL if standard_input is None else subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=dict(environment),
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
                start_new_session=True,  # the terminal's Ctrl-C reaches the launcher alone
                preexec_fn=die_with_parent(death_signal),
            )
        if standard_input is not None and self.process.stdin is not None:
            self.process.stdin.write(standard_input)
            self.process.stdin.close()

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def how_it_ended(self) -> str:
        """Killed by somebody, or ended by itself."""
        code = self.process.returncode
        return f"was killed (signal {-code})" if code < 0 else f"ended by itself (exit code {code})"

    def output(self) -> str:
        """What this start of the child wrote."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def check(self) -> None:
        """Raise when the child is no longer there, with the end of its log."""
        if not self.running:
            tail = "\n".join(f"    {line}" for line in self.output().splitlines()[-15:])
            raise LauncherError(f"The {self.name} {self.how_it_ended}. The end of {self.log}:\n{tail}")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise LauncherError(f"The {self.name} did not answer within {seconds:.0f} s; see {self.log}.")
            pause()

    def wait(self) -> int:
        """Wait for a child that is expected to end, and return its exit code."""
        while self.running:
            pause()
        return self.process.returncode

    def ask_to_stop(self) -> None:
        if self.running:
            self.process.send_signal(self._stop_signal)

    def kill(self) -> None:
        """kill -9 for the child and everything that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # PermissionError: macOS, for zombies
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask, wait, then insist; whatever the child itself started goes with it."""
        self.ask_to_stop()
        deadline = time.monotonic() + self._patience
        while self.running and time.monotonic() < deadline:
            if self._hurries and signals_received() > 1:
                break
            time.sleep(0.02)
        self.kill()
