"""A role is given by two people, and two people are two people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Job, Membership, Organisation, RoleRequest, User
from accounts.services import jobs
from accounts.services.appointments import ask_for_role, confirm_role, refuse_role
from accounts.services.people import end_role, set_active
from tests.cast import Cast, appoint, gather_cast, given_role, person

pytestmark = pytest.mark.django_db
REQUESTS = "/en/work/people/role-requests/"
EIGHT_DAYS = timedelta(days=8)


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def asked(cast: Cast) -> RoleRequest:
    """The administrator asks that nobody become a monitor."""
    return ask_for_role(actor=cast.administrator, user=cast.nobody, organisation=cast.ngo, role="monitor")


def browser(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def now(user: User) -> User:
    """The person with the roles of this moment."""
    return User.objects.get(pk=user.pk)


def leave_one_administrator(cast: Cast) -> None:
    """Shut the second administrator's account."""
    set_active(actor=cast.administrator, user=cast.second_administrator, active=False, reason="Left")


def insert(**columns: Any) -> None:
    """Write a role past every service."""
    with transaction.atomic():
        Membership.objects.create(**columns)


def test_a_role_that_is_asked_for_counts_for_nothing_until_a_second_person_confirms_it(
    cast: Cast, asked: RoleRequest
) -> None:
    assert now(cast.nobody).roles == frozenset()
    assert not Membership.objects.filter(user=cast.nobody).exists()
    membership = confirm_role(actor=cast.second_administrator, asked=asked)
    assert now(cast.nobody).roles == {"monitor"}
    assert (membership.granted_by, membership.confirmed_by) == (cast.administrator, cast.second_administrator)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("confirmed", cast.second_administrator)


def test_whoever_asked_does_not_confirm_and_the_request_still_waits(cast: Cast, asked: RoleRequest) -> None:
    page = browser(cast.administrator).post(f"{REQUESTS}{asked.pk}/confirm/")
    assert "You asked for this role yourself. Another person confirms it." in page.content.decode()
    asked.refresh_from_db()
    assert asked.state == "open"
    assert now(cast.nobody).roles == frozenset()


def test_no_role_is_given_at_an_organisation_that_was_merged_meanwhile(cast: Cast, asked: RoleRequest) -> None:
    Organisation.objects.filter(pk=cast.ngo.pk).update(merged_into=cast.company)
    with pytest.raises(ValidationError, match="was merged into") as refused:
        confirm_role(actor=cast.second_administrator, asked=asked)
    assert refused.value.code == "merged"
    with pytest.raises(ValidationError, match="was merged into"):
        ask_for_role(actor=cast.administrator, user=cast.nobody, organisation=cast.ngo, role="monitor")
    assert not Membership.objects.filter(user=cast.nobody).exists()


def test_nobody_confirms_a_role_of_their_own(cast: Cast) -> None:
    asked = ask_for_role(
        actor=cast.administrator, user=cast.second_administrator, organisation=cast.regulator, role="reviewer"
    )
    with pytest.raises(ValidationError) as refused:
        confirm_role(actor=cast.second_administrator, asked=asked)
    assert refused.value.code == "for_oneself"
    assert now(cast.second_administrator).roles == {"administrator"}


@pytest.mark.parametrize("newcomer_asks", [True, False])
def test_whoever_was_appointed_lately_and_whoever_appointed_them_are_not_two_people(
    cast: Cast, newcomer_asks: bool
) -> None:
    """Whichever of the two asks; by asking for the appointment as well as by confirming it."""
    platform = cast.administrator.active_memberships[0].organisation
    newcomer = person("newcomer")
    given_role(cast, newcomer, platform, "administrator")
    newcomer = now(newcomer)
    for giver in (cast.administrator, cast.second_administrator):
        asker, second = (newcomer, giver) if newcomer_asks else (giver, newcomer)
        asked = ask_for_role(actor=asker, user=cast.nobody, organisation=cast.ngo, role="monitor")
        page = browser(second).post(f"{REQUESTS}{asked.pk}/confirm/").content.decode()
        assert f"Newcomer was made Administrator by {giver} less than seven days ago." in page
        assert "still waits" in page
        asked.refresh_from_db()
        assert asked.state == "open"
        refuse_role(actor=asker, asked=asked, reason="Not yet")
    assert now(cast.nobody).roles == frozenset()


def test_after_seven_days_they_are_two_people(cast: Cast) -> None:
    newcomer = person("newcomer")
    platform = cast.administrator.active_memberships[0].organisation
    appoint(newcomer, platform, "administrator", given_at=timezone.now() - EIGHT_DAYS)
    asked = ask_for_role(actor=now(newcomer), user=cast.nobody, organisation=cast.ngo, role="monitor")
    confirm_role(actor=cast.administrator, asked=asked)
    assert now(cast.nobody).roles == {"monitor"}


@pytest.mark.parametrize("days", [0, 6])
@pytest.mark.promise("two-people")
def test_postgresql_refuses_two_who_appointed_each_other_lately(cast: Cast, days: int) -> None:
    newcomer = person("newcomer")
    platform = cast.administrator.active_memberships[0].organisation
    appoint(newcomer, platform, "administrator", given_at=timezone.now() - timedelta(days=days))
    role = {"user": cast.nobody, "organisation": cast.ngo, "role": "monitor"}
    for first, second in ((newcomer, cast.administrator), (cast.second_administrator, newcomer)):
        with pytest.raises(IntegrityError, match="confirmed by a second"):
            insert(**role, granted_by=first, confirmed_by=second)
    insert(**role, granted_by=cast.administrator, confirmed_by=cast.second_administrator)


@pytest.mark.parametrize("role", ["monitor", "reviewer", "administrator", "auditor", "operator"])
@pytest.mark.promise("two-people")
def test_postgresql_refuses_a_role_that_fewer_than_two_people_gave(cast: Cast, role: str) -> None:
    held = {"user": cast.nobody, "organisation": cast.ngo, "role": role}
    one, other = cast.administrator, cast.second_administrator
    for givers in ((None, None), (one, None), (None, one), (one, one), (cast.nobody, one), (one, cast.nobody)):
        with pytest.raises(IntegrityError, match="confirmed by a second"):
            insert(**held, granted_by=givers[0], confirmed_by=givers[1])
    insert(**held, granted_by=one, confirmed_by=other)


def test_a_role_that_was_given_becomes_no_other_and_does_not_come_back(cast: Cast) -> None:
    held = Membership.objects.filter(user=cast.monitor)
    today = timezone.localdate()
    changes: list[dict[str, Any]] = [
        {"role": "reviewer"},
        {"user": cast.nobody},
        {"organisation": cast.regulator},
        {"confirmed_by": cast.auditor},
        {"given_at": timezone.now() - EIGHT_DAYS},
    ]
    for change in changes:
        with pytest.raises(IntegrityError, match="only ends"), transaction.atomic():
            held.update(**change)
    held.update(ends_on=today)
    for later in (None, today + timedelta(days=1)):
        with pytest.raises(IntegrityError, match="only ends"), transaction.atomic():
            held.update(ends_on=later)
    held.update(ends_on=today - timedelta(days=1))


def test_postgresql_refuses_a_request_that_its_asker_confirmed(cast: Cast, asked: RoleRequest) -> None:
    for confirmer in (cast.administrator, cast.nobody):
        with pytest.raises(IntegrityError, match="a_second_person_confirms_a_role"), transaction.atomic():
            RoleRequest.objects.update(state="confirmed", decided_by=confirmer, decided_at=timezone.now())
    with pytest.raises(IntegrityError, match="a_refused_role_says_why"), transaction.atomic():
        RoleRequest.objects.update(state="refused", decided_by=cast.auditor, decided_at=timezone.now())


def test_where_there_is_one_administrator_a_reviewer_is_the_second_person(cast: Cast, asked: RoleRequest) -> None:
    reviewer = browser(cast.reviewer)
    assert str(asked) not in reviewer.get(REQUESTS).content.decode()
    assert reviewer.post(f"{REQUESTS}{asked.pk}/confirm/").status_code == 404
    with pytest.raises(PermissionDenied):
        confirm_role(actor=cast.reviewer, asked=asked)
    leave_one_administrator(cast)
    appointed = Membership.objects.get(user=cast.reviewer)
    page = reviewer.post(f"{REQUESTS}{asked.pk}/confirm/").content.decode()
    assert "Reviewer was made Reviewer (regulator) by Administrator less than seven days ago." in page
    end_role(actor=cast.administrator, membership=appointed)
    longer = person("longer")
    appoint(longer, cast.regulator, "reviewer", given_at=timezone.now() - EIGHT_DAYS)
    assert str(asked) in browser(longer).get(REQUESTS).content.decode()
    assert browser(longer).post(f"{REQUESTS}{asked.pk}/confirm/").status_code == 302
    assert now(cast.nobody).roles == {"monitor"}


@pytest.mark.parametrize("name", ["monitor", "auditor", "operator", "nobody"])
def test_nobody_else_decides(cast: Cast, asked: RoleRequest, name: str) -> None:
    leave_one_administrator(cast)
    assert browser(cast[name]).get(REQUESTS).status_code == 403
    for verb in ("confirm", "refuse"):
        assert browser(cast[name]).post(f"{REQUESTS}{asked.pk}/{verb}/", {"reason": "No"}).status_code == 403
    with pytest.raises(PermissionDenied):
        confirm_role(actor=cast[name], asked=asked)
    with pytest.raises(PermissionDenied):
        refuse_role(actor=cast[name], asked=asked, reason="No")


def test_a_role_is_refused_with_a_reason_and_can_be_asked_for_anew(cast: Cast, asked: RoleRequest) -> None:
    second = browser(cast.second_administrator)
    page = second.post(f"{REQUESTS}{asked.pk}/refuse/", {"reason": "  "})
    assert page.context["form"].has_error("reason")
    with pytest.raises(ValidationError):
        refuse_role(actor=cast.second_administrator, asked=asked, reason=" ")
    assert second.post(f"{REQUESTS}{asked.pk}/refuse/", {"reason": "Nobody knows them"}).status_code == 302
    assert now(cast.nobody).roles == frozenset()
    again = second.post(f"{REQUESTS}{asked.pk}/confirm/").content.decode()
    assert "Second Administrator has decided it already: Refused." in again
    assert "Nobody knows them" in again
    assert given_role(cast, cast.nobody, cast.ngo, "monitor").role == "monitor"


def test_a_role_is_asked_for_once_at_a_time(cast: Cast, asked: RoleRequest) -> None:
    page = browser(cast.administrator).post(
        f"/en/work/people/{cast.nobody.pk}/", {"organisation": cast.ngo.pk, "role": "monitor"}
    )
    assert "waits for a second person" in str(page.context["form"].errors)
    assert RoleRequest.objects.count() == 1


def test_what_somebody_asked_who_administers_no_longer_is_not_confirmed(cast: Cast) -> None:
    third = person("third")
    platform = cast.administrator.active_memberships[0].organisation
    held = appoint(third, platform, "administrator", given_at=timezone.now() - EIGHT_DAYS)
    asked = ask_for_role(actor=now(third), user=cast.nobody, organisation=cast.ngo, role="monitor")
    end_role(actor=cast.administrator, membership=held)
    with pytest.raises(ValidationError) as refused:
        confirm_role(actor=cast.second_administrator, asked=asked)
    assert refused.value.code == "asked_by_nobody"


def test_the_command_gives_no_role_but_an_administrators(cast: Cast) -> None:
    Membership.objects.filter(user=cast.second_administrator).delete()
    Organisation.objects.create(name="Sami y Compañía", kind="company")
    with pytest.raises(CommandError, match="nobody is Administrator"):
        call_command("add_administrator", "third@example.org", "Third", "Sami y Compañía")
    assert not User.objects.filter(email="third@example.org").exists()
    call_command("add_administrator", "third@example.org", "Third", "Elsewhere")
    assert User.objects.get(email="third@example.org").roles == {"administrator"}


# Letters


def deliver() -> list[mail.EmailMessage]:
    """Do the letters that wait, as a worker would; what was sent."""
    for job in Job.objects.filter(state=Job.State.WAITING, kind__startswith="letter."):
        jobs.run(str(job.pk))
    sent, mail.outbox[:] = list(mail.outbox), []
    return sent


def test_whoever_may_be_the_second_person_is_written_to_and_nobody_else(cast: Cast, asked: RoleRequest) -> None:
    (letter,) = deliver()
    assert letter.to == ["second_administrator@example.org"]
    assert "Administrator asks to give a role" in letter.body
    assert str(asked) in letter.body


def test_a_role_given_is_told_to_every_administrator_and_reviewer_and_to_whoever_has_it(
    cast: Cast, asked: RoleRequest
) -> None:
    assert "nobody@example.org" not in {address for letter in deliver() for address in letter.to}
    membership = confirm_role(actor=cast.second_administrator, asked=asked)
    letters = {letter.to[0]: letter for letter in deliver()}
    watching = {"administrator", "second_administrator", "reviewer", "second_reviewer"}
    assert set(letters) == {f"{name}@example.org" for name in (*watching, "nobody")}
    for name in watching:
        assert str(membership) in letters[f"{name}@example.org"].body
        assert "Given by Administrator, confirmed by Second Administrator." in letters[f"{name}@example.org"].body
    assert "Forgot your password?" in letters["nobody@example.org"].body


def test_a_refused_role_is_written_about_to_nobody(cast: Cast, asked: RoleRequest) -> None:
    refuse_role(actor=cast.second_administrator, asked=asked, reason="No")
    assert deliver() == []


def test_letters_are_in_the_language_of_whoever_reads_them(cast: Cast, asked: RoleRequest) -> None:
    User.objects.filter(pk=cast.second_administrator.pk).update(language="es")
    with translation.override("en"):
        (letter,) = deliver()
    assert letter.subject == "Minka: un rol espera a una segunda persona"


def test_the_database_says_when_a_role_was_given(cast: Cast, asked: RoleRequest) -> None:
    membership = confirm_role(actor=cast.second_administrator, asked=asked)
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() - given_at FROM accounts_membership WHERE id = %s", [membership.pk])
        (ago,) = cursor.fetchone()
    assert ago < timedelta(minutes=5)
