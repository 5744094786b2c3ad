"""Calls to local suppliers: each stands with its last day, and those that are closed stand apart."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.supplier_calls import SupplierCallFact
from compliance.public_pages import supplier_calls
from compliance.public_pages.supplier_calls import CallWords, show_calls
from projects.models import Project, SupplierCall
from tests.cast import YEAR, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import day, facts

KIND, FOUND_BY, BY_COMPANIES = "supplier-calls", "camp", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A call of some weeks in a year."""
    days = {"opens_on": f"{year}-03-01", "closes_on": f"{year}-04-15"}
    words = {"sought": "Food for the camp", "sought_from": "Firms of the district", "where_to_ask": "Office in Tambo"}
    return days | words | {"buyer": company.pk}


@pytest.mark.parametrize(("closes", "is_refused"), [("2025-03-01", False), ("2025-02-28", True)])
def test_a_call_closes_no_earlier_than_it_opens(closes: str, is_refused: bool) -> None:
    rules: Any = [rule for rule in SupplierCall._meta.constraints if hasattr(rule, "broken_by")]
    broken = [rule.name for rule in rules if rule.broken_by({"opens_on": day("2025-03-01"), "closes_on": day(closes)})]
    assert broken == (["a_call_to_suppliers_closes_after_it_opens"] if is_refused else [])


def test_a_call_is_open_up_to_its_last_day_and_those_that_are_closed_stand_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On the day of reading, which is later than that of the document."""
    monkeypatch.setattr(supplier_calls, "localdate", lambda: day("2026-05-12"))
    rows = [
        SupplierCallFact(
            record=f"supplier-call/{number}", buyer="Minera Sami", opens_on=day(opens), closes_on=day(closes)
        )
        for number, (opens, closes) in enumerate(
            [
                *(("2026-01-10", "2026-05-11"), ("2026-05-12", "2026-05-12")),
                *(("2026-01-10", "2026-12-15"), ("2026-05-13", "2026-12-16")),
            ],
            1,
        )
    ]
    words = (CallWords(record="supplier-call/2", sought="Food", sought_from="Firms of Tambo", where_to_ask="Office"),)
    document: Any = SimpleNamespace(
        facts=facts(**{"supplier-calls": rows}), rows=lambda _part, _name: words, as_of=day("2026-03-31")
    )
    still_open: Any = show_calls(document, still_open=True)
    assert still_open["lead"].startswith("As known on 31 March 2026.")
    assert [(row.name, [text for _heading, text in texts]) for row, texts in still_open["rows"]] == [
        ("Food", ["Firms of Tambo", "since 12 May 2026", "12 May 2026", "Office"]),
        ("Its words are not public", ["We don’t know", "since 10 January 2026", "15 December 2026", "We don’t know"]),
        ("Its words are not public", ["We don’t know", "opens on 13 May 2026", "16 December 2026", "We don’t know"]),
    ]
    closed: Any = show_calls(document, still_open=False)
    assert "lead" not in closed
    [(_row, texts)] = closed["rows"]
    assert [*texts][1:3] == [("Opens on", "10 January 2026"), ("Last day for offers", "11 May 2026")]
    nothing: Any = SimpleNamespace(facts=facts(), rows=lambda _part, _name: (), as_of=day("2026-05-12"))
    assert show_calls(nothing, still_open=True) is None


@pytest.mark.django_db(databases=["default", "public"])
def test_a_call_stands_on_the_public_page_once_it_is_published(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    published(cast, produced(mine))
    for language, heading in (
        ("en", "Calls to local suppliers that are closed"),
        ("es", "Convocatorias cerradas a proveedores locales"),
    ):
        page = client.get(f"/{language}/projects/{mine.slug}/work/").content.decode()
        assert heading in page
        assert "Food for the camp" in page
    assert "Office in Tambo" in client.get(f"/en/projects/{mine.slug}/{YEAR}/supplier-calls.csv").content.decode()
