"""The launcher's command line."""

import argparse
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from config.launcher.processes import (
    LauncherError,
    StopRequested,
    die_with_parent,
    heed_signals,
    last_signal,
    pause,
    signals_received,
)
from config.launcher.product import Product, Servers, check_port_is_free, port_number, prepare_database
from config.launcher.servers import disk_is_full
from config.launcher.state import State, default_folder, scratch_state


def say(text: str) -> None:
    print(text, flush=True)


def demo(arguments: argparse.Namespace) -> int:
    """Start everything and watch over it until somebody stops it."""
    with Product(State(arguments.state), port_number(arguments.port), own_servers=False, say=say) as product:
        say(f"\n{product.prepared.strip()}\n")
        say(f"Minka is ready: {product.address}/   (Ctrl-C stops it)")
        say(f"To sign in:     {product.address}/en/work/")
        try:
            while True:
                product.revive()
                pause(0.5)
        except StopRequested:
            say("\nStopping …")
    return 0


def run(arguments: argparse.Namespace) -> int:
    """Run one command with servers to talk to, and return its exit code."""
    if arguments.port:
        check_port_is_free(port_number(arguments.port))
    state = scratch_state() if arguments.scratch else State(arguments.state)
    if not arguments.scratch and (addresses := state.lock_or_join(say)) is not None:
        return _run_command(arguments.command, _preferring_given(addresses))
    try:
        servers = Servers(state, os.environ, durable=not arguments.scratch)
        try:
            servers.start()
            if arguments.prepared and servers.database is not None and not state.prepared.exists():
                say("Preparing the database and the demo; the first time this takes a while …")
                prepare_database(state, servers)
            if not arguments.scratch:
                state.announce(servers.addresses())
            return _run_command(arguments.command, servers.environment)
        finally:
            servers.stop()
    finally:
        if arguments.scratch:
            state.delete()
        state.unlock()


def _preferring_given(addresses: dict[str, str]) -> dict[str, str]:
    """Of the running launcher's addresses those that our own environment leaves open."""
    given = {name for name in addresses if os.environ.get(name)}
    if "DATABASE_URL" in given:  # its other roles default to it, not to another server's
        given |= {"OWNER_DATABASE_URL", "PUBLIC_DATABASE_URL"}
    return {name: address for name, address in addresses.items() if name not in given}


def _run_command(command: list[str], environment: dict[str, str]) -> int:
    try:
        process = subprocess.Popen(command, env=os.environ | environment, preexec_fn=die_with_parent(signal.SIGTERM))
    except OSError as error:
        raise LauncherError(f"Cannot run {command[0]}: {error.strerror}.") from error
    heard = 0
    while (code := process.poll()) is None:
        if signals_received() > heard:
            heard = signals_received()
            if not (last_signal() == signal.SIGINT and _terminal_signals_us()):
                process.send_signal(last_signal())
        try:
            code = process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
    return code if code >= 0 else 128 - code


def _terminal_signals_us() -> bool:
    """Whether Ctrl-C reached the command by itself, as it does for everything in a terminal's foreground."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


def reset(arguments: argparse.Namespace) -> int:
    """Delete the state folder, unless something runs on it."""
    state = State(arguments.state)
    if not state.folder.exists():
        say("There is nothing to delete.")
        return 0
    if strangers := state.strangers():
        raise LauncherError(
            f"{state.folder} also holds what Minka did not make ({', '.join(strangers[:3])}), so nothing is deleted. "
            "Look whether MINKA_STATE names the right folder."
        )
    state.lock()
    state.delete()
    say(f"Deleted {state.folder}. The next `make demo` starts over.")
    return 0


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.launcher", description="Start Minka and its servers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, action: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=action.__doc__, description=action.__doc__)
        command.add_argument("--state", type=Path, help="folder for database, files and logs")
        command.set_defaults(action=action)
        return command

    add("demo", demo).add_argument("--port", default="8000")
    add("reset", reset)
    run_parser = add("run", run)
    run_parser.add_argument("--scratch", action="store_true", help="on new servers, deleted afterwards")
    run_parser.add_argument("--prepared", action="store_true", help="with the demo, loaded where it is missing")
    run_parser.add_argument("--port", help="a port that must be free")
    run_parser.add_argument("command", nargs="+", metavar="CMD", help="after --")
    return parser.parse_args(arguments)


def main() -> int:
    arguments = parse()
    heed_signals()
    try:
        return int(arguments.action(arguments))
    except StopRequested:
        say("\nInterrupted before Minka was ready; everything is stopped. Run it again and it goes on.")
        return 130
    except LauncherError as error:
        print(f"Minka: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"Minka: {disk_is_full(arguments.state or default_folder())}", file=sys.stderr)
        return 1
