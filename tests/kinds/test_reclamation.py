"""Reports on closed land, which monitors enter: no company stands in the way of what was verified."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import Organisation
from compliance.evaluation.criteria.closure import ReclamationFact
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Framework
from compliance.evaluation.scoring import judge
from compliance.public_pages.closure import show_land
from projects.models import Project, ReclamationReport
from tests.compliance.evaluation.builders import day, facts
from tests.compliance.evaluation.test_games import VERSIONS

KIND, FOUND_BY, BY_COMPANIES = "reclamation", "ministerio", False
NAMED = "whoever_verified_land_is_named"
RULES = VERSIONS[6]


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What was closed up to the end of a year, as the ministry verified."""
    hectares = {"scheduled_hectares": "50", "done_hectares": "45", "verified_hectares": "41"}
    works = {"scheduled_value": "2000000", "done_value": "900000", "verified_value": "500000", "currency": "USD"}
    verified_by = Organisation.objects.get(name="Ministerio")
    return hectares | works | {"as_of": f"{year}-12-31", "verified_by": verified_by.pk}


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"verified_hectares": 46}, "verified_land_is_at_most_all_closed_land"),
        ({"verified_by": None}, NAMED),
        ({"verified_hectares": None}, NAMED),
        ({"scheduled_hectares": -1}, "scheduled_hectares_is_not_negative"),
        ({"done_value": -1, "currency": "USD"}, "done_value_is_not_negative"),
        ({"done_value": 9, "verified_value": 10, "currency": "USD"}, "verified_works_are_at_most_all_works_done"),
        ({"scheduled_value": 9}, "the_value_of_works_has_a_currency"),
        ({"verified_value": 0}, "the_value_of_works_has_a_currency"),
        ({"verified_hectares": None, "verified_value": 9, "currency": "USD", "verified_by": None}, NAMED),
        ({"verified_hectares": None, "verified_value": 9, "currency": "USD"}, ""),
    ],
)
def test_what_cannot_have_been_closed_is_refused(columns: dict[str, Any], refused: str) -> None:
    names = [column.name for column in ReclamationReport._meta.concrete_fields]
    usual = dict.fromkeys(names) | {"currency": "", "scheduled_hectares": 50, "done_hectares": 45}
    usual |= {"verified_hectares": 41, "verified_by": 1}
    broken = [
        rule.name
        for rule in ReclamationReport._meta.constraints
        if hasattr(rule, "broken_by") and rule.broken_by(usual | columns)
    ]
    assert broken == [refused] * bool(refused)


def year_of(said: dict[str, Any]) -> Facts:
    """A year with one report that the ministry verified."""
    usual: dict[str, Any] = {"record": "reclamation-report/1", "as_of": day("2025-12-31"), "verified_by": "Ministerio"}
    row = ReclamationFact(**usual | {"verified_by_is": "regulator", "voice": "company", "evidence": 1} | said)
    return facts(reclamation=[row])


def section(known: Facts, rules: Framework) -> Any:
    """What the public section shows by some rules."""
    return show_land(SimpleNamespace(facts=known, framework=rules))  # type: ignore[arg-type]


def told(**said: Any) -> Any:
    """What the public section says of one report: its lead, and each line with its texts."""
    known = year_of(said)
    shown = section(known, RULES)
    lines = [(line.about, [text.replace("\xa0", " ") for _heading, text in texts]) for line, texts in shown["rows"]]
    return shown.get("lead", ""), lines, judge(RULES, known).outcome("C03").measured


def works(scheduled: int, done: int, verified: int) -> dict[str, Any]:
    """Their value in dollars."""
    names = ("scheduled_value", "done_value", "verified_value")
    return {name: Decimal(one) for name, one in zip(names, (scheduled, done, verified), strict=True)} | {
        "currency": "USD"
    }


HECTARES = {"scheduled_hectares": Decimal(50), "done_hectares": Decimal(45), "verified_hectares": Decimal(41)}
OF_HECTARES = ("Hectares. Verified by Ministerio", ["50 ha", "45 ha", "41 ha", "82"])
OF_WORKS = ("Value of works. Verified by Ministerio", ["US$ 200", "US$ 90", "US$ 50", "25"])


def test_the_value_of_works_stands_beside_the_hectares_and_is_said_not_to_be_graded() -> None:
    lead, lines, measured = told(**HECTARES, **works(200, 90, 50))
    assert lines == [OF_HECTARES, OF_WORKS]
    assert "The grade uses the hectares" in lead
    assert measured.value == 82
    assert told(**HECTARES) == ("", [OF_HECTARES], measured)


def test_that_no_rule_judges_it_is_said_in_the_language_of_the_reader() -> None:
    with override("es"):
        shown = section(year_of(HECTARES | works(200, 90, 50)), VERSIONS[4])
    assert shown["lead"].endswith("Ninguna regla lo califica.")


def test_of_works_alone_the_page_says_what_is_known_and_the_rule_knows_nothing() -> None:
    _lead, lines, measured = told(**works(200, 90, 50))
    assert lines == [OF_WORKS]
    assert (measured.value, measured.low, measured.high, measured.missing) == (None, None, None, ("no-report-on-land",))


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ({"verified_by_is": "company"}, "We don’t know"),
        ({"verified_value": None}, "We don’t know"),
        ({"scheduled_value": None}, "We don’t know"),
        ({"scheduled_value": Decimal(0)}, "–"),
        ({"verified_value": Decimal(0)}, "0"),
        ({"done_value": Decimal(300), "verified_value": Decimal(300)}, "100"),
    ],
)
def test_a_share_of_works_is_what_somebody_other_than_a_company_verified(said: dict[str, Any], share: str) -> None:
    _lead, [(_about, texts)], _measured = told(**works(200, 90, 50) | said)
    assert texts[-1] == share
