"""Everybody is told what concerns them, once, in their language, and nothing that they may not know."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import Job, Membership, Notice, User
from accounts.models.notices import When
from accounts.services.appointments import ask_for_role, confirm_role
from accounts.services.notice_kinds import promise_notices_of_failures
from accounts.services.notices import NOTICE_KINDS, choose, notices_of, notify, sentence_of, unread_count
from accounts.services.proposals import refuse
from communities.models import Commitment
from compliance.models import Publication
from projects.models import AssessmentCondition, Project, ProjectAssignment, Source
from projects.notice_kinds import look_at_days
from projects.services.records import amend_record
from projects.services.withdrawal import withdraw_record
from tests.cast import answered, enter, follow, gather_cast, mine, obligation, open_mine, payment
from tests.notices_help import (
    ALL,
    MONITORS,
    OPERATORS,
    SECRET,
    Scene,
    amend,
    asked,
    asked_for_takedown,
    correct_payment,
    everybody_chooses,
    fail,
    look,
    told,
    work,
)

pytestmark = pytest.mark.django_db
NAME = "Zenobia Condori"
EVERYTHING = pytest.mark.parametrize(("kind", "step"), ALL)


@pytest.fixture
def scene() -> Scene:
    """The cast, of whom everybody has one name that stands in no sentence, and a mine."""
    cast = gather_cast()
    User.objects.update(full_name=NAME)
    return Scene(cast, open_mine(cast.monitor, cast.company))


def happen(scene: Scene, kind: str, step: str) -> None:
    """Let it happen."""
    ALL[kind, step][0](scene)


def now(person: User) -> User:
    """Somebody with the roles of this moment."""
    return User.objects.get(pk=person.pk)


def test_every_sentence_of_every_kind_has_its_test() -> None:
    said = {(code, str(step)) for code, kind in NOTICE_KINDS.items() for step in kind.sentences}
    assert said == set(ALL)


@EVERYTHING
@pytest.mark.promise("mails")
def test_whom_it_concerns_is_told_once_in_their_language_and_nothing_confidential(
    scene: Scene, kind: str, step: str
) -> None:
    """On the page, and by mail to whoever chose so; nobody else, and nobody who may not see it any more."""
    everybody_chooses(When.AT_ONCE)
    happen(scene, kind, step)
    people = [scene.cast[name] for name in ALL[kind, step][1]]
    assert told(scene, kind, step) == ALL[kind, step][1]
    for look_at in (is_mailed, is_mailed_in_spanish, is_not_mailed_to_whoever_chose_never, is_gone_with_the_roles):
        with transaction.atomic():
            mail.outbox.clear()
            look_at(kind, step, people)
            transaction.set_rollback(True)
    for person in people:
        [notice] = notices_of(now(person)).filter(kind=kind, step=step)
        client = Client()
        client.force_login(person)
        assert client.get(f"/en/work/notices/{notice.pk}/", follow=True).status_code == 200
        notice.refresh_from_db()
        assert notice.read_at is not None


def is_mailed(kind: str, step: str, people: list[User], language: str = "en") -> None:
    """Each of them gets it once, and no mail, whatever it is about, says anything that is confidential."""
    work()
    work()
    for letter in mail.outbox:
        text = f"{letter.subject}\n{letter.body}".lower()
        for hidden in (
            *SECRET.split()[:2],
            "hamlet",
            "field notes",
            ".pdf",
            ".csv",
            "1000",
            "1,000",
            "roof",
            *NAME.split(),
        ):
            assert hidden.lower() not in text
    for person in people:
        [notice] = Notice.objects.filter(person=person, kind=kind, step=step)
        about = [one for one in mail.outbox if f"/{language}/work/notices/{notice.pk}/" in one.body]
        assert len(about) == (0 if NOTICE_KINDS[kind].by_letter else 1)
        with translation.override(language):
            assert all(one.to == [person.email] and sentence_of(notice) in one.body for one in about)


def is_mailed_in_spanish(kind: str, step: str, people: list[User]) -> None:
    """The same for whoever reads Spanish."""
    User.objects.update(language="es")
    is_mailed(kind, step, people, "es")
    notice = Notice.objects.filter(kind=kind, step=step)[0]
    with translation.override("es"):
        spanish = sentence_of(notice)
    assert spanish != sentence_of(notice)


def mails_of_notices() -> list[Any]:
    """The mails that went out but for the letters of what takes two people."""
    return [letter for letter in mail.outbox if "/work/notices/" in str(letter.body)]


def is_not_mailed_to_whoever_chose_never(kind: str, step: str, people: list[User]) -> None:
    """It stands on the page alone."""
    for person in User.objects.all():
        choose(actor=person, chosen=dict.fromkeys(NOTICE_KINDS, When.NEVER))
    look()
    work()
    assert mails_of_notices() == []
    assert all(notices_of(now(person)).filter(kind=kind, step=step).exists() for person in people)


def is_gone_with_the_roles(kind: str, step: str, people: list[User]) -> None:
    """Whoever lost their roles gets no mail and sees nothing."""
    Membership.objects.update(ends_on=timezone.localdate())
    work()
    assert mails_of_notices() == []
    assert not any(notices_of(now(person)).exists() or unread_count(now(person)) for person in people)


def test_nobody_is_told_of_their_own_act(scene: Scene) -> None:
    amend(scene, scene.cast.monitor)
    withdraw_record(actor=scene.cast.monitor, record=scene.report, reason="Twice")
    refuse(actor=scene.cast.administrator, proposal=asked_for_takedown(scene), reason="Not now")
    assert not Notice.objects.filter(kind__in=["changed", "decided"]).exists()
    Notice.objects.all().delete()
    enter(scene.cast.monitor, obligation_of(scene))
    assert not Notice.objects.exists()


def obligation_of(scene: Scene) -> Commitment:
    """A promise."""
    return Commitment(agreement=scene.mine.agreement, description="A road", due_on=date(2025, 9, 1))


def test_of_two_reviewers_who_are_one_person_for_review_nobody_is_asked_to_publish_what_they_approved(
    scene: Scene,
) -> None:
    scene.approved()
    assert told(scene, "to_publish", "approve") == {"second_reviewer"}


@pytest.mark.promise("mails")
def test_whoever_may_see_the_mine_no_longer_gets_no_mail_and_sees_nothing_though_the_role_stays(scene: Scene) -> None:
    everybody_chooses(When.DAILY)
    follow(scene.mine.project, scene.cast.other_ngo)
    scene.publication()
    assert "stranger" in told(scene, "published", "publish")
    assert unread_count(now(scene.cast.stranger)) == 1
    [notice] = notices_of(now(scene.cast.stranger))
    ProjectAssignment.objects.filter(organisation=scene.cast.other_ngo).delete()
    assert unread_count(now(scene.cast.stranger)) == 0
    client = Client()
    client.force_login(scene.cast.stranger)
    assert client.get(f"/en/work/notices/{notice.pk}/").status_code == 404
    mail.outbox.clear()
    look()
    work()
    assert scene.cast.stranger.email not in {address for one in mail.outbox for address in one.to}
    assert scene.cast.monitor.email in {address for one in mail.outbox for address in one.to}
    follow(scene.mine.project, scene.cast.other_ngo)
    mail.outbox.clear()
    look()
    work()
    assert mail.outbox == []


def test_nothing_is_told_when_the_transaction_rolls_back(scene: Scene) -> None:
    with transaction.atomic():
        amend(scene)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


@pytest.mark.promise("told-once")
def test_the_same_thing_is_told_once_however_often_it_is_said(scene: Scene) -> None:
    for _time in range(2):
        notify("changed", [scene.cast.monitor.pk, None], record=scene.report, cause="twice", step="amended")
    assert Notice.objects.filter(cause="twice").count() == 1


def test_a_mine_is_named_in_a_mail_unless_a_source_is_confidential(scene: Scene) -> None:
    everybody_chooses(When.AT_ONCE)
    amend(scene)
    mail.outbox.clear()
    work()
    assert [scene.mine.project.name in one.body for one in mail.outbox] == [True]
    Source.objects.filter(pk=scene.report.source_id).update(audience=Source.Audience.CONFIDENTIAL)
    amend(scene)
    mail.outbox.clear()
    work()
    [letter] = mail.outbox
    for hidden in (scene.mine.project.name, scene.mine.project.slug):
        assert hidden not in letter.body + str(letter.subject)


@pytest.mark.parametrize("of_the_mine", [False, True])
@pytest.mark.promise("mails")
def test_a_mine_is_named_no_more_once_its_source_or_that_of_the_record_became_confidential(
    scene: Scene, of_the_mine: bool
) -> None:
    everybody_chooses(When.AT_ONCE)
    other = open_mine(scene.cast.monitor, scene.cast.company, "Yana Sami")
    amend(scene)
    notify(
        "changed",
        [scene.cast.monitor.pk],
        record=other.records["disclosures"],
        cause="other",
        step="amended",
        mine="Yana Sami",
    )
    name = scene.mine.project.name
    assert set(Notice.objects.values_list("mine", flat=True)) == {name, "Yana Sami"}
    record: Any = Project.objects.get(pk=scene.mine.project.pk) if of_the_mine else scene.report
    source = record.source
    source.audience = Source.Audience.CONFIDENTIAL
    amend_record(actor=scene.cast.colleague, record=record, source=source, revision=source.revision, reason="Mistake")
    assert set(Notice.objects.values_list("mine", flat=True)) == {"", "Yana Sami"}
    client = Client()
    client.force_login(scene.cast.monitor)
    shown = client.get("/en/work/notices/").content.decode()
    assert name not in shown
    mail.outbox.clear()
    work()
    bodies = [one.body for one in mail.outbox if one.to == [scene.cast.monitor.email]]
    assert [("Yana Sami" in str(body), name in str(body)) for body in bodies] == [(True, False)]


def test_the_mine_of_a_confidential_project_is_named_in_no_mail_of_what_falls_due(scene: Scene) -> None:
    Source.objects.filter(pk=scene.mine.project.source_id).update(audience=Source.Audience.CONFIDENTIAL)
    obligation(scene.cast.monitor, scene.mine.project, scene.mine.community, timezone.localdate())
    look()
    assert set(Notice.objects.filter(kind="due_soon").values_list("mine", flat=True)) == {""}


def test_a_role_that_is_asked_for_and_given_is_told_to_the_two_people(scene: Scene) -> None:
    cast = scene.cast
    request = ask_for_role(actor=cast.administrator, user=cast.nobody, organisation=cast.ngo, role="monitor")
    assert told(scene, "second_person", "") == {"second_administrator"}
    confirm_role(actor=cast.second_administrator, asked=request)
    assert told(scene, "decided", "confirmed") == {"administrator"}


def test_what_somebody_decided_waits_for_nobody_any_more(scene: Scene) -> None:
    cast = scene.cast
    asked_for = asked_for_takedown(scene)
    ask_for_role(actor=cast.administrator, user=cast.nobody, organisation=cast.ngo, role="monitor")
    waiting = Notice.objects.filter(kind="second_person", person=cast.second_administrator).unread()
    assert waiting.count() == 2
    refuse(actor=cast.second_administrator, proposal=asked_for, reason="It stays")
    assert [notice.content_type.model for notice in waiting if notice.content_type] == ["rolerequest"]


def test_a_later_answer_of_another_reviewer_is_told_to_whoever_gave_the_first(scene: Scene) -> None:
    answered(scene.cast.reviewer, scene.mine.project, c1_1="80")
    answered(scene.cast.second_reviewer, scene.mine.project, c1_1="60")
    assert told(scene, "changed", "corrected") == {"reviewer"}


def test_many_things_of_one_transaction_promise_their_mails_in_one_order(scene: Scene) -> None:
    """And whoever asked for something is told that it was confirmed after those of whom it speaks."""
    everybody_chooses(When.AT_ONCE)
    answered(scene.cast.reviewer, scene.mine.project, c1_1="80", c1_2="80")
    with CaptureQueriesContext(connection) as queries:
        answered(scene.cast.second_reviewer, scene.mine.project, c1_1="60", c1_2="60")
    assert Notice.objects.filter(kind="changed", step="corrected").count() == 2
    assert len([one for one in queries if "INSERT INTO accounts_job" in one["sql"]]) == 1
    Notice.objects.all().delete()
    correct_payment(scene)
    assert list(Notice.objects.order_by("pk").values_list("kind", flat=True).distinct())[-2:] == ["changed", "decided"]


def test_work_that_fails_for_long_is_told_once_a_day_and_whoever_asked_later_is_told_too(scene: Scene) -> None:
    everybody_chooses(When.AT_ONCE)
    fail(scene)
    work()
    promise_notices_of_failures()
    assert not Job.objects.filter(kind="notices.mail", state=Job.State.WAITING).exists()
    Job.objects.filter(kind="evaluate").update(owner=scene.cast.colleague)
    promise_notices_of_failures()
    assert told(scene, "own_work_fails", "") == MONITORS
    [waiting] = Job.objects.filter(kind="notices.mail", state=Job.State.WAITING)
    assert waiting.subject == f"at_once/{scene.cast.colleague.pk}"


# What falls due


def days_told(kind: str) -> set[date | None]:
    """The days that somebody was told of."""
    return set(Notice.objects.filter(kind=kind).values_list("day", flat=True))


def test_what_is_due_is_told_within_fourteen_days_and_what_is_late_within_fourteen_days_of_it(scene: Scene) -> None:
    today = timezone.localdate()
    for days in (-15, -14, -1, 0, 14, 15):
        obligation(scene.cast.monitor, scene.mine.project, scene.mine.community, today + timedelta(days=days))
    look()
    assert days_told("due_soon") == {today, today + timedelta(days=14)}
    assert days_told("late") == {today - timedelta(days=14), today - timedelta(days=1)}


def test_it_is_told_once_for_each_stage_and_again_when_its_day_is_moved(scene: Scene) -> None:
    today = timezone.localdate()
    owed = obligation(scene.cast.monitor, scene.mine.project, scene.mine.community, today + timedelta(days=3))
    for day in (today, today + timedelta(days=1), today + timedelta(days=4), today + timedelta(days=5)):
        look_at_days(day)
    mine_of = Notice.objects.filter(person=scene.cast.monitor).order_by("pk")
    assert list(mine_of.values_list("kind", flat=True)) == ["due_soon", "late"]
    type(owed).objects.filter(pk=owed.pk).update(due_on=today + timedelta(days=10))
    look_at_days(today + timedelta(days=5))
    assert list(mine_of.values_list("kind", flat=True)) == ["due_soon", "late", "due_soon"]


def test_what_was_told_is_not_offered_again_and_what_came_into_sight_on_missed_days_is_told(scene: Scene) -> None:
    today = timezone.localdate()
    for days in (3, 16):
        obligation(scene.cast.monitor, scene.mine.project, scene.mine.community, today + timedelta(days=days))
    for day, new in ((0, {3}), (1, set()), (9, {3, 16}), (10, set())):
        before = set(Notice.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            look_at_days(today + timedelta(days=day))
        days_of = set(Notice.objects.exclude(pk__in=before).values_list("day", flat=True))
        assert days_of == {today + timedelta(days=number) for number in new}
        assert any('INSERT INTO "accounts_notice"' in one["sql"] for one in queries) is bool(new)


def test_many_things_are_told_in_parts_and_mailed_at_once_by_one_promise(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody_chooses(When.AT_ONCE)
    monkeypatch.setattr("projects.notice_kinds.ROWS_AT_ONCE", 2)
    for days in range(5):
        day = timezone.localdate() + timedelta(days=days)
        obligation(scene.cast.monitor, scene.mine.project, scene.mine.community, day)
    with CaptureQueriesContext(connection) as queries:
        look_at_days(timezone.localdate())
    assert Notice.objects.filter(person=scene.cast.monitor, kind="due_soon").count() == 5
    assert len([one for one in queries if "INSERT INTO accounts_job" in one["sql"]]) == 1


def test_what_is_paid_or_fulfilled_is_neither_due_nor_late(scene: Scene) -> None:
    cast, project, today = scene.cast, scene.mine.project, timezone.localdate()
    half, whole, received = (obligation(cast.monitor, project, scene.mine.community, today) for _one in range(3))
    payment(cast.monitor, half, paid="500", received=None)
    payment(cast.monitor, whole, paid="1000", received=None)
    payment(cast.monitor, received, paid=None, received="1000")
    done, open_one = (
        enter(
            cast.monitor,
            AssessmentCondition(assessment=scene.mine.records["assessments"], description=name, due_on=today, **more),
        )
        for name, more in (("Done", {"fulfilled_on": today}), ("Open", {}))
    )
    said, silent = (
        enter(cast.monitor, Commitment(agreement=scene.mine.agreement, description=name, due_on=today, **more))
        for name, more in (("Said", {"company_says_fulfilled_on": today}), ("Silent", {}))
    )
    look()
    keys = Notice.objects.filter(kind="due_soon", person=cast.monitor).values_list("content_type__model", "object_id")
    assert set(keys) == {
        ("obligation", half.pk),
        ("assessmentcondition", open_one.pk),
        ("commitment", silent.pk),
    }
    assert {done.pk, said.pk, whole.pk, received.pk}


def test_people_of_other_mines_are_not_told_what_falls_due(scene: Scene) -> None:
    obligation(scene.cast.monitor, scene.mine.project, scene.mine.community, timezone.localdate())
    look()
    assert told(scene, "due_soon", "") == OPERATORS | MONITORS


def test_an_exoneration_that_ends_is_told(scene: Scene) -> None:
    day = timezone.localdate() + timedelta(days=2)
    returned = scene.mine.records["employment"]
    type(returned).objects.filter(pk=returned.pk).update(foreign_exonerated=True, exonerated_until=day)
    look()
    assert days_told("runs_out") == {day}


def test_the_queries_of_the_daily_look_do_not_grow_with_the_mines(scene: Scene) -> None:
    def looked(*days: int) -> int:
        for number in days:
            other = mine(scene.cast.monitor, f"Mine {number}", operator=scene.cast.company)
            obligation(scene.cast.monitor, other, scene.mine.community, timezone.localdate())
        with CaptureQueriesContext(connection) as queries:
            look_at_days(timezone.localdate())
        return len(queries)

    assert looked(1) == looked(*range(2, 12))
    assert Notice.objects.filter(person=scene.cast.monitor, kind="due_soon").count() == 11


def test_a_question_after_an_approval_is_told_to_whoever_approved_and_to_the_company(scene: Scene) -> None:
    scene.approved()
    Notice.objects.all().delete()
    asked(scene)
    assert told(scene, "asked", "query") == OPERATORS
    assert not Publication.objects.exists()
