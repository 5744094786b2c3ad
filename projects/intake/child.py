"""The child process that reads one file, with limits on time, memory and output; writes JSON lines.

First line: headings and what was noticed. Then one line a row: `[number, cells, extra]`. Last line: `end` with the
count, or `refusal`. Run by `projects.services.intake`, never imported by Django.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Collection
from pathlib import Path

from projects.intake.problems import Refusal, cell_text
from projects.intake.reading import MAX_CELL, MAX_ROWS, read_file

CPU_SECONDS = 30
ADDRESS_SPACE = 1_500_000_000
OUTPUT_BYTES = 500_000_000


def limit_resources() -> None:
    """What the kernel enforces, whatever the file makes the parser do."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def write_lines(path: Path, name: str, known: Collection[str]) -> None:
    """Everything that the file holds, row by row."""
    sheet = read_file(path, name, known)
    out = sys.stdout
    out.write(json.dumps({"headings": sheet.headings}) + "\n")
    count = 0
    for row in sheet.rows:
        count += 1
        if count > MAX_ROWS:
            raise Refusal("too_many_rows", limit=MAX_ROWS)
        for position, cell in enumerate(row.cells + row.extra, start=1):
            if cell is not None and len(cell_text(cell)) > MAX_CELL:
                raise Refusal("cell_far_too_long_in_row", row=row.number, column=position, limit=MAX_CELL)
        out.write(json.dumps([row.number, row.cells, row.extra]) + "\n")
    if not count:
        raise Refusal("only_a_heading")
    out.write(json.dumps({"end": count, "info": sheet.info}) + "\n")


def main(path: str, name: str, known: str = "[]") -> None:
    """Read one file, given the known names of columns as JSON; a refusal is an answer, anything else ends the process."""
    limit_resources()
    try:
        write_lines(Path(path), name, json.loads(known))
    except Refusal as refusal:
        sys.stdout.write(json.dumps({"refusal": refusal.as_dict()}) + "\n")
    except MemoryError:
        sys.stdout.write(json.dumps({"refusal": Refusal("too_heavy").as_dict()}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
