"""What `docs/` says of tests: each promise has the tests that hold it, each of these says so, no test is made up, and sums are right."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from config.checks.tree import PROJECT, files

PAGE = Path("docs/promises.md")
PROMISE = re.compile(r"^- \*\*`(?P<code>[a-z-]+)`\*\*")
REQUIREMENTS = Path("docs/asvs.md")
VERDICTS = ("held", "held by design", "not applicable", "open")
REQUIREMENT = re.compile(
    rf"^\| [\d.]+ \| (?P<level>[12]) \| [^|]* \| (?P<verdict>{'|'.join(VERDICTS)}) \|", re.MULTILINE
)
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
    return (
        made_up
        + wrong_sums(pages[REQUIREMENTS])
        + disagreements(promised(pages[PAGE]), {(code, test) for test in tests for code in tests[test]})
    )


def sums(rows: list[tuple[str, str]]) -> str:
    """How many requirements have each verdict, in words."""
    return ", ".join(f"{sum(verdict == one for _level, verdict in rows)} {one}" for one in VERDICTS) + "."


def wrong_sums(page: str) -> list[str]:
    """One sentence for each line of counts to which the verdicts add up and that does not stand where it should."""
    rows, first = REQUIREMENT.findall(page), [row for row in REQUIREMENT.findall(page) if row[0] == "1"]
    expected = [(page, f"{len(rows)} requirements: {sums(rows)} Of level 1 ({len(first)}): {sums(first)}")]
    for chapter in page.split("\n## V")[1:]:
        of_it = REQUIREMENT.findall(chapter)
        expected.append((chapter, f"{len(of_it)} requirements: {sums(of_it)}"))
    return [f"{REQUIREMENTS}: the verdicts add up to: {line}" for text, line in expected if line not in text]


def disagreements(on_the_page: set[tuple[str, str]], in_tests: set[tuple[str, str]]) -> list[str]:
    """One sentence for each pair of a promise and a test that only one of the two knows."""
    not_marked = [f"{PAGE}: no test says that it holds {code}: {test}" for code, test in on_the_page - in_tests]
    not_named = [f"{test} says that it holds {code}; {PAGE} does not" for code, test in in_tests - on_the_page]
    return sorted(not_marked + not_named)
