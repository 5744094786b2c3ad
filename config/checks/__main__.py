"""Run the checks, two at a time, and say which failed."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from config.checks import promises, translations, tree

BINARIES = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]


@dataclass(frozen=True)
class Result:
    passed: bool
    output: str
    seconds: float


def command(*words: str | Path, **environment: str) -> Callable[[], tuple[bool, str]]:
    """A check that is a program: passed when it exits with 0."""

    def check() -> tuple[bool, str]:
        done = subprocess.run(
            [str(word) for word in words],
            cwd=tree.PROJECT,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode == 0, done.stdout

    return check


def listed(findings: Callable[[], list[str]]) -> Callable[[], tuple[bool, str]]:
    """A check that lists what it found: passed when that is nothing."""

    def check() -> tuple[bool, str]:
        found = findings()
        return not found, "\n".join(found)

    return check


def check_translations() -> tuple[bool, str]:
    if not translations.available():
        return True, "translations not checked: install gettext"
    return listed(translations.findings)()


def templates() -> list[Path]:
    return tree.files("*/templates/*.html")


def checks() -> dict[str, Callable[[], tuple[bool, str]]]:
    test = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    production = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "minka.example",
        "DATABASE_URL": "postgres://minka_app@/minka",
        "PUBLIC_DATABASE_URL": "postgres://minka_public@/minka",
        "REDIS_URL": "redis://redis.example/0",
        "MINKA_STATE": "/var/lib/minka",
    }
    return {
        "types": command(BINARIES / "mypy", **test),
        "lint": command(BINARIES / "ruff", "check", "."),
        "format": command(BINARIES / "ruff", "format", "--check", "."),
        "imports": command(BINARIES / "lint-imports"),
        "migrations": command(*MANAGE, "makemigrations", "--check", "--dry-run", **test),
        "production": command(*MANAGE, "check", "--deploy", "--fail-level=WARNING", **production),
        "template-format": command(BINARIES / "djade", "--check", "--target-version=5.2", *templates()),
        "template-lint": command(BINARIES / "djlint", "--lint", "--quiet", "--allow-empty-input", *templates()),
        "translations": check_translations,
        "tree": listed(tree.findings),
        "readable": listed(tree.unreadable),
        "promises": listed(promises.findings),
    }


def timed(check: Callable[[], tuple[bool, str]]) -> Result:
    start = time.monotonic()
    passed, output = check()
    return Result(passed, output.strip(), time.monotonic() - start)


def main(names: list[str]) -> int:
    every = checks()
    if unknown := set(names) - every.keys():
        print(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(every)}.", file=sys.stderr)
        return 2
    chosen = {name: check for name, check in every.items() if not names or name in names}
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, result in zip(chosen, pool.map(timed, chosen.values()), strict=True):
            print(f"{'ok    ' if result.passed else 'FAILED'} {name} ({result.seconds:.1f} s)", flush=True)
            if result.output and (not result.passed or name == "translations"):
                print(result.output)
            if not result.passed:
                failed.append(name)
    print(f"{len(failed)} of {len(chosen)} checks failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
