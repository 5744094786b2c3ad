"""Other processes that measure: a fresh interpreter each, so that memory is theirs alone."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import django

from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Framework
from compliance.evaluation.scoring import judge

FRESH = multiprocessing.get_context("spawn")
SPINS = 500_000


def set_up() -> None:
    """Django as the tests run it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()


def peak_memory() -> float:
    """The most memory that this process had, in MB.

    Not `ru_maxrss` where the kernel says better: on Linux that outlives exec, and a child shows its parent's peak.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # macOS counts bytes
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024


def with_django(answers: Any, database: str, module: str, function: str, *given: Any) -> None:
    """Call a function on the measured database, and answer what it returns with the peak of this process's memory."""
    set_up()
    import_module("benchmarks.database").use_database(database)
    result = getattr(import_module(module), function)(*given)
    answers.put((result, peak_memory()))


def in_a_process(database: str, module: str, function: str, *given: Any) -> tuple[Any, float]:
    """What a function returns in a process of its own, and the peak of its memory in MB."""
    answers = FRESH.Queue()
    process = FRESH.Process(target=with_django, args=(answers, database, module, function, *given))
    process.start()
    answer: tuple[Any, float] = answers.get(timeout=3600)
    process.join()
    return answer


def judge_all(rules: Framework, facts: list[Facts]) -> None:
    """Judgement alone."""
    for one in facts:
        judge(rules, one)


def spin(times: int) -> None:
    """Arithmetic that needs nothing but a processor."""
    total = 0
    for number in range(times):
        total += number * number


def once_all_are_ready(barrier: Any, answers: Any, rounds: int, work: Callable[..., None], *given: Any) -> None:
    """Do the work several times, each time from when every process is ready."""
    work(*given)
    for _round in range(rounds):
        barrier.wait()
        start = time.monotonic()
        work(*given)
        answers.put((start, time.monotonic()))
        barrier.wait()


def seconds_in(processes: int, rounds: int, work: Callable[..., None], *given: Any) -> list[float]:
    """How long each round of the same work in each of several processes at once takes, first start to last end."""
    barrier, answers = FRESH.Barrier(processes + 1), FRESH.Queue()
    children = [
        FRESH.Process(target=once_all_are_ready, args=(barrier, answers, rounds, work, *given))
        for _child in range(processes)
    ]
    for child in children:
        child.start()
    taken = []
    for _round in range(rounds):
        barrier.wait(timeout=600)
        spans = [answers.get(timeout=600) for _child in children]
        taken.append(max(end for _start, end in spans) - min(start for start, _end in spans))
        barrier.wait(timeout=600)
    for child in children:
        child.join()
    return taken
