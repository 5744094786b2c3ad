"""`make mutate`: change one thing in the judgement, run the tests that run that line, and see whether any of them notices.

Nothing is written into the source: each change is made in a child process, which runs the tests that cover its line, the
quickest first, until one fails. Within a function the child only gives it other code, and what was defined in it; what is
done at import, and in functions that only imports call, is imported with the change. What was read and found to change
nothing that anybody can see stands with its reason in `mutants.json`, and is left out.
"""

from __future__ import annotations

import argparse
import ast
import copy
import gc
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from pathlib import Path
from textwrap import shorten
from types import CodeType, FunctionType
from typing import Any

import coverage
import hypothesis
import pytest

PROJECT = Path(__file__).resolve().parent.parent
JUDGEMENT = PROJECT / "compliance" / "evaluation"
TESTS = "tests/compliance/evaluation"
REVIEWED = Path(__file__).with_name("mutants.json")
IMPURE = {"arrears", "framework_files", "gathering", "sealed"}
"""Modules that read files or the database: other tests than the pure ones look at them."""

OF_DECLARATIONS = ("test_fact_tables.py", "test_kept_words.py", "test_measures.py")
"""Tests that look at what all files declare, and run no line of them."""

LEAST_NOTICED = 95
SECONDS_OF_TESTS = 20
SECONDS_TO_IMPORT = 60
MEMORY = 4 * 2**30

SWAPPED: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
RENAMED = {"min": "max", "max": "min", "any": "all", "all": "any"}
UNCHANGED_FIELDS = {"annotation", "returns", "type_params"}


@dataclass(frozen=True)
class Place:
    """A node of a syntax tree, the field of its parent that holds it, and what is around it."""

    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST
    where: str
    """function or class"""
    function: str
    """the outermost function in whose body it is; empty for what is done at import"""

    def put(self, node: ast.AST) -> None:
        """Let another node stand here."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True)
class Mutant:
    """One change: where it is, what stood there and what stands there now."""

    path: Path
    number: int
    line: int
    where: str
    function: str
    change: str

    @property
    def name(self) -> str:
        """How `mutants.json` calls it: without the line, which moves."""
        return f"{self.path.relative_to(JUDGEMENT)} {self.where}: {self.change}"

    def __str__(self) -> str:
        return f"{self.path.relative_to(PROJECT)}:{self.line} {self.where}: {self.change}"


def places(parent: ast.AST, where: str = "", function: str = "") -> Iterator[Place]:
    """Every place of a tree that says what the program does; texts for people, types, assertions and switches do not."""
    for name, value in ast.iter_fields(parent):
        if name in UNCHANGED_FIELDS or isinstance(parent, ast.JoinedStr | ast.Raise | ast.Assert):
            continue
        inside = where if isinstance(parent, ast.FunctionDef) and name == "body" and not function else function
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _is_text_for_people(node) or _is_switch(name, node):
                continue
            yield Place(parent, name, index, node, where, inside)
            named = isinstance(node, ast.FunctionDef | ast.ClassDef)
            yield from places(node, f"{where}.{node.name}".lstrip(".") if named else where, inside)  # type: ignore[attr-defined]


def _is_text_for_people(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_switch(name: str, node: ast.AST) -> bool:
    """Of a dataclass, or that two sequences are of one length."""
    return (name == "decorator_list" and "dataclass" in ast.unparse(node)) or (
        isinstance(node, ast.keyword) and node.arg == "strict"
    )


def replacements(place: Place) -> Iterator[ast.AST]:
    """What may stand in this place instead."""
    node = place.node
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            yield _with(node, "ops", [*node.ops[:number], SWAPPED[type(operator)](), *node.ops[number + 1 :]])
    elif isinstance(node, ast.BoolOp):
        yield _with(node, "op", SWAPPED[type(node.op)]())
        for number in range(len(node.values)):
            rest = [*node.values[:number], *node.values[number + 1 :]]
            yield rest[0] if len(rest) == 1 else _with(node, "values", rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SWAPPED:
        yield _with(node, "op", SWAPPED[type(node.op)]())
    elif isinstance(node, ast.Name) and node.id in RENAMED and isinstance(node.ctx, ast.Load):
        yield ast.Name(RENAMED[node.id], ast.Load())
    elif isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node.value)
    if place.field in ("test", "ifs") and not isinstance(place.parent, ast.While):
        yield ast.Constant(True)
        yield ast.Constant(False)


def _with(node: Any, field: str, value: object) -> Any:
    changed = copy.copy(node)
    setattr(changed, field, value)
    return changed


def _other_constants(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, str):
        yield ast.Constant(f"{value}1")


def changes(path: Path) -> Iterator[tuple[Mutant, ast.Module]]:
    """Each mutant of a file, with the syntax tree that holds it while it is the current one."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    number = 0
    alike: Counter[str] = Counter()
    for place in list(places(tree)):
        for node in replacements(place):
            ast.fix_missing_locations(ast.copy_location(node, place.node))
            before, after = (shorten(ast.unparse(one), 90) for one in (place.node, node))
            change = f"{before} => {after}"
            alike[place.where + change] += 1
            if (times := alike[place.where + change]) > 1:
                change += f" ({times})"
            place.put(node)
            yield Mutant(path, number, getattr(place.node, "lineno", 1), place.where, place.function, change), tree
            place.put(place.node)
            number += 1


def code_with(mutant: Mutant) -> CodeType:
    """The compiled file of a mutant, with its change."""
    tree = next(tree for found, tree in changes(mutant.path) if found.number == mutant.number)
    return compile(tree, str(mutant.path), "exec", dont_inherit=True)


# Running tests in a child


def in_child(work: Callable[[], None], seconds: float | None = None) -> bool:
    """Do some work in a child process that is silent and limited; whether it came to its end."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if seconds is not None:
                resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            fall_silent()
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def fall_silent() -> None:
    """Let nothing that this process says be seen any more."""
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)


def in_pytest(plugin: object, tests: list[str]) -> None:
    """Start Django and collect tests as ever; the plugin runs them."""
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore", "--hypothesis-profile=mutants"]
    if status := pytest.main([*options, *tests], plugins=[plugin]):
        raise RuntimeError(f"pytest ended with {status!r}")


def run_items(items: list[pytest.Item]) -> None:
    """Run tests one after the other."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


class StopAtFailure:
    """A plugin of pytest that ends the process at the first test that fails."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """In any phase of it."""
        if report.failed:
            os._exit(1)


@dataclass
class Coverage:
    """Which tests run which line, and how long each takes."""

    of_line: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def at_import(self, mutant: Mutant) -> bool:
        """Whether a mutant's line is run by no test, but when its file is imported."""
        return not mutant.function or not self.of_line.get((str(mutant.path), mutant.line))

    def tests_of(self, mutant: Mutant) -> list[str]:
        """The tests that run a mutant's line, the quickest first; of what is done at import, those that run or read its file."""
        file = str(mutant.path)
        found = self.of_line.get((file, mutant.line), set())
        if self.at_import(mutant):
            found = set().union(*(tests for (of, _line), tests in self.of_line.items() if of == file))
            found |= {name for name in self.seconds if name.partition("::")[0].endswith(OF_DECLARATIONS)}
        chosen: list[str] = []
        total = 0.0
        for name in sorted(found, key=lambda name: (self.seconds[name], name)):
            total += self.seconds[name]
            if chosen and total > SECONDS_OF_TESTS:
                break
            chosen.append(name)
        return chosen

    def limit(self, names: list[str]) -> float:
        """How much of the processor these tests may use before they are held to run without end."""
        return 10 + 3 * sum(self.seconds[name] for name in names)


class Measuring(StopAtFailure):
    """A plugin of pytest that runs all tests unchanged and keeps what each of them runs in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Every test alone, so that what it runs is known to be its own."""
        measuring = coverage.Coverage(data_file=None, include=[f"{JUDGEMENT}/*"], config_file=False)
        seconds = {}
        measuring.start()
        for item in session.items:
            measuring.switch_context(item.nodeid)
            forget_answers()
            start = time.process_time()
            run_items([item])
            seconds[item.nodeid] = time.process_time() - start
        measuring.stop()
        data = measuring.get_data()
        lines = [(file, *row) for file in data.measured_files() for row in data.contexts_by_lineno(file).items()]
        self.file.write_text(json.dumps([lines, seconds]), encoding="utf-8")
        return True


class Trying(StopAtFailure):
    """A plugin of pytest that tries mutants of functions, each in a child of the process that has collected the tests."""

    def __init__(self, mutants: list[Mutant], covered: Coverage, say: Callable[[Mutant, bool], None]) -> None:
        self.mutants, self.covered, self.say = mutants, covered, say

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Tell of each mutant whether it was noticed."""
        items = {item.nodeid: item for item in session.items}
        functions: dict[tuple[str, CodeType], list[FunctionType]] = {}
        for found in gc.get_objects():
            if type(found) is FunctionType:
                functions.setdefault((found.__code__.co_filename, found.__code__), []).append(found)
        for mutant in self.mutants:
            names = self.covered.tests_of(mutant)
            codes = [(one, code) for old, code in _codes(mutant) for one in functions.get((str(mutant.path), old), ())]
            if not codes or any(len(one.__code__.co_freevars) != len(code.co_freevars) for one, code in codes):
                print(f"cannot be tried: {mutant}", file=sys.__stderr__)
                continue

            def run(codes: list[tuple[FunctionType, CodeType]] = codes, names: list[str] = names) -> None:
                for function, code in codes:
                    function.__code__ = code
                forget_answers()
                run_items([items[name] for name in names])

            self.say(mutant, bool(names) and not in_child(run, self.covered.limit(names)))
        return True


class Picked(StopAtFailure):
    """A plugin of pytest that runs the tests with these names; one that the change made away with notices nothing."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In the order of the names."""
        items = {item.nodeid: item for item in session.items}
        run_items([items[name] for name in self.names if name in items])
        return True


def _codes(mutant: Mutant) -> Iterator[tuple[CodeType, CodeType]]:
    """The code of a mutant's function, and of what is defined in it, each as it was and with the change."""
    usual = compile(mutant.path.read_text(encoding="utf-8"), str(mutant.path), "exec", dont_inherit=True)
    before, after = (list(_within(_part(code, mutant.function))) for code in (usual, code_with(mutant)))
    return zip(before, after, strict=True) if len(before) == len(after) else iter([(before[0], after[0])])


def _part(code: CodeType, qualified: str) -> CodeType:
    """The code of one function of a compiled file."""
    for name in qualified.split("."):
        code = next(part for part in code.co_consts if isinstance(part, CodeType) and part.co_name == name)
    return code


def _within(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _within(part)


def forget_answers() -> None:
    """Empty what the judgement keeps of earlier answers."""
    for name, module in list(sys.modules.items()):
        if name.startswith("compliance.evaluation"):
            for value in vars(module).values():
                if clear := getattr(value, "cache_clear", None):
                    clear()


def try_at_import(mutant: Mutant, covered: Coverage) -> bool:
    """Whether a change of what is done at import is noticed."""
    names = covered.tests_of(mutant)

    def run() -> None:
        code, usual = code_with(mutant), SourceFileLoader.get_code

        def get_code(loader: SourceFileLoader, fullname: str) -> CodeType | None:
            return code if loader.path == str(mutant.path) else usual(loader, fullname)

        SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
        in_pytest(Picked(names), sorted({name.partition("::")[0] for name in names}))

    return bool(names) and not in_child(run, SECONDS_TO_IMPORT + covered.limit(names))


def measure() -> Coverage:
    """Run all tests once, unchanged."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        if not in_child(lambda: in_pytest(Measuring(file), [TESTS])):
            sys.exit("The tests fail without any change; run them first.")
        lines, seconds = json.loads(file.read_text(encoding="utf-8"))
    return Coverage({(of, line): {test for test in tests if test} for of, line, tests in lines}, seconds)


def possible(files: list[Path]) -> list[Mutant]:
    """The mutants of these files, or of all that are pure, without those that were reviewed."""
    pure = [path for path in sorted(JUDGEMENT.rglob("*.py")) if path.stem not in IMPURE]
    every = [mutant for path in files or pure for mutant, _tree in changes(path.resolve())]
    reviewed = {row["change"] for row in json.loads(REVIEWED.read_text(encoding="utf-8"))}
    if not files and (gone := reviewed - {mutant.name for mutant in every}):
        sys.exit("No longer in the source; take these out of mutants.json:\n" + "\n".join(sorted(gone)))
    return [mutant for mutant in every if mutant.name not in reviewed]


def arguments() -> argparse.Namespace:
    """What may be asked for."""
    parser = argparse.ArgumentParser(prog="make mutate", description="Do tests notice when the judgement is changed?")
    parser.add_argument("files", nargs="*", type=Path, help="files of compliance/evaluation (all that are pure)")
    parser.add_argument("--sample", type=int, help="how many changes are drawn (all)")
    parser.add_argument("--seed", type=int, default=1, help="which ones are drawn (1)")
    return parser.parse_args()


def main() -> int:
    """Say how many changes are noticed, and name the others; 1 where too few are."""
    asked = arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    os.environ.pop("DATABASE_URL", None)
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile(
        "mutants", hypothesis.settings(derandomize=True, deadline=None, database=None, phases=phases)
    )
    mutants = possible(asked.files)
    drawn = mutants if asked.sample is None else random.Random(asked.seed).sample(mutants, asked.sample)  # noqa: S311
    print(f"Trying {len(drawn)} of {len(mutants)} changes.", flush=True)
    covered = measure()
    noticed: Counter[bool] = Counter()
    out = os.fdopen(os.dup(1), "w", buffering=1)

    def say(mutant: Mutant, is_noticed: bool) -> None:
        noticed[is_noticed] += 1
        if not is_noticed:
            print(f"{mutant}   ({len(covered.tests_of(mutant))} tests pass)", file=out)

    for mutant in drawn:
        if covered.at_import(mutant):
            say(mutant, try_at_import(mutant, covered))
    fall_silent()
    in_pytest(Trying([mutant for mutant in drawn if not covered.at_import(mutant)], covered, say), [TESTS])
    tried = noticed.total()
    share = 100 * noticed[True] / tried if tried else 100.0
    print(f"{noticed[True]} of {tried} changes are noticed: {share:.1f} % (seed {asked.seed}).", file=out)
    return 0 if share >= LEAST_NOTICED else 1


if __name__ == "__main__":
    sys.exit(main())
