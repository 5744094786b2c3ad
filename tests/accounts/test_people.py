"""People and their roles: invited by administrators, and never promoted by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Membership, Organisation, RoleRequest, User
from accounts.services.appointments import ask_for_role
from accounts.services.invitations import invite_person
from accounts.services.people import end_role, end_sessions, set_active
from projects.models import Project
from tests.cast import Cast, appoint, gather_cast, given_role, mine, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def administrator(client: Client, cast: Cast) -> Client:
    """The administrator's browser."""
    client.force_login(cast.administrator)
    return client


def test_an_invited_person_has_no_password_and_no_role(administrator: Client) -> None:
    answer = administrator.post(
        "/en/work/people/add/", {"full_name": "Rosa Quispe", "email": "Rosa@Example.org", "language": "es"}
    )
    rosa = User.objects.get(email="rosa@example.org")
    assert answer["Location"] == f"/en/work/people/{rosa.pk}/"
    assert not rosa.has_usable_password()
    assert rosa.roles == frozenset()
    assert AuditEntry.objects.about(rosa).get().verb == "invited"


def test_an_address_is_invited_once_whatever_its_capitals(administrator: Client) -> None:
    answer = administrator.post(
        "/en/work/people/add/", {"full_name": "Copy", "email": "MONITOR@example.org", "language": "es"}
    )
    assert answer.context["form"].has_error("email", "taken")
    assert b"Copy" in answer.content


def test_a_role_is_given_by_two_and_ended_on_the_page(administrator: Client, cast: Cast) -> None:
    page = f"/en/work/people/{cast.nobody.pk}/"
    administrator.post(page, {"organisation": cast.ngo.pk, "role": "monitor"})
    assert not User.objects.get(pk=cast.nobody.pk).may("record.view")
    second = Client()
    second.force_login(cast.second_administrator)
    asked = RoleRequest.objects.get(user=cast.nobody)
    assert second.post(f"/en/work/people/role-requests/{asked.pk}/confirm/").status_code == 302
    membership = Membership.objects.get(user=cast.nobody)
    assert (membership.granted_by, membership.confirmed_by) == (cast.administrator, cast.second_administrator)
    assert User.objects.get(pk=cast.nobody.pk).may("record.enter")
    again = administrator.post(page, {"organisation": cast.ngo.pk, "role": "monitor"})
    assert again.context["form"].errors
    assert administrator.post(f"/en/work/people/roles/{membership.pk}/end/").status_code == 302
    assert not User.objects.get(pk=cast.nobody.pk).may("record.enter")
    assert [entry.verb for entry in AuditEntry.objects.about(membership)] == ["role_ended", "role_given"]


def test_nobody_gives_themselves_a_role(administrator: Client, cast: Cast) -> None:
    """Neither on the page, nor by the service, nor past it."""
    answer = administrator.post(
        f"/en/work/people/{cast.administrator.pk}/", {"organisation": cast.regulator.pk, "role": "reviewer"}
    )
    assert answer.context["form"].errors
    with pytest.raises(ValidationError):
        ask_for_role(actor=cast.administrator, user=cast.administrator, organisation=cast.regulator, role="reviewer")
    for first, second in ((cast.administrator, cast.auditor), (cast.auditor, cast.administrator)):
        with pytest.raises(IntegrityError, match="confirmed by a second"), transaction.atomic():
            Membership.objects.create(
                user=cast.administrator,
                organisation=cast.regulator,
                role="reviewer",
                granted_by=first,
                confirmed_by=second,
            )
    assert User.objects.get(pk=cast.administrator.pk).roles == {"administrator"}


def test_nobody_ends_their_own_role(administrator: Client, cast: Cast) -> None:
    own = Membership.objects.get(user=cast.administrator)
    assert administrator.post(f"/en/work/people/roles/{own.pk}/end/").status_code == 403


def test_a_role_counts_only_while_it_lasts(cast: Cast) -> None:
    today = timezone.localdate()
    somebody = person("somebody")
    for starts, ends in ((today + timedelta(1), None), (today - timedelta(9), today), (today, today)):
        appoint(somebody, cast.ngo, "monitor", starts_on=starts, ends_on=ends)
    assert somebody.roles == frozenset()
    assert not somebody.may("record.view")


def test_a_deactivated_person_may_nothing(cast: Cast) -> None:
    cast.administrator.is_active = False
    assert not cast.administrator.may("people.manage")


def test_ones_own_page_changes_name_and_language_and_nothing_else(client: Client, cast: Cast) -> None:
    client.force_login(cast.monitor)
    client.post(
        "/en/work/own/",
        {"full_name": "Ana", "language": "en", "email": "x@example.org", "is_superuser": "1", "is_staff": "1"},
    )
    changed = User.objects.get(pk=cast.monitor.pk)
    assert (changed.full_name, changed.language, changed.email) == ("Ana", "en", "monitor@example.org")
    assert not changed.is_superuser
    assert not changed.is_staff


@pytest.mark.parametrize("address", ["/en/work/people/", "/en/work/audit/"])
@pytest.mark.parametrize("words", ["monitor", "\x00", "%", "á" * 300])
def test_people_and_the_trail_are_searched_by_any_words(
    administrator: Client, cast: Cast, address: str, words: str
) -> None:
    invite_person(actor=cast.administrator, email="monitora@example.org", full_name="Monitora", language="es")
    page = administrator.get(address, {"q": words, "page": "x"})
    assert page.status_code == 200
    assert (b"Monitora" in page.content) == (words in {"monitor", "\x00"})


def test_the_audit_trail_says_who_did_what(administrator: Client, cast: Cast) -> None:
    membership = given_role(cast, cast.nobody, cast.ngo, "auditor")
    end_role(actor=cast.administrator, membership=membership)
    entries = [(entry.verb, str(entry.actor), entry.label) for entry in AuditEntry.objects.all()[:4]]
    assert entries == [
        ("signed_out_everywhere", "Administrator", "Nobody"),
        ("role_ended", "Administrator", str(membership)),
        ("signed_out_everywhere", "Second Administrator", "Nobody"),
        ("role_given", "Second Administrator", str(membership)),
    ]
    page = administrator.get("/en/work/audit/").content.decode()
    assert all(words in page for words in ("Nobody", "Administrator", "gave a role", "ended a role"))


def test_no_password_however_hashed_stands_in_the_audit_trail(cast: Cast) -> None:
    invited = invite_person(actor=cast.administrator, email="rosa@example.org", full_name="Rosa", language="es")
    invited.set_password("a long enough secret")
    invited.save()
    membership = given_role(cast, invited, cast.ngo, "auditor")
    end_role(actor=cast.administrator, membership=membership)
    end_sessions(actor=cast.administrator, user=invited)
    trail = str(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert "Rosa" in trail
    assert invited.password not in trail
    assert "password" not in trail


@pytest.mark.parametrize(
    ("role", "organisation"),
    [
        ("monitor", "company"),
        ("reviewer", "company"),
        ("administrator", "company"),
        ("auditor", "company"),
        ("operator", "ngo"),
        ("operator", "regulator"),
        ("reviewer", "ngo"),
        ("monitor", "regulator"),
    ],
)
def test_a_role_is_given_only_at_organisations_of_its_kind(
    administrator: Client, cast: Cast, role: str, organisation: str
) -> None:
    at: Organisation = getattr(cast, organisation)
    answer = administrator.post(f"/en/work/people/{cast.nobody.pk}/", {"organisation": at.pk, "role": role})
    assert answer.context["form"].has_error("role", "not_held_there")
    with pytest.raises(ValidationError):
        ask_for_role(actor=cast.administrator, user=cast.nobody, organisation=at, role=role)
    assert not RoleRequest.objects.exists()
    assert not cast.nobody.memberships.exists()


def test_a_regulator_has_a_country_and_its_reviewers_see_the_mines_there_alone(cast: Cast) -> None:
    near, far = mine(cast.monitor, "Qori", country="PE"), mine(cast.monitor, "Plata", country="CL")
    assert set(Project.objects.visible_to(cast.reviewer)) == {near}
    assert far not in Project.objects.visible_to(cast.reviewer)
    with pytest.raises(IntegrityError, match="a_regulator_has_a_country"), transaction.atomic():
        Organisation.objects.create(name="Nowhere", kind=Organisation.Kind.REGULATOR)


def test_changing_ones_own_name_is_audited_and_nothing_else_is_in_the_entry(client: Client, cast: Cast) -> None:
    client.force_login(cast.monitor)
    client.post("/en/work/own/", {"full_name": "Ana Huamán", "language": cast.monitor.language})
    entry = AuditEntry.objects.about(cast.monitor).get()
    assert (entry.verb, entry.actor) == ("amended", cast.monitor)
    assert entry.changes == {"full_name": ["Monitor", "Ana Huamán"]}


def test_a_name_that_is_refused_does_not_stand_in_the_header(client: Client, cast: Cast) -> None:
    client.force_login(cast.monitor)
    page = client.post("/en/work/own/", {"full_name": "", "language": "en"})
    assert page.context["form"].errors
    assert str(page.context["user"]) == "Monitor"


def test_a_deactivated_person_is_signed_out_at_once_and_signs_in_again_once_reactivated(
    administrator: Client, cast: Cast
) -> None:
    theirs = Client()
    theirs.force_login(cast.monitor)
    address = f"/en/work/people/{cast.monitor.pk}/"
    assert administrator.post(f"{address}deactivate/", {"reason": "Has left the organisation"}).status_code == 302
    assert "/login/" in theirs.get("/en/work/own/")["Location"]
    assert "Has left the organisation" in administrator.get(address).content.decode()
    assert administrator.post(f"{address}reactivate/", {"reason": "Came back"}).status_code == 302
    assert User.objects.get(pk=cast.monitor.pk).is_active
    assert "/login/" in theirs.get("/en/work/own/")["Location"]
    verbs = [entry.verb for entry in AuditEntry.objects.about(cast.monitor)]
    assert verbs == ["reactivated", "signed_out_everywhere", "deactivated"]


@pytest.mark.parametrize("reason", ["", "   "])
def test_nobody_is_deactivated_without_a_reason(administrator: Client, cast: Cast, reason: str) -> None:
    page = administrator.post(f"/en/work/people/{cast.monitor.pk}/deactivate/", {"reason": reason})
    assert page.context["reason"].errors
    with pytest.raises(ValidationError):
        set_active(actor=cast.administrator, user=cast.monitor, active=False, reason=reason)
    assert User.objects.get(pk=cast.monitor.pk).is_active


def test_nobody_is_deactivated_twice(cast: Cast) -> None:
    set_active(actor=cast.administrator, user=cast.monitor, active=False, reason="Left")
    with pytest.raises(ValidationError):
        set_active(actor=cast.administrator, user=cast.monitor, active=False, reason="Left")


def test_nobody_deactivates_themselves(administrator: Client, cast: Cast) -> None:
    own = f"/en/work/people/{cast.administrator.pk}/deactivate/"
    assert administrator.post(own, {"reason": "Tired"}).status_code == 403
    assert User.objects.get(pk=cast.administrator.pk).is_active


def test_the_command_on_the_server_adds_two_administrators_and_no_third(cast: Cast) -> None:
    with pytest.raises(CommandError, match="two administrators already"):
        call_command("add_administrator", "third@example.org", "Third", "Elsewhere")
    Membership.objects.filter(role="administrator").delete()
    for name in ("first", "first", "second", "second"):
        call_command("add_administrator", f"{name}@example.org", name.title(), "Elsewhere")
        assert User.objects.get(email=f"{name}@example.org").may("people.manage")
    assert Membership.objects.filter(role="administrator").count() == 2
    with pytest.raises(CommandError, match="two administrators already"):
        call_command("add_administrator", "third@example.org", "Third", "Elsewhere")
    assert not User.objects.filter(email="third@example.org").exists()
    given = AuditEntry.objects.filter(verb="role_given", actor=None)
    assert [entry.reason for entry in given] == ["first administrators, by command on the server"] * 2


def test_whoever_has_no_role_begins_with_their_account(client: Client, cast: Cast) -> None:
    client.force_login(cast.nobody)
    assert client.get("/en/work/")["Location"] == "/en/work/own/"


def test_whoever_may_not_do_something_keeps_the_header_of_their_work_and_a_way_back(client: Client, cast: Cast) -> None:
    client.force_login(cast.monitor)
    refused = client.get("/en/work/people/")
    assert refused.status_code == 403
    page = refused.content.decode()
    assert '<a href="/en/work/projects/"' in page
    assert 'href="/en/work/">Back to your work' in page
    assert "Sign out" in page
