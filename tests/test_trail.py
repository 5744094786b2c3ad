"""What every verb on the record leaves behind: one entry that says who did what, and a promise where figures change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEntry, Job, Membership
from accounts.services import appointments, invitations, jobs, people
from accounts.templatetags.record_words import VERBS
from communities.models import Obligation
from communities.services.ledger import state_side
from projects.models import Mineral, Source
from projects.reference import load_reference_data
from projects.services.records import (
    amend_listed,
    amend_record,
    enter_listed,
    enter_record,
    follow_project,
    unfollow_project,
)
from tests.cast import (
    COMPANY,
    RECIPIENT,
    YEAR,
    Cast,
    Mine,
    corrected,
    employment,
    gather_cast,
    obligation,
    open_mine,
    payment,
    says,
    source,
    withdraw_payment,
)

pytestmark = pytest.mark.django_db

Step = Callable[[Cast, Mine], Any]
"""Does one thing as the monitor or the administrator, and returns the record that the trail should name."""


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


def enter_return(cast: Cast, mine: Mine) -> Any:
    return employment(cast.monitor, mine.project, YEAR - 1)


def amend_due_date(cast: Cast, mine: Mine, day: date = date(YEAR, 7, 1)) -> Obligation:
    owed = mine.obligation
    owed.due_on = day
    amend_record(
        actor=cast.monitor, record=owed, source=owed.source, revision=owed.source.revision, reason="The acta says so."
    )
    return owed


def pay(cast: Cast, mine: Mine) -> Any:
    return payment(cast.monitor, mine.obligation)


def state_first(cast: Cast, mine: Mine) -> Any:
    flow = payment(cast.monitor, mine.obligation, received=None)
    Job.objects.all().delete()
    said = says(RECIPIENT, 5)
    return state_side(actor=cast.monitor, disbursement=flow, said=said, seen=None)


def correct(cast: Cast, mine: Mine) -> Any:
    return corrected(cast.monitor, mine.disbursement, says(COMPANY, 5), "A slip.")


def withdraw(cast: Cast, mine: Mine) -> Any:
    withdraw_payment(cast.monitor, mine.disbursement)
    return mine.disbursement


def follow(cast: Cast, mine: Mine) -> Any:
    return follow_project(actor=cast.administrator, project=mine.project, organisation=cast.other_ngo)


def unfollow(cast: Cast, mine: Mine) -> Any:
    assignment = mine.project.assignments.get()
    unfollow_project(actor=cast.administrator, assignment=assignment)
    return "Puka Sami"


def list_mineral(cast: Cast, mine: Mine) -> Any:
    mineral = Mineral(code="opal", name_en="Opal", name_es="Ópalo")
    enter_listed(actor=cast.monitor, record=mineral)
    return mineral


def rename_mineral(cast: Cast, mine: Mine) -> Any:
    mineral = Mineral.objects.get(code="tin")
    mineral.name_en = "Tin ore"
    amend_listed(actor=cast.monitor, record=mineral, reason="As the ministry calls it.")
    return mineral


def invite(cast: Cast, mine: Mine) -> Any:
    return invitations.invite_person(
        actor=cast.administrator, email="rosa@example.org", full_name="Rosa Quispe", language="es"
    )


def give(cast: Cast, mine: Mine) -> Any:
    asked = appointments.ask_for_role(
        actor=cast.second_administrator, user=cast.nobody, organisation=cast.ngo, role="monitor"
    )
    return appointments.confirm_role(actor=cast.administrator, asked=asked)


def ask(cast: Cast, mine: Mine) -> Any:
    return appointments.ask_for_role(actor=cast.administrator, user=cast.nobody, organisation=cast.ngo, role="monitor")


def refuse(cast: Cast, mine: Mine) -> Any:
    asked = ask(cast, mine)
    appointments.refuse_role(actor=cast.administrator, asked=asked, reason="Another role was meant.")
    return asked


def end(cast: Cast, mine: Mine) -> Any:
    membership = Membership.objects.get(user=cast.monitor)
    people.end_role(actor=cast.administrator, membership=membership)
    return membership


def sign_out(cast: Cast, mine: Mine) -> Any:
    people.end_sessions(actor=cast.administrator, user=cast.nobody)
    return cast.nobody


def try_again(cast: Cast, mine: Mine) -> Any:
    job = Job.objects.create(kind="evaluate", subject="project/5/2025", error="ValueError: facts")
    jobs.try_again(actor=cast.administrator, job=job)
    return job


STEPS: dict[str, list[Step]] = {
    "entered": [enter_return, pay, list_mineral],
    "amended": [amend_due_date, rename_mineral],
    "stated": [state_first],
    "corrected": [correct],
    "withdrawn": [withdraw],
    "assigned": [follow],
    "unassigned": [unfollow],
    "invited": [invite],
    "role_asked": [ask],
    "role_refused": [refuse],
    "role_given": [give],
    "role_ended": [end],
    "signed_out_everywhere": [sign_out],
    "tried_again": [try_again],
}


@pytest.mark.parametrize(("verb", "step"), [(verb, step) for verb, steps in STEPS.items() for step in steps])
@pytest.mark.promise("saved")
def test_whatever_is_done_stands_in_the_trail_with_who_did_it(cast: Cast, mine: Mine, verb: str, step: Step) -> None:
    before = AuditEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    record = step(cast, mine)
    entries = [entry for entry in AuditEntry.objects.filter(pk__gt=before) if entry.verb == verb]
    assert entries, f"nothing says that it was {verb}"
    assert entries[0].actor in (cast.monitor, cast.administrator)
    assert entries[0].label.startswith(str(record)[:20]) or str(record) in entries[0].label
    assert verb in VERBS


@pytest.mark.parametrize("step", [enter_return, amend_due_date, pay, state_first, correct, withdraw])
@pytest.mark.promise("changed-figures")
def test_whatever_changes_figures_promises_their_scorecard(cast: Cast, mine: Mine, step: Step) -> None:
    Job.objects.all().delete()
    step(cast, mine)
    promised = Job.objects.exclude(kind__startswith="letter.")
    assert [job.kind for job in promised] == ["evaluate"]
    assert promised.get().payload["project"] == mine.project.pk


@pytest.mark.promise("changed-figures")
def test_a_due_date_moved_to_another_year_promises_both(cast: Cast, mine: Mine) -> None:
    Job.objects.all().delete()
    amend_due_date(cast, mine, date(YEAR + 1, 6, 30))
    assert {job.payload["year"] for job in Job.objects.all()} == {YEAR, YEAR + 1}


def test_a_company_does_not_verify_itself_by_the_service_either(cast: Cast, mine: Mine) -> None:
    own = source("company", state="verified")
    record = obligation(cast.monitor, mine.project, mine.community, date(YEAR, 9, 30))
    record.pk = None
    with pytest.raises(ValidationError) as refused:
        enter_record(actor=cast.operator, record=record, source=own)
    assert "state" in refused.value.message_dict
    own.state = Source.State.REPORTED
    enter_record(actor=cast.operator, record=record, source=own)
    assert (own.state, own.organisation) == ("reported", cast.company)


def test_reference_data_loaded_again_leaves_what_people_amended(cast: Cast, mine: Mine) -> None:
    rename_mineral(cast, mine)
    load_reference_data()
    assert Mineral.objects.get(code="tin").name_en == "Tin ore"
    Mineral.objects.filter(code="tin").delete()
    load_reference_data()
    assert Mineral.objects.get(code="tin").name_en == "Tin"
