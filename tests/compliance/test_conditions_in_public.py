"""Conditions in public: what each says and where it stands, what a change of its study replaced, and what waits."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from compliance.evaluation.facts import ConditionFact
from compliance.evaluation.gathering import Scope, gather
from compliance.public_pages.conditions import met_words
from projects.kinds import KINDS_OF_RECORD
from projects.models import AssessmentCondition, ImpactAssessment, RequiredReport, Source
from projects.services.records import concerned_pairs, enter_record
from projects.services.withdrawal import withdraw_record
from tests.cast import YEAR, Cast, Mine, enter, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import condition
from tests.projects.intake_help import confirm, map_columns, upload

pytestmark = pytest.mark.django_db(databases=["default", "public"])


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine whose first study asks for dust screens by May."""
    return open_mine(cast.monitor, cast.company)


def change_of(cast: Cast, mine: Mine, approved_on: date | None, voice: str = "authority") -> ImpactAssessment:
    """A change of the first study."""
    first = mine.records["assessments"]
    study = ImpactAssessment(
        project=mine.project,
        instrument="ITS",
        component=f"crusher {approved_on}",
        amends=first,
        approved_on=approved_on,
    )
    return said(cast, study, voice)  # type: ignore[no-any-return]


def said(cast: Cast, record: Any, voice: str) -> Any:
    enter_record(actor=cast.monitor, record=record, source=Source(voice=voice))
    return record


def replacing(study: ImpactAssessment, replaced: AssessmentCondition, **more: Any) -> AssessmentCondition:
    said = {"description": "Higher dust screens", "due_on": date(YEAR + 20, 1, 1)} | more
    return AssessmentCondition(assessment=study, replaces=replaced, **said)


def fact_of(mine: Mine, condition: AssessmentCondition, year: int = YEAR) -> ConditionFact:
    known = gather(Scope(frozenset({(mine.project.pk, year)}), date(YEAR + 2, 1, 1)))
    rows = known[mine.project.pk, year][ConditionFact]
    return next(row for row in rows if row.record == f"condition/{condition.pk}")


def read(client: Client, mine: Mine, language: str = "en") -> str:
    page = client.get(f"/{language}/projects/{mine.project.slug}/oversight/").content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).replace("\xa0", " ").split())


def table(client: Client, mine: Mine) -> dict[str, dict[str, str]]:
    text = client.get(f"/en/projects/{mine.project.slug}/{YEAR}/conditions.csv").content.decode("utf-8-sig")
    return {row["what_must_be_done"]: row for row in csv.DictReader(io.StringIO(text))}


def test_a_condition_stands_in_public_in_its_words_with_page_clause_and_who_must_do_it(
    client: Client, cast: Cast, mine: Mine
) -> None:
    where = {"page": "14", "paragraph": "3.2 b", "responsible": "The contractor of the crusher"}
    study = mine.records["assessments"]
    enter(cast.monitor, AssessmentCondition(assessment=study, description="Wet", due_on=date(YEAR, 6, 1), **where))
    published(cast, produced(mine.project))
    assert "Wet First pit; page 14; clause 3.2 b; who must do it: The contractor of the crusher" in read(client, mine)
    spanish = read(client, mine, "es")
    assert "página 14; cláusula 3.2 b; quién debe hacerlo: The contractor of the crusher" in spanish
    row = table(client, mine)["Wet"]
    assert (row["page"], row["clause"], row["who_must_do_it"]) == ("14", "3.2 b", "The contractor of the crusher")
    assert {row["page"] for name, row in table(client, mine).items() if name == "Dust screens"} == {""}


def test_a_condition_that_was_met_after_its_day_is_told_as_late() -> None:
    due = condition("2024-06-30", "2024-08-14")
    assert met_words(due) == "14 August 2024, 45 days late"
    assert met_words(condition("2024-06-30", "2024-06-30")) == "30 June 2024"
    assert met_words(condition("2024-06-30")) == "Nobody says that it was met"
    assert met_words(replace(due, replaced_on=date(2024, 6, 30))) == "14 August 2024"


def test_what_a_change_replaced_says_by_what_and_what_it_did_not_name_stays(
    client: Client, cast: Cast, mine: Mine
) -> None:
    old = mine.records["conditions"]
    other = AssessmentCondition(assessment=old.assessment, description="Wet", due_on=date(YEAR, 6, 1))
    enter(cast.monitor, other)
    enter(cast.monitor, replacing(change_of(cast, mine, date(YEAR, 10, 6)), old))
    published(cast, produced(mine.project))
    page = read(client, mine)
    assert f"Replaced on 6 October {YEAR} by a later study: “Higher dust screens”" in page
    stays = f"the later study “crusher {YEAR}-10-06”, approved on 6 October {YEAR}, does not name it"
    assert page.count(stays) == 1
    assert f"Wet First pit; as far as is on record, {stays}" in page
    assert table(client, mine)["Dust screens"]["replaced_on"] == f"{YEAR}-10-06"
    assert table(client, mine)["Wet"]["replaced_on"] == ""


def test_what_replaced_it_is_told_without_its_words_where_their_source_is_confidential(
    client: Client, cast: Cast, mine: Mine
) -> None:
    new = enter(cast.monitor, replacing(change_of(cast, mine, date(YEAR, 10, 6)), mine.records["conditions"]))
    Source.objects.filter(pk=new.source_id).update(audience="confidential")
    published(cast, produced(mine.project))
    page = read(client, mine)
    assert f"Replaced on 6 October {YEAR} by a later study A monitor" in page
    assert "Higher dust screens" not in page


def test_a_change_that_is_approved_after_the_year_replaces_nothing_in_it(
    client: Client, cast: Cast, mine: Mine
) -> None:
    enter(cast.monitor, replacing(change_of(cast, mine, date(YEAR + 1, 1, 1)), mine.records["conditions"]))
    published(cast, produced(mine.project))
    assert "Replaced on" not in read(client, mine)
    assert "does not name it" not in read(client, mine)


def test_what_waits_for_a_phase_is_told_as_not_due_yet(client: Client, cast: Cast, mine: Mine) -> None:
    study = mine.records["assessments"]
    waits = AssessmentCondition(
        assessment=study, description="Post it", before_phase="closure", days_before=60, page="9"
    )
    enter(cast.monitor, waits)
    published(cast, produced(mine.project))
    page = read(client, mine)
    assert (
        "Post it First pit; page 9 A monitor says so. 60 days before this phase begins: Closure and reclamation" in page
    )
    assert "We don’t know whether it is due: the day of that phase is not on record" in page
    row = table(client, mine)["Post it"]
    assert (row["due_on"], row["days_before_the_phase"], row["phase"]) == ("", "60", "closure")


def test_a_report_that_a_condition_asks_for_and_nobody_entered_is_seen_below_it(
    client: Client, cast: Cast, mine: Mine
) -> None:
    condition = mine.records["conditions"]
    AssessmentCondition.objects.filter(pk=condition.pk).update(every_months=3, until=date(YEAR, 11, 30))
    report = RequiredReport(project=mine.project, condition=condition, title="Dust", due_by=date(YEAR, 8, 15))
    enter(cast.monitor, report)
    published(cast, produced(mine.project))
    page = read(client, mine)
    assert f"a report every 3 months; the last report by 30 November {YEAR}" in page
    assert [
        f"No report for 1 {month} {YEAR} is linked to this condition" in page for month in ("May", "August", "November")
    ] == [
        True,
        False,
        True,
    ]
    assert f"No report for 1 May {YEAR} is linked to this condition Report due on" in page, (
        "nobody says that nothing is on record"
    )
    assert table(client, mine)["Dust screens"]["days_without_a_report_on_record"] == f"{YEAR}-05-01 {YEAR}-11-01"


def test_the_page_of_a_condition_offers_the_reports_of_this_year_and_the_last_that_nobody_entered(
    client: Client, cast: Cast, mine: Mine
) -> None:
    condition, this_year = mine.records["conditions"], timezone.localdate().year
    AssessmentCondition.objects.filter(pk=condition.pk).update(every_months=12)
    page = f"/en/work/projects/{mine.project.slug}/conditions/{condition.pk}/"
    client.force_login(cast.monitor)
    text = client.get(page).content.decode()
    links = [html.unescape(link) for link in re.findall(r'href="([^"]*due_by=[^"]*)"', text)]
    assert [link.partition("due_by=")[2] for link in links] == [f"{this_year}-05-01", f"{this_year - 1}-05-01"]
    form = client.get(links[0]).context["form"]
    assert (form["due_by"].value(), form["condition"].value()) == (f"{this_year}-05-01", str(condition.pk))
    entered = {"condition": condition, "title": "Dust", "due_by": date(this_year, 5, 20)}
    enter(cast.monitor, RequiredReport(project=mine.project, **entered))
    assert f"due_by={this_year}-05-01" not in client.get(page).content.decode()
    client.force_login(cast.reviewer)
    assert "due_by=" not in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("study_by", "condition_by", "counts"),
    [
        ("authority", "authority", True),
        ("monitor", "community", True),
        ("company", "authority", False),
        ("authority", "company", False),
        ("authority", "unknown", False),
    ],
)
def test_the_bare_word_of_the_company_replaces_nothing(
    cast: Cast, mine: Mine, study_by: str, condition_by: str, counts: bool
) -> None:
    old = mine.records["conditions"]
    new = said(cast, replacing(change_of(cast, mine, date(YEAR, 10, 6), study_by), old), condition_by)
    fact = fact_of(mine, old)
    assert (fact.replaced_by, fact.replaced_on) == (
        (f"condition/{new.pk}", date(YEAR, 10, 6)) if counts else (None, None)
    )


def test_a_paper_or_an_address_that_opens_makes_it_more_than_a_bare_word(cast: Cast, mine: Mine) -> None:
    old = mine.records["conditions"]
    new = replacing(change_of(cast, mine, date(YEAR, 10, 6)), old)
    opens = Source(voice="company", reference="https://example.org/its.pdf", audience="organisations")
    enter_record(actor=cast.monitor, record=new, source=opens)
    assert fact_of(mine, old).replaced_on is None
    Source.objects.filter(pk=new.source_id).update(audience="public")
    assert fact_of(mine, old).replaced_on == date(YEAR, 10, 6)


def test_the_first_approved_change_counts_and_what_is_withdrawn_or_not_approved_does_not(
    cast: Cast, mine: Mine
) -> None:
    old = mine.records["conditions"]
    later = enter(cast.monitor, replacing(change_of(cast, mine, date(YEAR, 12, 1)), old))
    first = enter(cast.monitor, replacing(change_of(cast, mine, date(YEAR, 10, 6)), old))
    enter(cast.monitor, replacing(change_of(cast, mine, None), old))
    assert fact_of(mine, old).replaced_by == f"condition/{first.pk}"
    withdraw_record(actor=cast.monitor, record=first, reason="By mistake")
    assert fact_of(mine, old).replaced_by == f"condition/{later.pk}"


def test_years_from_the_approval_on_are_judged_again_when_a_condition_replaces_another(cast: Cast, mine: Mine) -> None:
    new = replacing(change_of(cast, mine, date(YEAR, 10, 6)), mine.records["conditions"])
    assert concerned_pairs(new) == {(mine.project.pk, YEAR), (mine.project.pk, YEAR + 20)}


def codes_of(condition: AssessmentCondition) -> list[str]:
    try:
        condition.clean()
    except ValidationError as error:
        return [str(one.code) for one in error.error_dict["replaces"]]
    return []


def test_a_change_replaces_conditions_of_its_own_study_and_of_earlier_changes_of_it(cast: Cast, mine: Mine) -> None:
    old, first = mine.records["conditions"], mine.records["assessments"]
    study, later = change_of(cast, mine, date(YEAR, 3, 1)), change_of(cast, mine, date(YEAR, 10, 6))
    young = enter(cast.monitor, replacing(study, old))
    alien = open_mine(cast.monitor, cast.company, "Yana Mayu").records["conditions"]
    assert codes_of(replacing(later, old)) == codes_of(replacing(later, young)) == []
    for wrong in (
        replacing(first, old),
        replacing(study, alien),
        replacing(first, young),
        replacing(study, young),
        replacing(
            study, enter(cast.monitor, AssessmentCondition(assessment=later, description="x", due_on=date(YEAR, 1, 1)))
        ),
    ):
        assert codes_of(wrong) == ["not_of_its_study"], wrong.replaces


def test_no_condition_replaces_itself_or_comes_round(cast: Cast, mine: Mine) -> None:
    one, two = change_of(cast, mine, None), change_of(cast, mine, None)
    first = enter(cast.monitor, replacing(one, mine.records["conditions"]))
    second = enter(cast.monitor, replacing(two, first))
    first.replaces = second
    assert codes_of(first) == ["replaced_in_a_circle"]
    first.replaces = first
    assert codes_of(first) == ["not_of_its_study"]


def test_what_is_replaced_is_offered_among_the_conditions_of_the_mine(cast: Cast, mine: Mine) -> None:
    other = open_mine(cast.monitor, cast.company, "Yana Mayu").records["conditions"]
    offered = KINDS_OF_RECORD["conditions"].form(actor=cast.monitor, project=mine.project).fields["replaces"].queryset
    assert mine.records["conditions"] in offered
    assert other not in offered


def test_an_import_takes_where_it_stands_what_it_replaces_and_how_often_it_asks_for_a_report(
    cast: Cast, mine: Mine
) -> None:
    study = change_of(cast, mine, date(YEAR, 10, 6))
    head = "project,impact assessment,what must be done,due on,page,paragraph or clause,who must do it"
    head += ",condition that it replaces,months from one report to the next,reports until"
    row = f"{mine.project.name},{study},Higher screens,{YEAR}-11-01,14,3.2,The company,Dust screens,3,{YEAR + 1}-12-31"
    file = f"{head}\n{row}\n".encode()
    batch = confirm(cast.monitor, map_columns(cast.monitor, upload(cast.monitor, "rows.csv", file, "conditions")))
    found = AssessmentCondition.objects.get(source__import_row__batch=batch)
    assert (found.page, found.paragraph, found.responsible) == ("14", "3.2", "The company")
    assert (found.replaces, found.every_months) == (mine.records["conditions"], 3)
    assert found.until == date(YEAR + 1, 12, 31)


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"every_months": 3}, []),
        ({"every_months": 0}, ["reports_come_every_month_or_more"]),
        ({"until": date(2026, 1, 1)}, ["reports_come_every_month_or_more"]),
        ({"every_months": 3, "until": date(2024, 12, 31)}, ["reports_end_after_the_first"]),
        ({"every_months": 3, "until": date(2025, 1, 1)}, []),
    ],
)
def test_reports_come_after_a_month_or_more_and_end_after_the_first(
    columns: dict[str, Any], refused: list[str]
) -> None:
    said = {"due_on": date(2025, 1, 1), "every_months": None, "until": None} | columns
    rules = [rule for rule in AssessmentCondition._meta.constraints if rule.name.startswith("reports_")]
    assert [rule.name for rule in rules if rule.broken_by(said)] == refused  # type: ignore[attr-defined]
