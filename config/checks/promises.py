"""What `docs/` says of tests: each promise has the tests that hold it, each of these says so, and no test is made up."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from config.checks.tree import PROJECT, files

PAGE = Path("docs/promises.md")
PROMISE = re.compile(r"^- \*\*`(?P<code>[a-z-]+)`\*\*")
TEST = re.compile(r"`(?P<test>tests/\S+::test_\w+)`")


def promised(page: str) -> set[tuple[str, str]]:
    """Each promise of the page with each test under it; a promise without a test with ""."""
    found: dict[str, set[str]] = {}
    code = ""
    for line in page.splitlines():
        if promise := PROMISE.match(line):
            code = promise["code"]
            found[code] = set()
        elif code:
            found[code].update(TEST.findall(line))
    return {(code, test) for code, tests in found.items() for test in tests or {""}}


def tests_in(path: Path, source: str) -> Iterator[tuple[str, set[str]]]:
    """Each test of a file, and the promises that it is marked with."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            marks = (one for one in node.decorator_list if isinstance(one, ast.Call))
            codes = {
                ast.literal_eval(mark.args[0]) for mark in marks if ast.unparse(mark.func) == "pytest.mark.promise"
            }
            yield f"{path}::{node.name}", codes


def findings() -> list[str]:
    """One sentence for each promise and test of which one does not name the other, and each test that is not there."""
    tests = dict(one for path in files("tests/*.py") for one in tests_in(path, (PROJECT / path).read_text()))
    pages = {path: (PROJECT / path).read_text() for path in files("docs/*.md")}
    made_up = [
        f"{path}: there is no {test}"
        for path, page in pages.items()
        for test in TEST.findall(page)
        if test not in tests
    ]
    return made_up + disagreements(promised(pages[PAGE]), {(code, test) for test in tests for code in tests[test]})


def disagreements(on_the_page: set[tuple[str, str]], in_tests: set[tuple[str, str]]) -> list[str]:
    """One sentence for each pair of a promise and a test that only one of the two knows."""
    not_marked = [f"{PAGE}: no test says that it holds {code}: {test}" for code, test in on_the_page - in_tests]
    not_named = [f"{test} says that it holds {code}; {PAGE} does not" for code, test in in_tests - on_the_page]
    return sorted(not_marked + not_named)
