"""The child process that reads one file, with limits on processor time, memory and output; writes JSON lines.

First line: headings. Then one line a row: `[number, cells, extra]`. Last line: `end` with the count, what was noticed
and the `columns` with a few values of each, or `refusal`. Run by `projects.services.intake`, never imported by Django.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Collection
from pathlib import Path

from projects.intake.problems import Refusal, cell_text
from projects.intake.reading import CPU_SECONDS, MAX_CELL, MAX_ROWS, read_file

ADDRESS_SPACE = 3_000_000_000
OUTPUT_BYTES = 1_000_000_000
SAMPLES = 3
LONGEST_SAMPLE = 80


def limit_resources(cpu_seconds: int) -> None:
    """What the kernel enforces, whatever the file makes the parser do."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def write_lines(path: Path, name: str, known: Collection[str]) -> None:
    """Everything that the file holds, row by row."""
    sheet = read_file(path, name, known)
    out = sys.stdout
    out.write(json.dumps({"headings": sheet.headings}) + "\n")
    count = 0
    samples: list[list[str]] = [[] for _heading in sheet.headings]
    for row in sheet.rows:
        count += 1
        if count > MAX_ROWS:
            raise Refusal("too_many_rows", limit=MAX_ROWS)
        for position, cell in enumerate(row.cells + row.extra, start=1):
            if cell is not None and len(cell_text(cell)) > MAX_CELL:
                raise Refusal("cell_far_too_long_in_row", row=row.number, column=position, limit=MAX_CELL)
        for found, cell in zip(samples, row.cells, strict=False):
            if len(found) < SAMPLES and cell not in (None, ""):
                found.append(cell_text(cell)[:LONGEST_SAMPLE])
        out.write(json.dumps([row.number, row.cells, row.extra]) + "\n")
    if not count:
        raise Refusal("only_a_heading")
    columns = [{"name": name, "samples": found} for name, found in zip(sheet.headings, samples, strict=True)]
    out.write(json.dumps({"end": count, "info": sheet.info, "columns": columns}) + "\n")


def main(path: str, name: str, known: str = "[]", cpu_seconds: str = str(CPU_SECONDS)) -> None:
    """Read one file, given the known names of columns as JSON; a refusal is an answer, anything else ends the process."""
    limit_resources(int(cpu_seconds))
    try:
        write_lines(Path(path), name, json.loads(known))
    except OSError:
        os._exit(os.EX_IOERR)  # there is no room for what was read: no fault of the file
    except Refusal as refusal:
        sys.stdout.write(json.dumps({"refusal": refusal.as_dict()}) + "\n")
    except MemoryError:
        sys.stdout.write(json.dumps({"refusal": Refusal("too_heavy").as_dict()}) + "\n")
    try:
        sys.stdout.flush()
    except OSError:
        os._exit(os.EX_IOERR)


if __name__ == "__main__":
    main(*sys.argv[1:])
