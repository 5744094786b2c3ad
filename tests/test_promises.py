"""The page of promises and the tests name each other, and the check notices where they do not."""

from __future__ import annotations

from pathlib import Path

from config.checks import promises

PAGE = """
- **`saved`** What was answered is kept.
  - `tests/test_a.py::test_kept`
- **`alone`** Nobody holds this.
"""
SOURCE = """
@pytest.mark.promise("saved")
@pytest.mark.django_db
def test_kept(): ...

@pytest.mark.promise("saved")
def test_too(): ...

def test_of_nothing(): ...
"""


def test_the_page_and_the_tests_of_this_tree_name_each_other() -> None:
    assert promises.findings() == []


def test_a_page_says_which_tests_hold_what() -> None:
    assert promises.promised(PAGE) == {("saved", "tests/test_a.py::test_kept"), ("alone", "")}


def test_a_test_says_what_it_holds() -> None:
    found = dict(promises.tests_in(Path("tests/test_a.py"), SOURCE))
    assert found == {
        "tests/test_a.py::test_kept": {"saved"},
        "tests/test_a.py::test_too": {"saved"},
        "tests/test_a.py::test_of_nothing": set(),
    }


def test_a_promise_without_a_test_and_a_test_that_the_page_does_not_name_are_found() -> None:
    in_tests = {("saved", "tests/test_a.py::test_kept"), ("saved", "tests/test_a.py::test_too")}
    assert promises.disagreements(promises.promised(PAGE), in_tests) == [
        "docs/promises.md: no test says that it holds alone: ",
        "tests/test_a.py::test_too says that it holds saved; docs/promises.md does not",
    ]


REQUIREMENTS = """
3 requirements: 1 held, 1 held by design, 0 not applicable, 1 open. Of level 1 (1): 1 held, 0 held by design, 0 not applicable, 0 open.

## V1 One

3 requirements: 1 held, 1 held by design, 0 not applicable, 1 open.

| 1.1.1 | 1 | names are looked at | held | By a test |
| 1.1.2 | 2 | keys are made | held by design | It is open how |
| 1.1.3 | 2 | logs are kept | open | It is held nowhere |
"""


def test_verdicts_that_do_not_add_up_to_their_line_of_counts_are_found() -> None:
    assert promises.wrong_sums(REQUIREMENTS) == []
    assert promises.wrong_sums(REQUIREMENTS.replace("are kept | open |", "are kept | held |")) == [
        "docs/asvs.md: the verdicts add up to: 3 requirements: 2 held, 1 held by design, 0 not applicable, 0 open. "
        "Of level 1 (1): 1 held, 0 held by design, 0 not applicable, 0 open.",
        "docs/asvs.md: the verdicts add up to: 3 requirements: 2 held, 1 held by design, 0 not applicable, 0 open.",
    ]
