"""Sanctions: what an authority decided, whether it is final, and whether it was paid."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.canonical import plain
from compliance.evaluation.criteria.inspections import SanctionFact
from compliance.public_pages.inspections import settled_words, state_words
from projects.models import Project, Sanction
from tests.cast import gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "sanctions", "ministerio", False


DECIDED_ON = date(2025, 6, 1)


def decision(**columns: Any) -> SanctionFact:
    """A decision of which nothing else is known."""
    return SanctionFact(record="sanction/1", authority="OEFA", decided_on=DECIDED_ON, **columns)


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A fine of a year that was appealed."""
    authority = Organisation.objects.get(name="Ministerio")
    decided = {"authority": authority.pk, "decided_on": f"{year}-06-01", "decision": "fine", "resolution": "14"}
    appeal = {"state": "appealed", "appealed_on": f"{year}-06-15"}
    return decided | {"amount": "50000", "currency": "PEN"} | appeal


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({}, []),
        ({"decision": "warning"}, ["only_a_fine_has_an_amount"]),
        ({"decision": "warning", "amount": None, "currency": ""}, []),
        ({"currency": ""}, ["a_fine_says_its_currency"]),
        ({"paid_on": date(2025, 5, 31)}, ["a_sanction_is_paid_after_it_is_decided"]),
    ],
)
def test_only_a_fine_has_an_amount_with_its_currency_and_is_paid_once_it_is_decided(
    columns: dict[str, Any], refused: list[str]
) -> None:
    said = {
        "decision": "fine",
        "amount": Decimal(5),
        "currency": "PEN",
        "decided_on": date(2025, 6, 1),
        "paid_on": None,
    }
    rules: Any = Sanction._meta.constraints
    assert [rule.name for rule in rules if rule.broken_by(said | columns)] == refused


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"carry_out_by": DECIDED_ON}, []),
        ({"decision": "stop", "carry_out_by": DECIDED_ON}, []),
        ({"decision": "fine", "carry_out_by": DECIDED_ON}, ["only_a_measure_or_a_stop_is_carried_out_by_a_day"]),
        ({"carry_out_by": date(2025, 5, 31)}, ["a_sanction_is_to_be_carried_out_after_it_is_decided"]),
        ({"appealed_on": DECIDED_ON}, []),
        ({"appealed_on": date(2025, 5, 31)}, ["a_sanction_is_appealed_after_it_is_decided"]),
        ({"appealed_on": DECIDED_ON, "appeal_decided_on": DECIDED_ON}, []),
        ({"appeal_decided_on": DECIDED_ON}, ["only_what_was_appealed_has_its_appeal_decided"]),
        ({"appealed_on": date(2025, 6, 2), "appeal_decided_on": DECIDED_ON}, ["an_appeal_is_decided_after_it_is_made"]),
        ({"state": "appealed", "appealed_on": DECIDED_ON}, []),
        (
            {"state": "appealed", "appealed_on": DECIDED_ON, "appeal_decided_on": DECIDED_ON},
            ["what_is_under_appeal_has_its_appeal_undecided"],
        ),
        ({"state": "decided", "appealed_on": DECIDED_ON}, ["what_can_still_be_appealed_has_no_open_appeal"]),
        ({"state": "decided", "appealed_on": DECIDED_ON, "appeal_decided_on": DECIDED_ON}, []),
    ],
)
def test_days_of_a_measure_and_of_an_appeal_fit_each_other_and_the_state(
    columns: dict[str, Any], refused: list[str]
) -> None:
    said = {"decision": "measure", "state": "", "decided_on": DECIDED_ON} | columns
    rules: Any = Sanction._meta.constraints
    assert [rule.name for rule in rules if rule.broken_by(said)] == refused


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"decision": "warning"}, []),
        ({"decision": "measure"}, ["Nobody says that it was carried out"]),
        (
            {"decision": "stop", "carry_out_by": date(2025, 7, 1)},
            ["To be carried out by 1 July 2025", "Nobody says that it was carried out"],
        ),
        (
            {"decision": "measure", "carry_out_by": date(2025, 7, 1), "paid_on": date(2025, 7, 2)},
            ["To be carried out by 1 July 2025", "Carried out on 2 July 2025"],
        ),
        ({"decision": "fine"}, ["Nobody says that it was paid"]),
        ({"decision": "fine", "state": "annulled"}, []),
        ({"decision": "fine", "state": "annulled", "paid_on": date(2025, 7, 2)}, ["Paid on 2 July 2025"]),
    ],
)
def test_a_fine_is_paid_a_measure_is_carried_out_and_silence_says_neither(
    columns: dict[str, Any], words: list[str]
) -> None:
    assert [one.replace("\xa0", " ") for one in settled_words(decision(**columns))] == words


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "final"}, "Final"),
        ({"state": "decided"}, "Decided; nobody says whether it was appealed since"),
        ({"appealed_on": date(2025, 7, 1)}, "We don’t know; appealed on 1 July 2025"),
        (
            {"state": "final", "appealed_on": date(2025, 7, 1), "appeal_decided_on": date(2025, 9, 1)},
            "Final; appealed on 1 July 2025; appeal decided on 1 September 2025",
        ),
        (
            {"state": "decided", "appealed_on": date(2025, 7, 1), "appeal_decided_on": date(2025, 9, 1)},
            "Decided; appealed on 1 July 2025; appeal decided on 1 September 2025",
        ),
    ],
)
def test_an_appeal_is_told_with_its_days_as_far_as_they_are_known(columns: dict[str, Any], words: str) -> None:
    assert state_words(decision(decision="fine", **columns)).replace("\xa0", " ") == words


def test_a_sanction_without_the_new_days_is_sealed_as_it_was() -> None:
    """What is spelled decides the fingerprint of what was sealed before there were such days."""
    assert not plain(decision(decision="fine")).keys() & {"carry_out_by", "appealed_on", "appeal_decided_on"}


@pytest.mark.django_db(databases=["default", "public"])
def test_a_fine_under_appeal_that_nobody_says_was_paid_is_told_as_that_in_both_languages(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    published(cast, produced(mine.project))
    for language, words in (
        ("en", ("Under appeal; appealed on", "Nobody says that it was paid")),
        ("es", ("En apelación; apelada el", "Nadie dice que se pagó")),
    ):
        page = client.get(f"/{language}/projects/{mine.project.slug}/oversight/").content.decode()
        for one in ("50,000", *words):
            assert one in page, one
