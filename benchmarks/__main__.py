"""`python -m benchmarks`: measure, print a table, write it as JSON."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.child import set_up


def arguments() -> argparse.Namespace:
    """What may be asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Minka against docs/speed.md.")
    parser.add_argument("--projects", type=int, default=500, help="how many projects are invented (500)")
    parser.add_argument("--json", type=Path, help="where the figures are written (benchmarks.json in the state folder)")
    parser.add_argument(
        "--people-first", action="store_true", help="only how long one waits while a thousand others wait"
    )
    parser.add_argument(
        "--import", action="store_true", dest="imports", help="only how long one waits while a large file is imported"
    )
    parser.add_argument("--alone", action="store_true", help="with --import: tests of water by themselves, beside COPY")
    parser.add_argument("--rows", type=int, default=20_000, help="how many rows that file holds (20000)")
    parser.add_argument(
        "--of", choices=["disbursements", "monitoring-results"], default="disbursements", help="what its rows are"
    )
    return parser.parse_args()


def main() -> int:
    """Set Django up first: what measures is built on it."""
    asked = arguments()
    if not os.environ.get("DATABASE_URL"):
        print("Nothing to measure on; start it by `make bench`, which brings its own servers.", file=sys.stderr)
        return 2
    if asked.projects < 80:
        print("80 projects are the least from which growth can be seen.", file=sys.stderr)
        return 2
    if asked.imports:
        os.environ.setdefault(
            "DJANGO_SETTINGS_MODULE", "config.settings.dev"
        )  # the worker reads what was handed in here
    set_up()
    if asked.people_first:
        return int(import_module("benchmarks.people_first").run())
    if asked.imports and asked.alone:
        return int(import_module("benchmarks.alone").run(asked.rows))
    if asked.imports:
        return int(import_module("benchmarks.imports").run(asked.rows, asked.of))
    return int(import_module("benchmarks.suite").run(asked.projects, asked.json))


if __name__ == "__main__":
    sys.exit(main())
