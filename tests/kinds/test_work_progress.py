"""Progress of shared works: two may say different things of a day, and progress that goes back is asked about."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Organisation
from communities.models import SharedWork, WorkProgress
from compliance.evaluation.criteria.shared_works import WorkProgressFact
from compliance.public_pages.shared_works import newest, progress_words, steps_of
from projects.kinds import KINDS_OF_RECORD
from projects.models import Project
from projects.services.withdrawal import restore_record, withdraw_record
from tests.cast import YEAR, Cast, Mine, enter, gather_cast, open_mine
from tests.projects.intake_help import codes, confirm, map_columns, upload

KIND, FOUND_BY, BY_COMPANIES = "work-progress", "puente", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """How far the first work of the mine was in the middle of a year."""
    said = {"planned_percent": "60.5", "actual_percent": "45", "spent": "400000", "currency": "PEN", "in_use": "false"}
    first = SharedWork.objects.filter(project=mine).earliest("pk")
    return {"work": first.pk, "as_of": f"{year}-06-30", "days_out_of_order": "3"} | said


SILENT: dict[str, Any] = {
    "planned_percent": None,
    "actual_percent": None,
    "spent": None,
    "currency": "",
    "in_use": None,
    "days_out_of_order": None,
}


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, ["a_report_of_a_work_says_something"]),
        ({"currency": "PEN"}, ["a_report_of_a_work_says_something"]),
        ({"actual_percent": Decimal(0)}, []),
        ({"planned_percent": Decimal(0)}, []),
        ({"in_use": False}, []),
        ({"actual_percent": Decimal(100), "in_use": False}, []),
        ({"days_out_of_order": 0}, []),
        ({"spent": Decimal(0)}, ["what_was_spent_on_a_work_has_a_currency"]),
        ({"spent": Decimal(0), "currency": "PEN"}, []),
    ],
)
def test_a_report_says_something_and_what_was_spent_has_a_currency(said: dict[str, Any], refused: list[str]) -> None:
    rules: Any = [rule for rule in WorkProgress._meta.constraints if hasattr(rule, "broken_by")]
    assert [rule.name for rule in rules if rule.broken_by(SILENT | said)] == refused


def report(day: date, percent: int, **said: Any) -> WorkProgress:
    """What one report says is done."""
    return WorkProgress(work_id=1, as_of=day, actual_percent=Decimal(percent), **said)


MARCH, JUNE, SEPTEMBER = (date(2025, month, 30) for month in (3, 6, 9))


@pytest.mark.parametrize(
    ("others", "asked"),
    [
        ([report(MARCH, 51)], "On 30 March 2025 it was 51 %, which is more."),
        ([report(MARCH, 50)], ""),
        ([report(JUNE, 90)], ""),
        ([report(MARCH, 60), report(MARCH, 40)], ""),
        ([report(MARCH, 60), report(MARCH, 55)], "it was 55 %"),
        ([report(date(2024, 3, 1), 90), report(MARCH, 40, as_in_report=True)], ""),
        ([report(SEPTEMBER, 49)], "On 30 September 2025 it was 49 %, which is less."),
        ([report(SEPTEMBER, 49, as_in_report=True)], ""),
        ([report(SEPTEMBER, 50)], ""),
        ([report(SEPTEMBER, 40), report(SEPTEMBER, 70)], ""),
        ([WorkProgress(work_id=1, as_of=MARCH, planned_percent=Decimal(90))], ""),
    ],
)
def test_less_than_all_said_on_the_day_before_or_more_than_all_on_the_day_after_is_asked_about(
    others: list[WorkProgress], asked: str
) -> None:
    half = report(JUNE, 50)
    if not asked:
        half.check_progress(others)
        return
    with pytest.raises(ValidationError) as refused:
        half.check_progress(others)
    [words] = refused.value.message_dict["as_in_report"]
    assert asked in words.replace("\xa0", " ")


def said(day: date = JUNE, voice: str = "company", number: int = 1, **columns: Any) -> WorkProgressFact:
    """One report of a work."""
    return WorkProgressFact(record=f"work-progress/{number}", work="shared-work/1", voice=voice, as_of=day, **columns)


def test_the_last_words_of_everybody_on_progress_and_use_are_told_and_older_ones_are_not() -> None:
    done: dict[str, Any] = {"actual_percent": Decimal(20)}
    rows = [
        said(MARCH, number=1, **done),
        said(MARCH, number=2, in_use=False),
        said(MARCH, "community", number=3, **done),
        said(JUNE, number=4, **done),
        said(JUNE, number=5, actual_percent=Decimal(30)),
    ]
    assert [row.key for row in newest(rows)] == [5, 4, 3, 2]
    unknown = ["We don’t know how much of it is done.", "We don’t know whether it is in use."]
    assert steps_of([]) == [(words, "") for words in unknown]
    assert [words for words, _voice in steps_of([said(in_use=False)])][1:] == unknown[:1]
    assert [words for words, _voice in steps_of([said(**done)])][1:] == unknown[1:]


def test_a_report_tells_only_what_it_says_and_zero_is_not_unknown() -> None:
    def words(**columns: Any) -> str:
        return progress_words(said(**columns)).replace("\xa0", " ")

    nothing = {"actual_percent": Decimal(0), "planned_percent": Decimal(0), "spent": Decimal(0), "currency": "USD"}
    assert words(**nothing) == "30 June 2025: 0 % is done; 0 % was planned by then; US$ 0 is spent."
    assert words(planned_percent=Decimal("12.50")) == "30 June 2025: 12.5 % was planned by then."
    assert words(in_use=True, days_out_of_order=1) == (
        "30 June 2025: it is in use; it was out of order on 1 day of that year."
    )
    assert words(in_use=False) == "30 June 2025: it is not in use."


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with a bridge of which 45 % is done on 30 June."""
    return open_mine(cast.monitor, cast.company)


def errors(cast: Cast, mine: Mine, instance: WorkProgress | None = None, **given: str) -> dict[str, list[str]]:
    """Where and why a report is refused."""
    known = typed(mine.project, cast.company, YEAR) | given
    form = KINDS_OF_RECORD[KIND].form(known, instance=instance, actor=cast.monitor, project=mine.project)
    return {name: [one.code for one in found] for name, found in form.errors.as_data().items()}


def test_two_may_differ_on_a_day_the_same_is_told_once_and_what_goes_back_is_asked_about(
    cast: Cast, mine: Mine
) -> None:
    own = mine.records[KIND]
    assert list(errors(cast, mine)) == ["as_of"]
    assert errors(cast, mine, actual_percent="40") == {}
    assert errors(cast, mine, own, actual_percent="10") == {}
    later = f"{YEAR}-07-01"
    assert errors(cast, mine, as_of=later, actual_percent="44") == {"as_in_report": ["unlikely"]}
    assert errors(cast, mine, as_of=later, actual_percent="44", as_in_report="on") == {}
    assert errors(cast, mine, as_of=later, actual_percent="100.01") == {"actual_percent": ["max_value"]}
    early = f"{YEAR}-01-02"
    too_long = {"days_out_of_order": ["longer_than_the_year"]}
    assert errors(cast, mine, as_of=early, actual_percent="1") == too_long
    assert errors(cast, mine, as_of=early, actual_percent="1", days_out_of_order="2") == {}
    WorkProgress.objects.update(withdrawn_at=own.source.entered_at)
    assert errors(cast, mine, as_of=later, actual_percent="44") == {}


def test_progress_in_a_file_is_asked_about_where_it_goes_back_from_the_record_or_a_row_above(
    cast: Cast, mine: Mine
) -> None:
    name, project = mine.records["shared-works"].name, mine.project.name
    lines = [
        f"{project},{name},{YEAR}-07-31,44,,yes,",
        f"{project},{name},{YEAR}-08-31,50,no,no,",
        f"{project},{name},{YEAR}-09-30,49,,no,",
        f"{project},{name},{YEAR}-10-01,49,yes,no,",
        f"{project},{name},{YEAR}-10-31,49.5,,not known,",
        f"{project},{name},{YEAR}-11-30,,,,",
        f"{project},{name},{YEAR}-01-02,,,yes,3",
    ]
    tick = '"it stands so in the report"'
    heading = f'project,shared work,as of,"actual progress, %",{tick},it is in use,days out of order'
    batch = map_columns(cast.monitor, upload(cast.monitor, "p.csv", "\n".join([heading, *lines]).encode(), KIND))
    assert [codes(row) for row in batch.rows.order_by("number")] == [
        {"as_in_report": "broken_rule"},
        {},
        {"as_in_report": "broken_rule"},
        {},
        {},
        {"actual_percent": "broken_rule"},
        {"days_out_of_order": "broken_rule"},
    ]
    assert "it was 50 %, which is more" in str(batch.rows.get(number=4).errors).replace("\\xa0", " ").replace(
        "\xa0", " "
    )
    confirm(cast.monitor, batch)
    kept = WorkProgress.objects.filter(source__import_row__batch=batch).order_by("as_of")
    assert list(kept.values_list("actual_percent", "as_in_report", "in_use")) == [
        (Decimal(50), False, False),
        (Decimal(49), True, False),
        (Decimal("49.5"), False, None),
    ]


@pytest.mark.django_db
def test_what_is_only_asked_about_is_restored_without_asking_again(cast: Cast, mine: Mine) -> None:
    own = mine.records["work-progress"]
    withdraw_record(actor=cast.monitor, record=own, reason="Entered twice")
    more: Decimal = own.actual_percent + 5
    enter(cast.monitor, WorkProgress(work=own.work, as_of=own.as_of - timedelta(days=9), actual_percent=more))
    restore_record(actor=cast.monitor, record=own, reason="It was not")
    assert WorkProgress.objects.filter(pk=own.pk).exists()
