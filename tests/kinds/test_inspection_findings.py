"""Findings of inspections: each with its condition and its days; what nobody says was corrected is not said to be open."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.inspections import InspectionFact, InspectionFindingFact
from compliance.public_pages.inspections import finding_words
from projects.kinds import KINDS_OF_RECORD
from projects.models import Inspection, InspectionFinding, Project, Source
from projects.services.records import enter_record
from projects.services.withdrawal import restore_record, withdraw_record
from tests.cast import YEAR, Cast, Mine, gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "inspection-findings", "berma", False
INSPECTED_ON = date(2025, 4, 2)


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What the first inspection of the mine found, to be corrected in two months."""
    visit = mine.inspections.earliest("pk")
    correct_by = visit.inspected_on.replace(month=6).isoformat()
    return {"inspection": visit.pk, "found": f"La berma del camino de {year} es baja", "correct_by": correct_by}


def test_a_finding_of_an_inspection_is_entered_once(mine: Mine) -> None:
    known = mine.records[KIND]
    again = InspectionFinding(inspection=known.inspection, found=known.found, source=known.source)
    with pytest.raises(ValidationError, match="This finding is already here"):
        again.full_clean(exclude=["source"])


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with an inspection of 2 April."""
    return open_mine(cast.monitor, cast.company)


def words(found: dict[str, Any], *, outcome: str = "open", said: str = "A low berm") -> str:
    """A finding in public words."""
    visit = InspectionFact(
        record="inspection/1", authority="OEFA", inspected_on=INSPECTED_ON, subject="safety", finding=outcome
    )
    row = InspectionFindingFact(record="inspection-finding/1", inspection="inspection/1", **found)
    return finding_words(visit, row, said).replace("\xa0", " ")


def test_a_finding_is_told_with_its_days_and_silence_is_not_told_as_an_answer() -> None:
    by, corrected = {"correct_by": date(2025, 6, 2)}, {"corrected_on": date(2025, 6, 9)}
    assert words({}) == "“A low berm”. Nobody says that it was corrected"
    assert words(by) == "“A low berm”; to be corrected by 2 June 2025. Nobody says that it was corrected"
    assert words(by | corrected) == "“A low berm”; to be corrected by 2 June 2025. Corrected on 9 June 2025"
    assert words(corrected, outcome="corrected") == "“A low berm”. Corrected on 9 June 2025"
    no_day = "No day is on record on which this finding was corrected"
    assert words({}, outcome="corrected") == f"“A low berm”. {no_day}", "the outcome of the visit says that it was"
    assert words({}, said="").startswith("The words of this finding are not public. Nobody says")


def errors(cast: Cast, visit: Inspection, **days: str) -> dict[str, list[str]]:
    """Where and why a finding is refused."""
    given = {"inspection": visit.pk, "found": "A low berm"} | days
    form = KINDS_OF_RECORD[KIND].form(given, actor=cast.monitor, project=visit.project)
    return {name: [one.code for one in found] for name, found in form.errors.as_data().items()}


def test_a_finding_fits_its_inspection_and_the_inspection_its_findings(cast: Cast, mine: Mine) -> None:
    visit = mine.records["inspections"]
    made, before = visit.inspected_on.isoformat(), f"{visit.inspected_on.year}-04-01"
    early = ["before_the_inspection"]
    assert errors(cast, visit, correct_by=made, corrected_on=made) == {}
    assert errors(cast, visit, correct_by=before, corrected_on=before) == {"correct_by": early, "corrected_on": early}

    visit.finding, visit.corrected_on = "none", None
    with pytest.raises(ValidationError) as refused:
        visit.full_clean()
    assert list(refused.value.error_dict) == ["finding"]
    visit.finding, visit.inspected_on = "open", date(YEAR, 6, 3)
    with pytest.raises(ValidationError) as refused:
        visit.full_clean()
    assert list(refused.value.error_dict) == ["inspected_on"]

    InspectionFinding.objects.all().delete()
    visit.finding = "none"
    visit.full_clean()
    visit.save()
    assert errors(cast, visit) == {"inspection": ["nothing_was_found"]}


def test_a_withdrawn_finding_comes_back_only_where_it_fits_what_its_inspection_says_by_now(
    cast: Cast, mine: Mine
) -> None:
    visit, finding = mine.records["inspections"], InspectionFinding.objects.get()
    withdraw_record(actor=cast.monitor, record=finding, reason="a slip")
    Inspection.objects.filter(pk=visit.pk).update(finding="none", corrected_on=None)
    again = InspectionFinding.with_withdrawn.get()
    with pytest.raises(ValidationError, match="does not fit what is on record by now: The outcome of this inspection"):
        restore_record(actor=cast.monitor, record=again, reason="it was right")
    assert not InspectionFinding.objects.exists()
    Inspection.objects.filter(pk=visit.pk).update(finding="open")
    restore_record(actor=cast.monitor, record=InspectionFinding.with_withdrawn.get(), reason="it was right")
    assert InspectionFinding.objects.get() == finding


def test_a_finding_is_offered_the_inspections_and_conditions_of_its_own_mine_alone(cast: Cast, mine: Mine) -> None:
    other = open_mine(cast.stranger, cast.other_company, "Yana Mayu")
    fields = KINDS_OF_RECORD[KIND].form(actor=cast.monitor, project=mine.project).fields
    for name, code in (("inspection", "inspections"), ("condition", "conditions")):
        assert mine.records[code] in fields[name].queryset
        assert other.records[code] not in fields[name].queryset


@pytest.mark.django_db(databases=["default", "public"])
def test_findings_stand_below_their_inspection_and_in_a_table_and_confidential_words_do_not(
    client: Client, cast: Cast, mine: Mine
) -> None:
    visit = mine.records["inspections"]
    later = Inspection(project=mine.project, authority=visit.authority, inspected_on=date(YEAR, 9, 3), subject="safety")
    enter_record(actor=cast.monitor, record=later, source=Source(voice="authority"))
    hidden = InspectionFinding(inspection=visit, found="Camp of Juana", corrected_on=date(YEAR, 5, 2))
    enter_record(actor=cast.monitor, record=hidden, source=Source(voice="company", audience="confidential"))
    publication = published(cast, produced(mine.project))
    start = f"/en/projects/{mine.project.slug}"
    page = client.get(f"{start}/oversight/").content.decode().replace("\xa0", " ")
    section = page.partition('id="inspections"')[2].partition("</section>")[0]
    [below] = re.findall(r'<ol class="below">.*?</ol>', section, re.DOTALL)
    assert [" ".join(re.sub(r"<[^>]*>", "", one).split()) for one in below.split("</li>")[:-1]] == [
        f"“La berma del camino de {YEAR} es baja”; to be corrected by 2 June {YEAR}."
        " No day is on record on which this finding was corrected A monitor says so.",
        f"The words of this finding are not public. Corrected on 2 May {YEAR} The mine says so.",
    ]
    text = client.get(f"{start}/{YEAR}/inspection-findings.csv").content.decode("utf-8-sig")
    rows = {row["record"]: row for row in csv.DictReader(io.StringIO(text))}
    assert len(rows) == 2
    row = rows[f"inspection-finding/{hidden.pk}"]
    assert (row["inspection"], row["corrected_on"]) == (f"inspection/{visit.pk}", f"{YEAR}-05-02")
    assert (row["what_was_found"], row["condition"]) == ("", "")
    assert "Juana" not in page + text + publication.document
    assert (
        "No consta el día en que se corrigió este hallazgo" in client.get(f"/es{start[3:]}/oversight/").content.decode()
    )
