"""Works shared with neighbours: who pays, who may use each, and that words of sources that not everybody reads stay back."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from communities.models import SharedWork, WorkProgress
from compliance.evaluation.criteria.shared_works import SharedWorkFact, WorkProgressFact
from compliance.evaluation.gathering import Scope, gather
from compliance.public_pages.shared_works import WorkWords, about_words, plan_words, use_words
from projects.models import Project, Source
from projects.services.records import enter_record
from tests.cast import YEAR, Cast, gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "shared-works", "puente", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A bridge of a year, which the company pays for in place of taxes."""
    plan = {"planned_from": f"{year}-02-01", "planned_until": f"{year}-11-30", "planned_value": "900000"}
    said = {"facility": "road", "payer": company.pk, "in_place_of_taxes": "true", "open_to": "everybody"}
    words = {"name": f"Puente {year}", "place": "Over the river", "terms": "By day"}
    return {"currency": "PEN"} | plan | said | words


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        ({"planned_until": date(2025, 2, 1)}, []),
        ({"planned_until": date(2025, 1, 31)}, ["a_shared_work_is_planned_to_end_after_it_starts"]),
        ({"planned_from": None, "planned_until": date(2025, 1, 31)}, []),
        ({"currency": ""}, ["the_value_of_a_shared_work_has_a_currency"]),
        ({"currency": "", "planned_value": None}, []),
    ],
)
def test_a_work_ends_after_it_starts_and_its_value_has_a_currency(said: dict[str, Any], refused: list[str]) -> None:
    usual = {"planned_from": date(2025, 2, 1), "planned_until": None, "planned_value": 1, "currency": "PEN"}
    rules: Any = [rule for rule in SharedWork._meta.constraints if hasattr(rule, "broken_by")]
    assert [rule.name for rule in rules if rule.broken_by(usual | said)] == refused


def work(**said: Any) -> SharedWorkFact:
    """A school of which nothing else is known."""
    return SharedWorkFact(record="shared-work/1", facility="school", **said)


def test_what_nobody_says_of_a_work_is_said_not_to_be_known() -> None:
    words = WorkWords(record="shared-work/1", name="Escuela", place="Plaza", terms="Free")
    assert about_words(work(), None) == "School"
    assert about_words(work(community="Ayllu"), words) == "School, Ayllu, Plaza"
    assert [use_words(work(), None), use_words(work(), words)] == ["We don’t know", "We don’t know: “Free”"]
    assert use_words(work(open_to="paying"), None) == "Only whoever pays for it"
    first, last = date(2025, 2, 1), date(2025, 3, 1)
    assert plan_words(work()) == "We don’t know"
    assert plan_words(work(planned_from=first, planned_until=last)) == "1 February 2025 to 1 March 2025"
    assert plan_words(work(planned_from=first)) == "From 1 February 2025; we don’t know until when"
    assert plan_words(work(planned_until=last)) == "Until 1 March 2025; we don’t know from when"


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


def test_a_work_stands_from_the_year_of_its_plan_or_of_its_first_report_on_whichever_is_earlier(cast: Cast) -> None:
    mine = open_mine(cast.monitor, cast.company)
    years = range(YEAR - 2, YEAR + 2)

    def found(table: Any) -> list[int]:
        gathered = gather(Scope(frozenset((mine.project.pk, year) for year in years), date(YEAR + 3, 1, 1)))
        return [year - YEAR for year in years if gathered[mine.project.pk, year][table]]

    report = WorkProgress.objects.get()
    WorkProgress.objects.update(as_of=date(YEAR + 1, 6, 30))
    assert (found(SharedWorkFact), found(WorkProgressFact)) == ([0, 1], [1])
    WorkProgress.objects.update(as_of=date(YEAR - 1, 6, 30))
    assert (found(SharedWorkFact), found(WorkProgressFact)) == ([-1, 0, 1], [-1, 0, 1]), "no report without its work"
    WorkProgress.objects.update(withdrawn_at=report.source.entered_at)
    assert (found(SharedWorkFact), found(WorkProgressFact)) == ([0, 1], []), "what was withdrawn reports nothing"
    SharedWork.objects.update(planned_from=None, planned_until=None)
    assert found(SharedWorkFact) == [-2, -1, 0, 1]


@pytest.mark.django_db(databases=["default", "public"])
def test_works_stand_in_public_with_both_words_of_a_day_and_no_words_of_a_source_that_not_everybody_reads(
    client: Client, cast: Cast
) -> None:
    mine = open_mine(cast.monitor, cast.company)
    bridge = mine.records[KIND]
    hidden = SharedWork(
        project=mine.project, name="Casa de Juana", facility="clinic", place="Juana’s hill", terms="Ask Juana"
    )
    enter_record(actor=cast.monitor, record=hidden, source=Source(voice="company", audience="organisations"))
    other = WorkProgress(work=bridge, as_of=mine.records["work-progress"].as_of, actual_percent=30, in_use=False)
    enter_record(actor=cast.monitor, record=other, source=Source(voice="community", audience="public"))
    publication = published(cast, produced(mine.project))
    start = f"/en/projects/{mine.project.slug}"
    page = client.get(f"{start}/promises/").content.decode().replace("\xa0", " ")
    section = page.partition('id="shared-works"')[2].partition("</section>")[0]
    lines = [
        [" ".join(re.sub(r"<[^>]*>", "", one).split()) for one in below.split("</li>")[:-1]]
        for below in re.findall(r'<ol class="below">.*?</ol>', section, re.DOTALL)
    ]
    assert lines == [
        [
            f"30 June {YEAR}: 30 % is done; it is not in use. The community says so.",
            f"30 June {YEAR}: 45 % is done; 60.5 % was planned by then; S/ 400,000 is spent; it is not in use;"
            " it was out of order on 3 days of that year. A monitor says so.",
        ],
        ["We don’t know how much of it is done.", "We don’t know whether it is in use."],
    ]
    for words in (
        f"Puente {YEAR}",
        "Road or bridge",
        "Minera Sami",
        "S/ 900,000",
        "Everybody: “By day”",
        "Yes",
        "may take the cost",
    ):
        assert words in section
    assert section.count("canon") == 1, "in the lead, as a possibility, and of no single work"
    assert "Its name is not public" in section
    text = client.get(f"{start}/{YEAR}/shared-works.csv").content.decode("utf-8-sig")
    row = next(one for one in csv.DictReader(io.StringIO(text)) if one["record"] == f"shared-work/{hidden.pk}")
    assert (row["what_it_is"], row["what_it_is_called"], row["on_which_terms"]) == ("clinic", "", "")
    assert "Juana" not in page + text + publication.document
    progress = client.get(f"{start}/{YEAR}/work-progress.csv").content.decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(progress)))) == 2
    spanish = client.get(f"/es{start[3:]}/promises/").content.decode()
    assert "No sabemos cuánto está hecho." in spanish
