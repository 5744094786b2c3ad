"""Nothing in a file of rules is misspelt, undated or without effect: it is refused with file, line and reason."""

from datetime import date
from pathlib import Path

import pytest

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.criteria.assessments import certified_before_start
from compliance.evaluation.framework import Framework, FrameworkError, Provision
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.strictness import DUTY_BEARERS, first_day_without, problems_of
from compliance.evaluation.words import CODES
from tests.compliance.evaluation.builders import day, framework
from tests.compliance.evaluation.test_framework_files import HEAD, SECOND, frameworks

LIMIT = """\
  - code: L04
    policy: TRA
    names: {en: Limit, es: Tope}
    help: {en: A limit., es: Un tope.}
    measure: foreign_headcount
    kind: binary
    unit: percent
    missing: MB
    sources:
      - {norm: Ley 1, article: art. 1, covers: [rule], valid_from: 2000-01-01}
    parameters:
      - {name: maximum_percent, value: 20, unit: percent, norm: Ley 1, article: art. 1, valid_from: 2000-01-01}
"""
"""A rule that cannot do without a value of the law."""
GAP = """\
  - code: R05
    policy: TRA
    names: {en: Gap, es: Diferencia}
    help: {en: A gap., es: Una diferencia.}
    measure: reconciliation_gap
    kind: linear
    unit: percent
    floor: 150
    ceiling: 1
    missing: MX
    sources:
      - {norm: Ours, article: R05, covers: [floor, ceiling], valid_from: 2020-01-01, policy: true}
"""
"""A figure that can be above 100 of 100."""
SHARE = GAP.replace("R05", "L01").replace("reconciliation_gap", "local_hire_share")
LIMITED = HEAD + LIMIT
PARAMETER = LIMIT[LIMIT.index("      - {name:") :]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (
            LIMITED.replace("name: maximum_percent", "name: maximum_procent"),
            r"a.yaml:37: L04.parameters\[0\]: foreign_headcount asks for maximum_percent; it knows no maximum_procent; "
            r"L04.parameters: foreign_headcount needs maximum_percent, and none is in force on 2020-01-01, which these",
        ),
        (
            LIMITED.replace("    parameters:\n" + PARAMETER, ""),
            r"a.yaml:26: L04.parameters: foreign_headcount needs maximum_percent, and none is in force on 2020-01-01",
        ),
        (
            LIMITED.replace("art. 1, valid_from: 2000-01-01}", "art. 1, valid_from: 2021-01-01}"),
            r"a.yaml:37: L04.parameters: .* needs maximum_percent, and none is in force on 2020-01-01",
        ),
        (
            LIMITED.replace("art. 1, valid_from: 2000-01-01}", "art. 1, valid_from: 2000-01-01, valid_to: 2024-12-31}"),
            r"a.yaml:37: L04.parameters: .* needs maximum_percent, and none is in force on 2025-01-01",
        ),
        (
            HEAD + "    parameters:\n" + PARAMETER,
            r"a.yaml:2\d: T01.parameters\[0\]: disclosure_delay asks for no parameter; it knows no maximum_percent",
        ),
        (
            HEAD.replace("missing: M0", "missing: M0\n    weight: 0"),
            r"a.yaml:12: TRA: none of its indicators carries weight on 2020-01-01, so it would have no grade",
        ),
        (
            HEAD.replace("policies:", "policies:\n  - {code: REV, weight: 1, names: {en: Money, es: Dinero}}"),
            r"a.yaml:12: REV: none of its indicators carries weight",
        ),
        (
            HEAD.replace("weight: 1", "weight: 0"),
            r"a.yaml:12: policies: no policy carries weight on 2020-01-01, so there would be no grade",
        ),
        (
            HEAD.replace("starts_at: 50", "starts_at: 150"),
            r"a.yaml:9: A.starts_at: a band starts between 0 and 100 points, not at 150",
        ),
        (
            HEAD + GAP.replace("150", "190").replace("ceiling: 1", "ceiling: -1"),
            r"a.yaml:34: R05.ceiling: -1 is beyond what",
        ),
        (HEAD + SHARE, r"a.yaml:33: L01.floor: 150 is beyond what local_hire_share can give"),
        (
            HEAD.replace("missing: M0", "missing: M0\n    gate: 144"),
            r"a.yaml:14: T01: the gate is a score between 0 and 100",
        ),
        (HEAD.replace("unit: days", "unit: weeks"), r"a.yaml:20: T01.unit: disclosure_delay gives days, not weeks"),
        (
            HEAD.replace("missing: M0", "missing: M0\n    duty_bearer: compny"),
            r"a.yaml:24: T01.duty_bearer: compny is none of company, fund, municipality, state",
        ),
    ],
)
def test_a_file_that_would_change_a_grade_in_silence_is_refused(tmp_path: Path, text: str, refusal: str) -> None:
    with pytest.raises(FrameworkError, match=refusal):
        frameworks(tmp_path, a=text)


@pytest.mark.parametrize(
    "text",
    [
        LIMITED,
        HEAD + GAP,
        HEAD + SHARE.replace("150", "100"),
        LIMITED.replace(
            PARAMETER,
            PARAMETER.replace("valid_from: 2000-01-01", "valid_from: 2000-01-01, valid_to: 2022-06-30")
            + PARAMETER.replace("valid_from: 2000-01-01", "valid_from: 2022-07-01").replace("value: 20", "value: 25"),
        ),
        HEAD.replace("missing: M0", "missing: M0\n    weight: 0") + LIMIT,
        HEAD.replace("policies:", "policies:\n  - {code: REV, weight: 0, names: {en: Money, es: Dinero}}")
        + LIMIT.replace("policy: TRA", "policy: REV"),
    ],
)
def test_a_file_in_which_every_value_is_known_and_dated_is_read(tmp_path: Path, text: str) -> None:
    assert [one.code for one in frameworks(tmp_path, a=text)] == ["tiny"]


def test_a_later_version_that_loses_a_value_is_refused_though_it_says_nothing_of_it(tmp_path: Path) -> None:
    ending = LIMITED.replace("art. 1, valid_from: 2000-01-01}", "art. 1, valid_from: 2000-01-01, valid_to: 2024-12-31}")
    with pytest.raises(FrameworkError, match=r"b.yaml:\d+: L04.parameters: .* none is in force on 2026-01-01"):
        frameworks(
            tmp_path,
            a=ending.replace(", valid_to: 2024-12-31", ""),
            b=SECOND.replace("valid_from: 2025-01-01\nind", "valid_from: 2026-01-01\nind")
            + LIMIT.replace("2000-01-01", "2000-01-01, valid_to: 2024-12-31"),
        )


def test_all_versions_that_come_with_minka_are_strict() -> None:
    for file in read_folder(FOLDER, MEASURES):
        assert list(problems_of(file.framework, MEASURES)) == [], file.framework.fingerprint


def test_what_was_sealed_before_is_read_as_it_was_sealed() -> None:
    data = framework().to_json()
    data["bands"][0]["starts_at"] = "150"
    sealed = Framework.from_json(data)
    assert [problem for problem in problems_of(sealed, MEASURES) if "not at 150" in problem]


def test_measures_declare_their_parameters_with_words() -> None:
    assert certified_before_start.parameters == ("start_years", "extension_years")
    names = {name for one in MEASURES.values() for name in (*one.parameters, *one.optional_parameters)}
    assert names >= {"maximum_percent", "bare_word_counts", "case_floor", "case_percent"}
    assert all(CODES[name].strip() for name in names)


def test_every_duty_bearer_of_the_reference_is_known() -> None:
    assert {"company", "state", "fund", "municipality"} <= DUTY_BEARERS


@pytest.mark.parametrize(
    ("days", "first"),
    [
        ([], "2020-01-01"),
        ([("2020-01-01", None)], None),
        ([("2020-01-02", None)], "2020-01-01"),
        ([("2010-01-01", "2022-02-28"), ("2022-03-01", None)], None),
        ([("2010-01-01", "2022-02-28"), ("2022-03-02", None)], "2022-03-01"),
        ([("2010-01-01", "2019-12-31")], "2020-01-01"),
    ],
)
def test_the_first_day_without_a_value_is_found(days: list[tuple[str, str | None]], first: str | None) -> None:
    values = [
        Provision(norm="n", article="a", valid_from=day(start), valid_to=day(end) if end else None)
        for start, end in days
    ]
    found: date | None = first_day_without(values, day("2020-01-01"))
    assert found == (day(first) if first else None)
