"""Invitations: sent by a job, open for two weeks, sent again, corrected and withdrawn; and what their links say."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.db.models import F
from django.test import Client

from accounts.models import AuditEntry, Invitation, Job, User
from accounts.services import jobs
from accounts.services.invitations import invite_again, invite_person, without_password
from accounts.services.people import set_active
from tests.cast import Cast, gather_cast

pytestmark = pytest.mark.django_db
CHOSEN = "another long enough secret"
LIST = "/en/work/people/invitations/"


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def administrator(client: Client, cast: Cast) -> Client:
    """The administrator's browser."""
    client.force_login(cast.administrator)
    return client


@pytest.fixture
def rosa(cast: Cast) -> User:
    """Somebody who was invited."""
    return invite_person(actor=cast.administrator, email="rosa@example.org", full_name="Rosa Quispe", language="en")


def letters() -> list[Any]:
    """Send the letters about getting in that wait."""
    mail.outbox.clear()
    for job in Job.objects.filter(kind__in=["letter.invitation", "letter.new_link"], state=Job.State.WAITING):
        jobs.run(str(job.pk))
    return list(mail.outbox)


def link_in(letter: Any) -> str:
    """The path of the link in a letter."""
    found = re.search(r"https://minka\.example(/en/account/invitation/\S+)", str(letter.body))
    assert found
    return found[1]


def choose(link: str) -> Any:
    """Choose a password by a link."""
    return Client().post(link, {"password1": CHOSEN, "password2": CHOSEN})


def run_out(user: User) -> None:
    """Let two weeks pass."""
    Invitation.objects.filter(user=user).update(runs_out_at=F("runs_out_at") - timedelta(days=15))


def test_whoever_is_added_is_written_to_and_chooses_a_password_by_the_link(administrator: Client) -> None:
    added = administrator.post(
        "/en/work/people/add/",
        {"full_name": "Rosa Quispe", "email": "Rosa@example.org", "language": "en"},
        headers={"host": "elsewhere.example"},
        follow=True,
    )
    assert re.search(r"invited at rosa@example.org until \d+ \w+ \d{4}", added.content.decode())
    assert mail.outbox == []
    (letter,) = letters()
    assert letter.to == ["rosa@example.org"]
    assert "until" in letter.body
    link = link_in(letter)
    page = Client().get(link)
    assert page.status_code == 200
    assert b"rosa" not in page.content.lower()
    assert choose(link)["Location"] == "/en/account/login/"
    rosa = User.objects.get(email="rosa@example.org")
    assert rosa.check_password(CHOSEN)
    assert AuditEntry.objects.about(rosa)[0].verb == "invitation_accepted"
    browser = Client()
    browser.post("/en/account/login/", {"login": "rosa@example.org", "password": CHOSEN})
    assert browser.get("/en/work/own/").status_code == 200


def test_a_password_that_is_too_weak_is_refused_and_the_link_still_works(rosa: User) -> None:
    link = link_in(letters()[0])
    answer = Client().post(link, {"password1": "12345678", "password2": "12345678"})
    assert answer.context["form"].has_error("password1")
    answer = Client().post(link, {"password1": CHOSEN, "password2": "not the same"})
    assert answer.context["form"].has_error("password2")
    assert not User.objects.get(pk=rosa.pk).has_usable_password()
    assert choose(link).status_code == 302


def refused(link: str, words: str) -> None:
    """A link that gives nobody a password, and says what to do."""
    for answer in (Client().get(link), choose(link)):
        assert answer.status_code in {404, 410}
        assert words in answer.content.decode()
        assert "password1" not in answer.content.decode()


@pytest.mark.promise("links")
def test_a_link_that_was_used_leads_to_the_sign_in(rosa: User) -> None:
    link = link_in(letters()[0])
    choose(link)
    refused(link, "a password has been chosen. Sign in with it")


def test_a_link_that_ran_out_says_since_when_and_whom_to_ask(rosa: User) -> None:
    link = link_in(letters()[0])
    run_out(rosa)
    refused(link, "Ask the administrator who invited you to send it again")
    assert not User.objects.get(pk=rosa.pk).has_usable_password()


def test_a_forged_link_and_one_that_is_not_whole_lead_nowhere(rosa: User) -> None:
    link = link_in(letters()[0])
    for wrong in (f"{link[:-2]}/", link.replace("invitation/", "invitation/x"), "/en/account/invitation/x/"):
        refused(wrong, "The link is not whole")


def test_an_invitation_is_sent_again_to_the_corrected_address_and_the_earlier_link_ends(
    administrator: Client, rosa: User
) -> None:
    earlier = link_in(letters()[0])
    run_out(rosa)
    EmailAddress.objects.create(user=rosa, email=rosa.email, primary=True)
    page = f"/en/work/people/{rosa.pk}/invitation/"
    assert "rosa@example.org" in administrator.get(page).content.decode()
    answer = administrator.post(page, {"email": "Rosa.Quispe@example.org"}, follow=True)
    assert "Sent to rosa.quispe@example.org" in answer.content.decode()
    (letter,) = letters()
    assert letter.to == ["rosa.quispe@example.org"]
    refused(earlier, "A newer letter was sent to you")
    assert choose(link_in(letter)).status_code == 302
    entry = AuditEntry.objects.about(rosa).get(verb="invited_again")
    assert entry.changes == {"email": ["rosa@example.org", "rosa.quispe@example.org"]}
    assert not EmailAddress.objects.filter(email="rosa@example.org").exists()


def test_an_address_of_somebody_else_is_refused_at_its_field(administrator: Client, rosa: User) -> None:
    answer = administrator.post(f"/en/work/people/{rosa.pk}/invitation/", {"email": "MONITOR@example.org"})
    assert answer.context["form"].has_error("email", "taken")
    assert "MONITOR@example.org" in answer.content.decode()
    assert User.objects.get(pk=rosa.pk).email == "rosa@example.org"


def test_a_withdrawn_invitation_opens_nothing_and_is_open_again_once_the_account_is(
    administrator: Client, cast: Cast, rosa: User
) -> None:
    link = link_in(letters()[0])
    answer = administrator.post(f"/en/work/people/{rosa.pk}/deactivate/", {"reason": "Invited by mistake."})
    assert answer.status_code == 302
    refused(link, "It was withdrawn")
    assert rosa not in without_password()
    assert administrator.get(f"/en/work/people/{rosa.pk}/invitation/").status_code == 404
    with pytest.raises(ValidationError, match="deactivated"):
        invite_again(actor=cast.administrator, user=rosa, email=rosa.email)
    set_active(actor=cast.administrator, user=User.objects.get(pk=rosa.pk), active=True, reason="It was right.")
    assert choose(link).status_code == 302


def test_the_page_lists_the_open_invitations_and_no_others(administrator: Client, cast: Cast, rosa: User) -> None:
    User.objects.exclude(pk=rosa.pk).exclude(pk=cast.nobody.pk).update(password="chosen")
    administrator.force_login(User.objects.get(pk=cast.administrator.pk))
    page = administrator.get(LIST).content.decode()
    assert "rosa@example.org" in page
    assert "runs out" in page
    assert "never sent" in page, "those who were added before invitations were sent"
    assert cast.monitor.email not in page
    assert "2 people have chosen no password yet" in administrator.get("/en/work/people/").content.decode()
    run_out(rosa)
    assert "ran out" in administrator.get(LIST).content.decode()
    choose(link_in(letters_again(cast, rosa)))
    assert "rosa@example.org" not in administrator.get(LIST).content.decode()


def letters_again(cast: Cast, user: User) -> Any:
    """The letter of an invitation that is sent again."""
    invite_again(actor=cast.administrator, user=user, email=user.email)
    return letters()[0]


def test_an_auditor_reads_the_list_and_sends_nothing(client: Client, cast: Cast, rosa: User) -> None:
    client.force_login(cast.auditor)
    page = client.get(LIST).content.decode()
    assert "rosa@example.org" in page
    assert f"/people/{rosa.pk}/invitation/" not in page
    assert client.post(f"/en/work/people/{rosa.pk}/invitation/", {"email": rosa.email}).status_code == 403


def test_a_forgotten_password_does_not_outlast_an_invitation(rosa: User) -> None:
    letters()
    Client().post("/en/account/password/reset/", {"email": "rosa@example.org"})
    (letter,) = letters()
    assert link_in(letter)
    run_out(rosa)
    Client().post("/en/account/password/reset/", {"email": "rosa@example.org"})
    (letter,) = letters()
    assert "ran out on" in letter.body
    assert "https://" not in letter.body


def test_whoever_has_a_password_is_sent_no_invitation(cast: Cast, rosa: User) -> None:
    rosa.set_password(CHOSEN)
    rosa.save()
    assert letters() == []
    with pytest.raises(ValidationError, match="has chosen a password"):
        invite_again(actor=cast.administrator, user=rosa, email=rosa.email)
