"""The start page: what waits for each person, what is due, what is missing, and what others changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Job, User
from accounts.roles import Role
from accounts.services.appointments import ask_for_role
from accounts.services.invitations import invite_person
from accounts.services.proposals import confirm
from accounts.services.sign_ins import note_sign_in
from communities.models import Agreement, Commitment
from communities.services.ledger_requests import ask_to_withdraw
from compliance.services.publications import approve_scorecard
from config.start.tasks import TASKS
from projects.models import AssessmentCondition, Disclosure, EmploymentReturn, ImportBatch, ProjectAssignment
from projects.services.records import amend_record
from tests.cast import (
    YEAR,
    Cast,
    Mine,
    accept_all,
    appoint,
    employment,
    enter,
    gather_cast,
    mine,
    obligation,
    open_mine,
    payment,
    produced,
)
from tests.projects.intake_help import map_columns, upload

pytestmark = pytest.mark.django_db

FILE = b"payer,payee,year,currency,amount paid,paid on\nMinera Sami,Ayllu Puka Sami,2025,PEN,10,2025-05-01\n"
TODAY = timezone.localdate
Page = Callable[..., str]


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Mine:
    """The monitor's mine."""
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def other(cast: Cast) -> Mine:
    """A mine that only the stranger and overseers see."""
    return open_mine(cast.stranger, cast.other_company, "Yana Mayu", country="CL")


def answer(user: User, path: str = "", **query: str) -> Any:
    """What a person gets below the start page."""
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client.get(f"/en/work/{path}", query)


def listed(user: User, code: str) -> list[Any]:
    """The first rows of a section of somebody's start page."""
    return next((list(page) for section, page in answer(user).context["sections"] if section.code == code), [])


def waiting(user: User) -> list[str]:
    """What somebody is asked to do."""
    return [str(task.action) for task in listed(user, "waits")]


def due_on(cast: Cast, at: Mine, day: date, what: str = "A bridge") -> Commitment:
    """A promise of which nobody says anything."""
    promise = Commitment(agreement=at.agreement, description=what, community=at.community, due_on=day)
    return enter(cast.monitor, promise)  # type: ignore[no-any-return]


def test_a_scorecard_waits_for_reviewers_until_it_is_approved_and_then_for_the_second_alone(
    cast: Cast, own: Mine
) -> None:
    card = produced(own.project)
    decide, publish = "Decide a scorecard", "Publish a scorecard as the second person, or return it"
    assert decide in waiting(cast.reviewer)
    assert decide in waiting(cast.second_reviewer)
    assert decide not in waiting(cast.monitor)
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    assert not {decide, publish} & {*waiting(cast.reviewer)}
    assert publish in waiting(cast.second_reviewer)


def test_an_exemption_waits_for_reviewers_and_not_for_whoever_asked(cast: Cast, own: Mine) -> None:
    action = "Look at an exemption that was asked for"
    assert action in waiting(cast.reviewer)
    appoint(cast.monitor, cast.regulator, Role.REVIEWER)
    assert action not in waiting(cast.monitor)


def test_a_proposal_waits_for_whoever_may_be_the_second_person_until_it_is_decided(cast: Cast, own: Mine) -> None:
    action = "Confirm or refuse as the second person"
    asked = ask_to_withdraw(actor=cast.monitor, disbursement=own.disbursement, reason="It was never paid.")
    assert action in waiting(cast.colleague)
    assert action not in waiting(cast.monitor)
    assert action not in waiting(cast.stranger)
    confirm(actor=cast.colleague, proposal=asked)
    assert action not in waiting(cast.colleague)


def test_a_role_waits_for_another_administrator_than_the_one_who_asked(cast: Cast) -> None:
    ask_for_role(actor=cast.administrator, user=cast.nobody, organisation=cast.ngo, role=Role.MONITOR)
    assert "Confirm or refuse a role" in waiting(cast.second_administrator)
    assert "Confirm or refuse a role" not in waiting(cast.administrator)


def test_an_import_waits_for_its_organisation_for_the_columns_and_then_to_be_confirmed(cast: Cast, own: Mine) -> None:
    batch = upload(cast.monitor, "puka.csv", FILE)
    columns, confirmation = (
        "Say what the columns of a file mean",
        "Confirm an import: nothing of it is on record yet",
    )
    assert columns in waiting(cast.colleague)
    assert columns not in waiting(cast.stranger)
    map_columns(cast.monitor, batch)
    assert ImportBatch.objects.get().state == ImportBatch.State.READY
    assert columns not in waiting(cast.colleague)
    assert confirmation in waiting(cast.colleague)
    assert confirmation not in waiting(cast.stranger)
    assert confirmation not in waiting(cast.administrator)


def test_unused_invitations_and_failing_work_wait_for_administrators(cast: Cast) -> None:
    actions = {"See to an invitation that nobody has used", "See why work in the background fails"}
    assert not actions & {*waiting(cast.administrator)}
    invite_person(actor=cast.administrator, email="new@example.org", full_name="Newcomer", language="es")
    Job.objects.create(kind="evaluate", subject="project/1/2025", error="It broke.")
    assert actions <= {*waiting(cast.administrator)}
    assert not actions & {*waiting(cast.monitor), *waiting(cast.reviewer)}


def test_whoever_has_several_roles_sees_what_waits_for_each(cast: Cast, own: Mine) -> None:
    produced(own.project)
    upload(cast.monitor, "puka.csv", FILE)
    appoint(cast.colleague, cast.regulator, Role.REVIEWER)
    assert {"Decide a scorecard", "Say what the columns of a file mean"} <= {*waiting(cast.colleague)}


def test_the_longest_wait_stands_first_and_what_is_over_ten_has_a_page_of_its_own(cast: Cast, own: Mine) -> None:
    people = [
        invite_person(
            actor=cast.administrator, email=f"new{n}@example.org", full_name=f"Newcomer {chr(65 + n)}", language="es"
        )
        for n in range(12)
    ]
    for days, somebody in enumerate(people):
        somebody.invitation.sent_at -= timedelta(days=days)
        somebody.invitation.save()
    assert [task.about for task in listed(cast.administrator, "waits")][:2] == ["Newcomer L", "Newcomer K"]
    assert "All 12" in answer(cast.administrator).content.decode()
    everything = answer(cast.administrator, "start/waits/").context["page"]
    assert len(everything) == everything.paginator.count == 12


def test_auditors_have_nothing_to_do_and_no_form_to_fill(cast: Cast, own: Mine) -> None:
    for _visit in range(2):
        note_sign_in(cast.auditor)
    codes = [section.code for section, _page in answer(cast.auditor).context["sections"]]
    assert codes == ["due", "late", "changed"]
    assert answer(cast.auditor, "start/missing/").status_code == 404


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "tomorrow"), (30, "in 30 days")])
def test_what_is_due_in_thirty_days_is_said_and_what_is_due_later_is_not(
    cast: Cast, own: Mine, days: int, words: str
) -> None:
    due_on(cast, own, TODAY() + timedelta(days=days))
    due_on(cast, own, TODAY() + timedelta(days=31), "A later bridge")
    assert [(str(line.record), line.when) for line in listed(cast.monitor, "due")] == [("A bridge", words)]
    assert listed(cast.stranger, "due") == []


def test_what_is_late_says_how_many_days_until_somebody_says_that_it_was_done(cast: Cast, own: Mine) -> None:
    promise = due_on(cast, own, TODAY() - timedelta(days=61))
    assert [(str(line.record), line.when) for line in listed(cast.operator, "late")] == [("A bridge", "61 days late")]
    assert [line.record for line in listed(cast.auditor, "late")] == [promise]
    assert listed(cast.stranger, "late") == []
    promise.company_says_fulfilled_on = TODAY()
    promise.save()
    assert listed(cast.operator, "late") == []
    Commitment.objects.filter(pk=promise.pk).update(community_says="not_fulfilled")
    assert [line.record for line in listed(cast.operator, "late")] == [promise]


def test_a_condition_is_late_until_a_day_is_on_record_on_which_it_was_met(cast: Cast, own: Mine) -> None:
    AssessmentCondition.objects.update(fulfilled_on=None)
    assert [str(line.record) for line in listed(cast.monitor, "late")] == ["Dust screens"]
    AssessmentCondition.objects.update(fulfilled_on=date(YEAR, 5, 1))
    assert listed(cast.monitor, "late") == []


@pytest.mark.parametrize(
    ("paid", "received", "is_late"), [("1000", None, False), (None, "1000", False), ("999", "999", True)]
)
def test_a_sum_is_late_until_one_side_says_all_of_it(
    cast: Cast, own: Mine, paid: str | None, received: str | None, is_late: bool
) -> None:
    owed = obligation(cast.monitor, own.project, own.community, TODAY() - timedelta(days=9))
    assert [line.record for line in listed(cast.monitor, "late")] == [owed]
    payment(cast.monitor, owed, paid=paid, received=received)
    assert [line.record for line in listed(cast.monitor, "late")] == ([owed] if is_late else [])


def test_two_parts_of_a_sum_are_the_whole(cast: Cast, own: Mine) -> None:
    owed = obligation(cast.monitor, own.project, own.community, TODAY() - timedelta(days=9))
    payment(cast.monitor, owed, paid="400", received=None)
    assert [line.record for line in listed(cast.monitor, "late")] == [owed]
    payment(cast.monitor, owed, paid="600", received=None)
    assert listed(cast.monitor, "late") == []


def test_an_agreement_that_ends_is_told_before_and_is_not_late_after(cast: Cast, own: Mine) -> None:
    Agreement.objects.update(ends_on=TODAY() + timedelta(days=14))
    assert [(line.record, line.when) for line in listed(cast.monitor, "due")] == [(own.agreement, "in 14 days")]
    Agreement.objects.update(ends_on=TODAY() - timedelta(days=1))
    assert listed(cast.monitor, "due") == listed(cast.monitor, "late") == []


def cells(user: User, year: int, mine_of: Mine) -> dict[str, Any]:
    """The cells of a mine in somebody's table of what is missing."""
    page = answer(user, "start/missing/", year=str(year)).context["page"]
    return next({str(cell.heading): cell for cell in row} for project, row in page if project == mine_of.project)


def test_each_cell_leads_to_the_records_or_to_the_form_where_nobody_has_told_anything(cast: Cast, own: Mine) -> None:
    last, running = TODAY().year - 1, TODAY().year
    slug = own.project.slug
    EmploymentReturn.objects.update(period_start=date(last, 1, 1), period_end=date(last, 12, 31))
    Disclosure.objects.update(period_end=date(last, 12, 31), published_on=date(running, 1, 1))
    of_last, of_running = cells(cast.monitor, last, own), cells(cast.monitor, running, own)
    within = f"/en/work/projects/{slug}"
    assert of_last["Employment returns"][1:] == (1, f"{within}/employment/")
    assert of_last["Published reports"][1:] == (1, f"{within}/disclosures/?year={last}")
    assert of_running["Employment returns"][1:] == (0, f"{within}/employment/grid/?year={running}")
    assert of_running["Payments"][1:] == (0, f"{within}/disbursements/add/")
    assert of_running["Phases"][1:] == (1, f"{within}/phases/")
    assert "Exemptions" not in of_last
    for cell in (*of_last.values(), *of_running.values()):
        assert Client().get(cell.url).status_code == 302
        assert answer(cast.monitor, cell.url.removeprefix("/en/work/").partition("?")[0]).status_code == 200


def test_what_nobody_has_told_is_said_in_words_and_is_no_zero(cast: Cast) -> None:
    mine(cast.monitor, "Empty", operator=cast.company)
    page = answer(cast.monitor).content.decode()
    assert "not told" in page
    assert not any(cell.number for _mine, row in listed(cast.monitor, "missing") for cell in row)
    assert "Nobody has told" not in page


def test_a_payment_counts_for_the_year_in_which_it_was_due(cast: Cast, own: Mine) -> None:
    last = TODAY().year - 1
    before = cells(cast.monitor, last, own)["Payments"].number
    payment(cast.monitor, obligation(cast.monitor, own.project, own.community, date(last, 12, 31)), year=last)
    assert cells(cast.monitor, last, own)["Payments"].number == before + 1
    assert cells(cast.monitor, last + 1, own)["Payments"].number == 0


def test_a_company_is_asked_only_for_what_its_people_enter(cast: Cast, own: Mine) -> None:
    asked = cells(cast.operator, YEAR, own)
    assert {"Employment returns", "Payments", "Promises"} <= asked.keys()
    assert not {"Phases", "Agreements", "Obligations"} & asked.keys()


@pytest.mark.promise("search")
def test_nobody_is_asked_for_records_of_a_mine_that_they_do_not_see(cast: Cast, own: Mine, other: Mine) -> None:
    assert [project for project, _row in listed(cast.monitor, "missing")] == [own.project]
    assert [project for project, _row in listed(cast.stranger, "missing")] == [other.project]


def changed(user: User) -> list[tuple[str, int]]:
    """What others changed since the person's last visit, and how often."""
    return [(line.entry.verb, line.times) for line in listed(user, "changed")]


def test_what_others_changed_since_the_visit_before_is_told_and_what_one_did_oneself_is_not(
    cast: Cast, own: Mine, other: Mine
) -> None:
    note_sign_in(cast.monitor)
    assert "This is your first visit." in answer(cast.monitor).content.decode()
    due_on(cast, own, TODAY())
    employment(cast.colleague, own.project, YEAR - 1)
    employment(cast.stranger, other.project, YEAR - 1)
    assert changed(cast.monitor) == []
    note_sign_in(cast.monitor)
    assert changed(cast.monitor) == [("entered", 1)]
    assert "Your last visit began on" in answer(cast.monitor).content.decode()
    page = answer(cast.monitor, "start/changed/").content.decode()
    assert own.project.name in page
    assert other.project.name not in page
    note_sign_in(cast.monitor)
    assert changed(cast.monitor) == []


def test_several_changes_of_one_record_are_one_line_that_opens_it(cast: Cast, own: Mine) -> None:
    for _visit in range(2):
        note_sign_in(cast.operator)
    report = own.records["disclosures"]
    for title in ("Report", "Yearly report"):
        report.title = title
        report.source.refresh_from_db()
        amend_record(
            actor=cast.colleague,
            record=report,
            source=report.source,
            revision=report.source.revision,
            reason="A better title.",
        )
    note_sign_in(cast.operator)
    (line,) = listed(cast.operator, "changed")
    assert (line.times, line.mine) == (2, own.project.name)
    assert line.url == f"/en/work/projects/{own.project.slug}/disclosures/{report.pk}/"
    page = answer(cast.operator).content.decode()
    assert cast.ngo.name in page
    assert str(cast.colleague) not in page


def asked_queries(user: User) -> int:
    """How many queries somebody's start page takes."""
    answer(user)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert answer(user).status_code == 200
    return len(asked)


@pytest.mark.parametrize("who", ["monitor", "reviewer", "administrator", "auditor", "operator"])
def test_eight_mines_take_as_many_queries_as_one(cast: Cast, own: Mine, who: str) -> None:
    def something_of_each(at: Mine) -> None:
        due_on(cast, at, TODAY() - timedelta(days=3))
        due_on(cast, at, TODAY() + timedelta(days=3))
        employment(cast.colleague, at.project, YEAR - 1)
        produced(at.project)

    for _visit in range(2):
        note_sign_in(cast[who])
    note_sign_in(cast[who])
    something_of_each(open_mine(cast.monitor, cast.company, "The first that is new"))
    few = asked_queries(cast[who])
    for number in range(7):
        something_of_each(open_mine(cast.monitor, cast.company, f"Mine {number}"))
    assert ProjectAssignment.objects.count() == 9
    assert asked_queries(cast[who]) == few


def test_every_task_names_a_role_that_can_have_it(cast: Cast) -> None:
    parts = ("monitor", "reviewer", "administrator", "auditor", "operator")
    assert all(any(cast[name].may(task.permission) for name in parts) for task in TASKS)
    assert len({task.code for task in TASKS}) == len(TASKS)
