"""The clock, the counter of queries, and the table of what came out."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True)
class Figure:
    """One measured figure; without a goal it is told for context."""

    name: str
    value: float
    unit: str = ""
    goal: str = ""
    met: bool | None = None
    note: str = ""


@dataclass
class Report:
    """Everything that one run measured."""

    projects: int
    figures: list[Figure] = field(default_factory=list)

    def add(
        self,
        name: str,
        value: float,
        unit: str = "",
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        note: str = "",
    ) -> None:
        """Keep a figure, judged by its goal if it has one."""
        goal, met = "", None
        if at_least is not None:
            goal, met = f"≥ {at_least:g}", value >= at_least
        elif at_most is not None:
            goal, met = f"≤ {at_most:g}", value <= at_most
        self.figures.append(Figure(name, value, unit, goal, met, note))

    def table(self) -> str:
        """Name, value, goal, met."""
        rows = [("What", "Value", "Goal", "Met"), ("", "", "", "")]
        rows += [(f.name, f"{spelled(f.value)} {f.unit}".strip(), f.goal, verdict(f)) for f in self.figures]
        wide, narrow = max(len(row[0]) for row in rows), max(len(row[1]) for row in rows)
        lines = [f"{name:<{wide}}  {value:>{narrow}}  {goal:<8} {met}".rstrip() for name, value, goal, met in rows]
        lines[1] = "-" * max(len(line) for line in lines)
        notes = [f"{f.name}: {f.note}" for f in self.figures if f.note]
        return "\n".join([*lines, "", *notes])

    def write(self, path: Path) -> None:
        """The same as JSON, with the machine."""
        machine = {
            "processors": os.cpu_count(),
            "load": os.getloadavg(),
            "python": platform.python_version(),
            "system": platform.platform(),
            "postgresql": getattr(connections["default"], "pg_version", 0),
        }
        content = {"projects": self.projects, "machine": machine, "figures": [vars(figure) for figure in self.figures]}
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def spelled(value: float) -> str:
    """Three digits that count."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def verdict(figure: Figure) -> str:
    """Whether the goal is met."""
    return "" if figure.met is None else "yes" if figure.met else "NO"


def seconds(do: Callable[[], Any]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def median_seconds(do: Callable[[], Any], times: int = 3) -> float:
    """The median of several calls."""
    return statistics.median(seconds(do) for _ in range(times))


def in_turns(*tasks: Callable[[], Any], rounds: int) -> list[float]:
    """Medians of tasks that take turns, so that a busy moment of the machine meets all of them."""
    taken: list[list[float]] = [[] for _ in tasks]
    for _round in range(rounds):
        for times, task in zip(taken, tasks, strict=True):
            times.append(seconds(task))
    return [statistics.median(times) for times in taken]


@contextmanager
def counted() -> Iterator[list[int]]:
    """Count the queries of all connections; the number is in the list afterwards."""
    total: list[int] = []
    with CaptureQueriesContext(connections["default"]) as app, CaptureQueriesContext(connections["public"]) as public:
        yield total
    total.append(len(app) + len(public))
