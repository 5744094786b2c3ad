"""Worked examples stand beside their rule, hold, and are no part of what is sealed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.examples import Example, read_examples
from compliance.evaluation.framework import LANGUAGES, Framework, FrameworkError, load, read_yaml
from compliance.evaluation.framework_files import FrameworkFile, read_folder
from compliance.evaluation.judgement import Override
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import FRAMEWORK_FILE, displayed, exempt, facts

FILES = {
    f"{file.framework.code}-{file.framework.version}": file for file in read_folder(FRAMEWORK_FILE.parent, MEASURES)
}
PERU = FRAMEWORK_FILE.read_text(encoding="utf-8")

VERSION_1_OF_PERU = "3cda55d8c5bf76e9e6be63060bb609776ba32468280f7c407c2c45988433e3f5"
"""The fingerprint of the rules that scorecards and publications were judged by: this version keeps it for ever."""


def version_of(file: FrameworkFile) -> int:
    """The number of a version."""
    return file.framework.version


def mistakes_in(framework: Framework, code: str, example: Example) -> list[str]:
    """What a rule gives for the facts of an example, where the example says something else."""
    found, said = judge(framework, example.facts).outcome(code), example.gives
    value = found.measured.value
    if value is not None and said.value is not None:
        value = value.quantize(said.value)
    score = None if found.score is None else displayed(found.score, 1)
    gives = {"state": found.state, "value": value, "passes": found.measured.passes, "score": score}
    return [
        f"{code}, {example.says['en']} {name} is {figure}, not {getattr(said, name)}"
        for name, figure in gives.items()
        if figure != getattr(said, name)
    ]


@pytest.mark.parametrize("name", FILES)
def test_every_worked_example_of_every_framework_holds(name: str) -> None:
    framework, examples = FILES[name].framework, FILES[name].examples
    assert [
        wrong for code, rows in examples.items() for row in rows for wrong in mistakes_in(framework, code, row)
    ] == []


@pytest.mark.parametrize("name", FILES)
def test_every_indicator_has_an_example_and_one_that_goes_less_well_in_every_language(name: str) -> None:
    for code, rows in FILES[name].examples.items():
        assert len(rows) >= 2, code
        assert any(row.gives.state != "scored" or row.gives.score != rows[0].gives.score for row in rows), code
        assert all(row.says.keys() == LANGUAGES for row in rows), code


@pytest.mark.parametrize(
    ("code", "written", "broken", "mistake"),
    [
        ("R01", "{value: 96.2, score: 62.0}", "{value: 96.3, score: 62.0}", "value is 96.2, not 96.3"),
        ("R01", "{value: 96.2, score: 62.0}", "{value: 96.2, score: 62.1}", "score is 62.0, not 62.1"),
        ("R01", "gives: {state: unknown}", "gives: {state: not_applicable}", "state is unknown, not not_applicable"),
        ("R02", "{state: unknown, score: 0.0}", "{state: unknown}", "score is 0.0, not None"),
        ("E01", "{value: -1, passes: false, score: 0.0}", "{value: -1, score: 0.0}", "passes is False, not None"),
        ("E04", "{times: 6}", "{times: 7}", "value is 8.6, not 7.5"),
        ("T01", "{published_on: 2026-11-06}", "{published_on: 2026-11-07}", "value is 311, not 310"),
    ],
)
def test_an_example_that_does_not_hold_is_seen(code: str, written: str, broken: str, mistake: str) -> None:
    examples = read_examples(read_yaml(PERU.replace(written, broken, 1)))[code]
    found = [wrong for row in examples for wrong in mistakes_in(load(PERU), code, row)]
    assert any(wrong.endswith(mistake) for wrong in found), found


def test_a_rule_that_changes_breaks_its_examples() -> None:
    framework, example = load(PERU), read_examples(read_yaml(PERU))["R01"][0]
    indicators = (replace(framework.indicators[0], floor=Decimal(80)), *framework.indicators[1:])
    changed = replace(framework, indicators=indicators)
    assert mistakes_in(changed, "R01", example) == [f"R01, {example.says['en']} score is 81.0, not 62.0"]


def test_examples_are_no_part_of_the_rules_that_are_sealed() -> None:
    assert canonical.digest(load(PERU).to_json()) == VERSION_1_OF_PERU
    assert "example" not in canonical.dumps(load(PERU).to_json())


@pytest.mark.parametrize(
    ("written", "broken", "mistake"),
    [
        ("obligations: [{amount: 10000000}]", "debts: [{amount: 1}]", r"R01, example 1: .*unknown debts"),
        ("[{amount: 10000000}]", "[{amount: 1, colour: red}]", r"R01, example 1: .*obligations\[0\]: unknown colour"),
        ("[{amount: 10000000}]", "[{amount: many}]", r"R01, example 1: .*amount: 'many' is not a Decimal"),
        ("[{amount: 10000000}]", "many", r"R01, example 1: "),
        ("{value: 96.2, score: 62.0}", "{value: 96.2, grade: B}", r"R01, example 1: .*unknown grade"),
        ("es: Se debían 10 millones", "fr: Se debían 10 millones", r"R01, example 1: .*no sentence in es"),
        ("{times: 6}", "{times: often}", r"E04, example 1: .*often"),
    ],
)
def test_an_example_that_cannot_be_read_is_refused_by_the_code_of_its_indicator(
    written: str, broken: str, mistake: str
) -> None:
    assert written in PERU
    with pytest.raises(FrameworkError, match=mistake):
        read_examples(read_yaml(PERU.replace(written, broken, 1)))


def test_a_framework_without_examples_has_none() -> None:
    assert read_examples({"indicators": [{"code": "R01"}]}) == {"R01": ()}
    assert read_examples("just words") == {}


# The worked examples of the reference, by the newest version


OF_THE_REFERENCE = [
    ("R01", "96.2", "62.0"),
    ("R02", "16.9", "81.2"),
    ("R02", "20.1", "77.7"),
    ("R04", "84.2", "85.5"),
    ("R05", "1.48", "94.7"),
    ("L01", "40", "50.0"),
    ("L03", "15", "40.0"),
    ("L04", "8.67", "100.0"),
    ("L06", "16", "44.0"),
    ("E01", "267", "100.0"),
    ("E03", "83.3", "66.7"),
    ("E04", "7.5", "62.5"),
    ("P03", "80", "66.7"),
    ("T01", "310", "76.4"),
]
"""Indicator, value and score, of what every version from the fourth on measures."""
YOUNGER = [
    ("E02", "-1", "0.0"),
    ("E05", "1.25", "87.5"),
    ("E06", "2.08", "58.3"),
    ("E07", "95", "75.0"),
    ("C01", "92", "60.0"),
    ("C02", "6", "80.0"),
    ("C03", "82", "55.0"),
]
NEWEST = max((file for file in FILES.values() if file.framework.code == "peru-recommended-policies"), key=version_of)


@pytest.mark.parametrize(
    ("file", "code", "value", "score"),
    [
        *((FILES["peru-recommended-policies-4"], *row) for row in OF_THE_REFERENCE),
        *((NEWEST, *row) for row in OF_THE_REFERENCE + YOUNGER),
    ],
)
def test_the_worked_example_of_the_reference_is_given(file: FrameworkFile, code: str, value: str, score: str) -> None:
    found = [judge(file.framework, row.facts).outcome(code) for row in file.examples[code]]
    figures = [
        (displayed(one.measured.value, len(value.partition(".")[2])), displayed(one.score, 1))
        for one in found
        if one.measured.value is not None and one.score is not None
    ]
    assert (Decimal(value), Decimal(score)) in figures


@pytest.mark.parametrize(
    ("code", "part", "whole"),
    [
        ("E05", "4", "320"),
        ("E06", "1", "48"),
        ("E07", "228", "240"),
        ("C01", "18400000", "20000000"),
        ("C03", "41", "50"),
    ],
)
def test_the_worked_example_of_the_reference_is_reckoned_from_its_own_numbers(code: str, part: str, whole: str) -> None:
    first = judge(NEWEST.framework, NEWEST.examples[code][0].facts).outcome(code).measured
    assert (first.numerator, first.denominator) == (Decimal(part), Decimal(whole))


@pytest.mark.parametrize(("certified", "whole", "capped_by"), [(100, "66.06", ()), (0, "44", ("E01",))])
def test_version_4_rolls_up_as_the_fixture_of_the_reference(
    certified: int, whole: str, capped_by: tuple[str, ...]
) -> None:
    policies = {"REV": 68, "LOC": 52, "ENV": 71, "TRA": 74}
    newest = FILES["peru-recommended-policies-4"].framework
    points = {one.code: Decimal(policies[one.policy]) for one in newest.indicators if one.policy in policies} | {
        "E01": Decimal(certified),
        "E03": Decimal("56.5"),
        "E04": Decimal("56.5"),
    }
    given = [Override(indicator=code, score=number, reason="The fixture says so.") for code, number in points.items()]
    judgement = judge(newest, facts(as_of=date(2027, 12, 31), exemptions=[exempt("P03")]), given)
    assert judgement.score is not None
    assert displayed(judgement.score, len(whole.partition(".")[2])) == Decimal(whole)
    assert judgement.capped_by == capped_by
