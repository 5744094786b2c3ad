"""The framework file: complete in both languages, sourced, and refused with a reason when it is wrong."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Framework, FrameworkError, Source, load, parse
from compliance.evaluation.framework_files import FOLDER, read_folder
from tests.compliance.evaluation.builders import FRAMEWORK_FILE, day, facts, framework, indicator


def text() -> str:
    return FRAMEWORK_FILE.read_text(encoding="utf-8")


def test_every_indicator_names_a_measure_and_every_measure_is_used() -> None:
    rules = [file.framework for file in read_folder(FOLDER, MEASURES)]
    assert {indicator.measure for framework in rules for indicator in framework.indicators} == set(MEASURES)


def test_the_twelve_indicators_are_there() -> None:
    codes = {indicator.code for indicator in framework().indicators}
    assert codes == {"E01", "E03", "E04", "L01", "L03", "L04", "P03", "R01", "R02", "R04", "R05", "T01"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_everything_is_named_and_explained_in_both_languages(language: str) -> None:
    texts = [framework().names, *(policy.names for policy in framework().policies)]
    texts += [band.names for band in framework().bands]
    texts += [text for found in framework().indicators for text in (found.names, found.help)]
    assert all(text[language].strip() for text in texts)


def test_units_agree_with_the_measures() -> None:
    assert all(MEASURES[found.measure].unit == found.unit for found in framework().indicators)


def test_policy_weights_are_those_of_the_reference() -> None:
    weights = {policy.code: policy.weight for policy in framework().policies}
    assert weights == {"REV": 20, "LOC": 20, "ENV": 25, "PAR": 20, "TRA": 15}


def test_every_measure_explains_itself() -> None:
    for measure in MEASURES.values():
        for part in ("Rule:", "Unit:", "Source:", "Missing:"):
            assert part in (measure.__doc__ or ""), measure


def test_a_framework_survives_sealing() -> None:
    sealed = framework().to_json()
    assert Framework.from_json(sealed) == framework()
    assert canonical.digest(Framework.from_json(sealed).to_json()) == canonical.digest(sealed)


def test_legal_values_change_with_the_day() -> None:
    limit = indicator("L04")
    assert limit.find("maximum_percent", day("1991-12-04")) is None
    assert limit.parameter("maximum_percent", day("1991-12-05")) == 20


def test_every_threshold_that_is_no_law_says_so() -> None:
    for found in framework().indicators:
        for source in found.sources:
            if "floor" in source.covers or "ceiling" in source.covers or "gate" in source.covers:
                assert source.policy, found.code


def changed(**indicator: Any) -> dict[str, Any]:
    data = deepcopy(framework().to_json())
    data["indicators"][0] |= indicator
    return data


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"measure": "no_such_measure"}, "R01: there is no measure no_such_measure"),
        ({"policy": "XXX"}, "R01: there is no policy XXX"),
        ({"names": {"en": "Paid"}}, "R01: no text in es"),
        ({"help": {"en": " ", "es": "x"}}, "R01 help: no text in en"),
        ({"kind": "cubic"}, "R01: kind cubic is none of binary, linear"),
        ({"missing": "M9"}, "R01: missing M9"),
        ({"ceiling": "90"}, "R01: a linear indicator needs a floor and another ceiling"),
        ({"kind": "binary"}, "R01: a binary indicator has neither floor nor ceiling"),
        ({"gate": "144"}, "R01: the gate is a score"),
        ({"weight": "-1"}, "R01: the weight is negative"),
        ({"weight": "many"}, "weight: 'many' is not a Decimal"),
        ({"weight": 0.5}, "weight: 0.5 is not a Decimal"),
        ({"weight": "NaN"}, "weight: 'NaN' is not a Decimal"),
        ({"phases": ["smelting"]}, "R01: phase smelting"),
        ({"sources": []}, "R01: no source for ceiling"),
        ({"colour": "red"}, "unknown colour"),
        ({"code": "R02"}, "indicator R02 is listed 2 times"),
    ],
)
def test_a_mistake_in_the_file_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(FrameworkError, match=message.replace("(", r"\(")):
        parse(changed(**change), MEASURES)


POLICY = {"code": "X", "names": {"en": "x", "es": "x"}, "weight": "1"}
UNMEASURED = {"code": "X1", "policy": "REV", "names": {"en": "x", "es": "x"}}
ENGLISH = {"en": "x"}


def with_first(member: str, **change: Any) -> dict[str, Any]:
    """A framework whose first policy, band or indicator says something else."""
    first, *rest = deepcopy(framework().to_json()[member])
    return {member: [first | change, *rest]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": "0"}, "version counts from 1"),
        ({"bands": []}, "bands: the lowest band must start at 0"),
        ({"bands": "A"}, "bands: expected a list, found 'A'"),
        ({"minimum_coverage": "-0.1"}, "minimum_coverage is a percentage"),
        ({"minimum_coverage": "100.1"}, "minimum_coverage is a percentage"),
        ({"names": ENGLISH}, "names: no text in es"),
        ({"coverage_by": "luck"}, "framework: coverage_by luck is none of figure, range"),
        ({"minimum_indicators": "1"}, "framework: no source for minimum_indicators"),
        ({"catalogue": [UNMEASURED, UNMEASURED]}, "X1: catalogue X1 is listed 2 times"),
        ({"catalogue": [UNMEASURED | {"names": ENGLISH}]}, "X1: no text in es"),
        ({"catalogue": [UNMEASURED | {"policy": "NO"}]}, "X1: there is no policy NO"),
        (with_first("bands", grade="B"), "B: band B is listed 2 times"),
        (with_first("bands", starts_at="60"), "B: band start 60 is listed 2 times"),
        (with_first("bands", names=ENGLISH), "A band: no text in es"),
        (with_first("policies", code="LOC"), "LOC: policy LOC is listed 2 times"),
        (with_first("policies", names=ENGLISH), "REV: no text in es"),
        (with_first("policies", question=ENGLISH), "REV: no text in es"),
        (with_first("policies", short_names=ENGLISH), "REV: no text in es"),
        (with_first("policies", weight="-0.1"), "REV: the weight is negative"),
        (with_first("indicators", gaming=ENGLISH), "R01 gaming: no text in es"),
        (
            with_first("indicators", lists=["ideas"]),
            "R01: lists ideas is none of assessments, commitments, conditions, ",
        ),
        (with_first("indicators", floor=None), "R01: a linear indicator needs a floor and another ceiling"),
        (with_first("indicators", ceiling=None), "R01: a linear indicator needs a ceiling"),
        (
            with_first("indicators", kind="binary", ceiling=None),
            "R01: a binary indicator has neither floor nor ceiling",
        ),
        (with_first("indicators", kind="binary", floor=None), "R01: a binary indicator has neither floor nor ceiling"),
        (with_first("indicators", gate="44"), "R01: no source for gate"),
        (with_first("indicators", gate="-0.1"), "R01: the gate is a score between 0 and 100"),
        (with_first("indicators", gate="100.1"), "R01: the gate is a score between 0 and 100"),
    ],
)
def test_every_mistake_is_said_first_by_the_name_of_what_is_wrong(change: dict[str, Any], message: str) -> None:
    with pytest.raises(FrameworkError) as refused:
        parse(framework().to_json() | change)
    said = str(refused.value).split("; ")
    assert any(one == message or (message.endswith(", ") and one.startswith(message)) for one in said), said


@pytest.mark.parametrize(
    "change",
    [
        {"minimum_coverage": "0"},
        {"minimum_coverage": "100"},
        {"catalogue": [UNMEASURED]},
        {"policies": [*framework().to_json()["policies"], POLICY | {"weight": "0"}]},
        with_first("policies", question={"en": "x", "es": "x"}, short_names={"en": "x", "es": "x"}),
        with_first("indicators", weight="0"),
    ],
)
def test_what_is_just_within_the_limits_of_a_file_is_taken(change: dict[str, Any]) -> None:
    assert parse(framework().to_json() | change)


def test_a_rule_of_a_section_that_no_page_has_is_refused() -> None:
    data = framework().to_json() | with_first("indicators", section="weather")
    assert parse(data)
    assert parse(data, sections=["weather"])
    with pytest.raises(FrameworkError, match="^R01: there is no section weather$"):
        parse(data, sections=["money"])


def test_a_value_may_hold_for_one_day_and_not_end_before_it_starts() -> None:
    [limit] = [found for found in framework().to_json()["indicators"] if found["code"] == "L04"]
    for last_day, message in (("2020-01-01", ""), ("2019-12-31", "L04: maximum_percent ends before it starts")):
        second = limit["parameters"][0] | {"valid_from": "2020-01-01", "valid_to": last_day}
        ended = limit["parameters"][0] | {"valid_to": "2019-12-30"}
        data = framework().to_json()
        indicators = [
            one if one["code"] != "L04" else one | {"parameters": [ended, second]} for one in data["indicators"]
        ]
        if message:
            with pytest.raises(FrameworkError, match=message):
                parse(data | {"indicators": indicators})
        else:
            assert parse(data | {"indicators": indicators})


def test_two_values_in_force_on_one_day_are_refused() -> None:
    data = deepcopy(framework().to_json())
    limit = next(found for found in data["indicators"] if found["code"] == "L04")
    limit["parameters"].append(limit["parameters"][0] | {"valid_from": "2020-01-01", "value": "25"})
    with pytest.raises(FrameworkError, match="two values of maximum_percent"):
        parse(data)
    limit["parameters"][0]["valid_to"] = "2019-12-31"
    renewed = next(found for found in parse(data).indicators if found.code == "L04")
    assert renewed.parameter("maximum_percent", day("2019-12-31")) == 20
    assert renewed.parameter("maximum_percent", day("2020-01-01")) == 25


def test_a_key_written_twice_and_a_file_that_is_no_yaml_are_refused() -> None:
    with pytest.raises(FrameworkError, match="version is written twice"):
        load(text().replace("version: 1\n", "version: 1\nversion: 2\n", 1))
    with pytest.raises(FrameworkError, match="not readable"):
        load("{")
    with pytest.raises(FrameworkError, match="expected named values"):
        load("just words")


def test_numbers_in_the_file_are_kept_as_written() -> None:
    changed = load(text().replace("minimum_coverage: 60", "minimum_coverage: 60.1", 1))
    assert changed.minimum_coverage == Decimal("60.1")


def test_the_lowest_band_starts_at_nothing() -> None:
    data = framework().to_json()
    with pytest.raises(FrameworkError, match="lowest band"):
        parse(data | {"bands": data["bands"][:-1]})


def test_facts_that_do_not_fit_say_where() -> None:
    sealed = facts().to_json()
    with pytest.raises(ValueError, match="facts: missing year"):
        Facts.from_json({name: value for name, value in sealed.items() if name != "year"})
    with pytest.raises(ValueError, match=r"facts.conditions\[0\].due_on: '2025-02-30' is not a date"):
        Facts.from_json(sealed | {"conditions": [{"record": "c/1", "due_on": "2025-02-30"}]})
    with pytest.raises(ValueError, match="before it starts"):
        Facts.from_json(sealed | {"period_end": "2024-12-31"})


def test_what_does_not_say_that_it_is_our_recommendation_is_law() -> None:
    assert not Source(norm="Ley 27446", article="3", valid_from=date(2001, 4, 24), covers=("rule",)).policy


def test_what_an_indicator_rests_on_is_law_and_never_our_recommendation() -> None:
    rules = [file.framework.to_json() for file in read_folder(FOLDER)]
    data = deepcopy(next(one for one in rules if any(indicator.get("basis") for indicator in one["indicators"])))
    rule = next(one for one in data["indicators"] if one.get("basis"))
    assert parse(data)
    rule["basis"][0]["policy"] = True
    with pytest.raises(FrameworkError, match=f"{rule['code']}: the basis is law"):
        parse(data)


def test_what_is_wrong_with_a_thing_is_said_with_its_kind_where_no_place_is_given() -> None:
    with pytest.raises(ValueError, match="Source: missing"):
        canonical.read(Source, {})
    with pytest.raises(ValueError, match="there: missing"):
        canonical.read(Source, {}, "there")
