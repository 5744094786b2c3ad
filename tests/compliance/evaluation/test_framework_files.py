"""A folder of frameworks is read whole, and what is wrong is said with file, line and reason."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.framework import Framework, FrameworkError
from compliance.evaluation.framework_files import FOLDER, LARGEST_FILE, read_folder

HEAD = """\
code: tiny
version: 1
names: {en: Tiny, es: Mínimo}
valid_from: 2020-01-01
countries: [XA]
sources:
  - {norm: Ours, article: all, covers: [weight, minimum_coverage, bands], valid_from: 2020-01-01, policy: true}
bands:
  - {grade: A, starts_at: 50, names: {en: Good, es: Bueno}}
  - {grade: E, starts_at: 0, names: {en: Bad, es: Malo}}
policies:
  - {code: TRA, weight: 1, names: {en: Open, es: Abierto}}
indicators:
  - code: T01
    policy: TRA
    names: {en: On time, es: A tiempo}
    help: {en: Days until it is published., es: Días hasta que se publica.}
    measure: disclosure_delay
    kind: linear
    unit: days
    floor: 730
    ceiling: 180
    missing: M0
    sources:
      - {norm: Ours, article: T01, covers: [floor, ceiling], valid_from: 2020-01-01, policy: true}
"""
RULE = HEAD[HEAD.index("  - code: T01") :]
SECOND = """\
code: tiny
version: 2
changes: 1
valid_from: 2025-01-01
indicators:
  - code: T01
    policy: TRA
    names: {en: On time, es: A tiempo}
    help: {en: Days until it is published., es: Días hasta que se publica.}
    measure: disclosure_delay
    kind: linear
    unit: days
    floor: 365
    ceiling: 90
    missing: MX
    sources:
      - {norm: Ours, article: T01, covers: [floor, ceiling], valid_from: 2025-01-01, policy: true}
"""


def frameworks(folder: Path, **files: str) -> list[Framework]:
    """The frameworks of a folder that holds these files."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [file.framework for file in read_folder(folder, MEASURES, {"work"})]


def test_every_file_of_the_folder_is_read_and_judges_mines_of_its_own_countries() -> None:
    found = [file.framework for file in read_folder(FOLDER, MEASURES)]
    assert {path.stem for path in FOLDER.glob("*.yaml")} >= {"peru-recommended-policies"}
    assert len(found) == len(list(FOLDER.glob("*.yaml")))


def test_a_version_that_changes_another_says_only_what_differs(tmp_path: Path) -> None:
    first, second = frameworks(tmp_path, second=SECOND, first=HEAD)
    assert (first.version, second.version) == (1, 2)
    assert (first.indicator("T01").floor, second.indicator("T01").floor) == (Decimal(730), Decimal(365))
    assert (second.bands, second.policies, second.countries) == (first.bands, first.policies, ("XA",))
    assert second.valid_from == date(2025, 1, 1)
    assert first.fingerprint != second.fingerprint


def test_what_a_version_adds_stands_behind_what_was_there(tmp_path: Path) -> None:
    more = SECOND.replace("code: T01", "code: T09", 1)
    _first, second = frameworks(tmp_path, first=HEAD, second=more)
    assert [indicator.code for indicator in second.indicators] == ["T01", "T09"]


@pytest.mark.parametrize(
    ("files", "refusal"),
    [
        ({"a": HEAD.replace("disclosure_delay", "guesswork")}, r"a.yaml:14: T01: there is no measure guesswork"),
        (
            {"a": HEAD.replace("missing: M0", "missing: M0\n    section: tailings")},
            r"a.yaml:14: T01: .* section tailings",
        ),
        (
            {"a": HEAD.replace("floor: 730", "floor: much")},
            r"a.yaml:21: indicators\[0\].floor: 'much' is not a Decimal",
        ),
        ({"a": HEAD.replace("weight: 1", "weight: 1, colour: red")}, r"a.yaml:12: policies\[0\]: unknown colour"),
        ({"a": HEAD + "  - {code: T01"}, r"a.yaml:2\d: not readable as YAML"),
        ({"a": "just words"}, r"a.yaml:1: expected named values"),
        ({"a": HEAD + RULE}, r"a.yaml:26: T01: indicator T01 is listed 2 times"),
        (
            {"a": HEAD.replace("starts_at: 0", "starts_at: 50")},
            r"a.yaml:10: E: band start 50 is listed 2 times; bands: the lowest band must start at 0",
        ),
        ({"a": HEAD + "version: 3\n"}, r"a.yaml:26: not readable as YAML: version is written twice$"),
        ({"a": HEAD + "note: &all\n  - *all\n"}, r"a.yaml:26: a node stands below itself, in a circle$"),
        ({"a": HEAD + "bands: " + "[" * 5000}, r"a.yaml:1: nested too deeply"),
        ({"a": HEAD + "? [a]\n: b\n"}, r"a.yaml:26: not readable as YAML: found unhashable key"),
        ({"a": HEAD + "note: \a\n"}, r"a.yaml:26: not readable as YAML: special characters are not allowed"),
        ({"a": HEAD.replace("es: Bueno}", "es: ''}")}, r"a.yaml:9: A band: no text in es"),
        ({"a": HEAD.replace("es: Mínimo}", "fr: Petit}")}, r"a.yaml:3: names: no text in es"),
        ({"a": HEAD, "b": HEAD}, r"b.yaml:2: tiny version 1 is in a.yaml too"),
        (
            {"a": HEAD, "b": SECOND.replace("valid_from: 2025-01-01\nind", "valid_from: 2020-01-01\nind")},
            r"b.yaml:4: versions 1 and 2 of tiny come into force on one day",
        ),
        ({"a": HEAD, "b": HEAD.replace("code: tiny", "code: other")}, r"b.yaml:4: other and tiny both judge XA|.*XA"),
        (
            {name: HEAD.replace("countries: [XA]\n", "").replace("code: tiny", f"code: {name}") for name in "ab"},
            r"both judge every country without a framework of its own",
        ),
        ({"b": SECOND}, r"b.yaml:3: changes: there is no earlier version 1 of tiny"),
        (
            {"b": SECOND.replace("changes: 1", "changes: 2")},
            r"b.yaml:3: changes: there is no earlier version 2 of tiny",
        ),
        (
            {"a": HEAD.replace("version: 1", "version: 3"), "b": SECOND.replace("changes: 1", "changes: 3")},
            r"b.yaml:3: changes: there is no earlier version 3 of tiny",
        ),
        (
            {"a": HEAD, "b": SECOND + SECOND[SECOND.index("  - code") :]},
            r"b.yaml:18: T01: indicators has it twice",
        ),
        ({"a": HEAD, "b": SECOND + "bands: {A: 75}\n"}, r"b.yaml:\d+: bands: expected a list of named values"),
        ({"a": HEAD, "b": SECOND + "policies: [TRA]\n"}, r"b.yaml:\d+: policies: expected a list of named values"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(tmp_path: Path, files: dict[str, str], refusal: str) -> None:
    with pytest.raises(FrameworkError, match=refusal):
        frameworks(tmp_path, **files)


def test_a_file_that_is_no_text_is_refused_with_the_line_on_which_it_ends_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(HEAD.encode() + b"note: \xff\xfe\n")
    with pytest.raises(FrameworkError, match=r"a.yaml:26: not readable as UTF-8 text"):
        read_folder(tmp_path)


def test_a_file_of_any_size_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + "#" * LARGEST_FILE, encoding="utf-8")
    with pytest.raises(FrameworkError, match=r"a.yaml:1: a framework is smaller than 2000000 bytes"):
        read_folder(tmp_path)
