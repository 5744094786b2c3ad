"""Passwords as people choose them, codes that work once, and sessions that are over when they are over."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings as project_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Job, User
from accounts.services import jobs
from tests.cast import PASSWORD, Cast, gather_cast

pytestmark = pytest.mark.django_db
CHANGE = "/en/account/password/change/"
LOGIN = "/en/account/login/"
CODES = "/en/account/2fa/authenticate/"
CODE_AGAIN = "/en/account/2fa/reauthenticate/"
OWN = "/en/work/own/"
CHOSEN = "another long enough secret"


@pytest.fixture
def cast() -> Cast:
    """Everybody, with a password."""
    return gather_cast(PASSWORD)


def signed_in(name: str = "monitor", password: str = PASSWORD) -> Client:
    """A browser in which somebody wrote their password."""
    client = Client()
    client.post(LOGIN, {"login": f"{name}@example.org", "password": password})
    return client


def change(client: Client, chosen: str, present: str = PASSWORD) -> Any:
    """Choose another password."""
    return client.post(CHANGE, {"oldpassword": present, "password1": chosen, "password2": chosen})


def key_of(client: Client) -> str:
    """The key of the session that a browser holds."""
    return str(client.cookies[project_settings.SESSION_COOKIE_NAME].value)


def code_at(secret: str, periods: int) -> str:
    """What the app shows so many half minutes from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods)))


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ("qx7kw2v", "password_too_short"),
        ("password1", "password_too_common"),
        ("iloveyou", "password_too_common"),
        ("basketball", "password_too_common"),
        ("monitor@example", "password_too_similar"),
    ],
)
def test_a_password_that_is_short_or_known_or_ones_own_name_is_refused(cast: Cast, chosen: str, code: str) -> None:
    answer = change(signed_in(), chosen)
    assert [error.code for error in answer.context["form"].errors["password1"].as_data()] == [code]
    assert User.objects.get(pk=cast.monitor.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    "chosen",
    ["qxkwvbnz", "84729163", "QXKWVBNZ", "ñandú 雨 рек 🌧", "x" * 40 + "y" * 40, "two spaces around it ", "!?#%&/()"],
)
def test_a_password_of_any_letters_is_taken_and_counts_just_as_it_was_typed(cast: Cast, chosen: str) -> None:
    assert change(signed_in(), chosen).status_code == 302
    for other in {chosen.swapcase(), chosen[:-1], chosen.strip(), f"{chosen} "} - {chosen}:
        assert signed_in(password=other).get(OWN).status_code == 302
    assert signed_in(password=chosen).get(OWN).status_code == 200


def test_the_present_password_is_asked_for_where_a_new_one_is_chosen(cast: Cast) -> None:
    client = signed_in()
    for present in ("", CHOSEN):
        assert change(client, CHOSEN, present).context["form"].has_error("oldpassword")
    assert User.objects.get(pk=cast.monitor.pk).check_password(PASSWORD)
    assert change(client, CHOSEN).status_code == 302
    assert User.objects.get(pk=cast.monitor.pk).check_password(CHOSEN)


def test_boxes_for_passwords_hide_them_and_let_browsers_fill_them_in(cast: Cast) -> None:
    for client, address, boxes in ((Client(), LOGIN, 1), (signed_in(), CHANGE, 3)):
        page = client.get(address).content.decode()
        found = re.findall(r'<input[^>]*name="\w*password\w*"[^>]*>', page)
        assert len(found) == boxes
        for box in found:
            assert 'type="password"' in box
            assert re.search(r'autocomplete="(current|new)-password"', box)
            assert "onpaste" not in box
            assert "maxlength" not in box


def test_a_new_database_has_no_account() -> None:
    assert not User.objects.exists()


def test_a_new_password_by_letter_does_not_stand_for_the_second_factor(cast: Cast) -> None:
    TOTP.activate(cast.reviewer, generate_totp_secret())
    client = Client()
    client.post("/en/account/password/reset/", {"email": "reviewer@example.org"})
    for job in Job.objects.filter(kind="letter.new_link", state=Job.State.WAITING):
        jobs.run(str(job.pk))
    link = re.search(r"https://minka\.example(/\S+)", str(mail.outbox[-1].body))
    assert link
    form = client.get(link[1], follow=True).redirect_chain[-1][0]
    assert client.post(form, {"password1": CHOSEN, "password2": CHOSEN}).status_code == 302
    assert client.get(OWN).status_code == 302
    answer = client.post(LOGIN, {"login": "reviewer@example.org", "password": CHOSEN})
    assert answer["Location"].endswith(CODES)
    assert client.get(OWN).status_code == 302
    assert Authenticator.objects.filter(user=cast.reviewer).exists()


def test_a_code_of_the_app_works_once_and_for_half_a_minute(cast: Cast) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.reviewer, secret)
    client = signed_in("reviewer")
    assert client.post(CODES, {"code": code_at(secret, -2)}).status_code == 200
    assert client.get(OWN).status_code == 302
    code = code_at(secret, 0)
    if client.post(CODES, {"code": code}).status_code == 200:
        code = code_at(secret, 0)  # the half minute was just over
        client.post(CODES, {"code": code})
    assert client.get(OWN).status_code == 200
    again = signed_in("reviewer")
    assert again.post(CODES, {"code": code}).status_code == 200
    assert again.get(OWN).status_code == 302


def test_a_recovery_code_is_of_eight_digits_and_no_two_are_alike(cast: Cast) -> None:
    codes = [code for user in (cast.reviewer, cast.monitor) for code in RecoveryCodes.activate(user).get_unused_codes()]
    assert len(set(codes)) == 20
    assert all(re.fullmatch(r"\d{8}", code) for code in codes)


def test_a_session_goes_on_under_a_new_key_after_each_proof_of_who_it_is(cast: Cast) -> None:
    client = Client()
    client.get(LOGIN)
    keys = []
    client.post(LOGIN, {"login": "monitor@example.org", "password": PASSWORD})
    keys.append(key_of(client))
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    keys.append(key_of(client))
    assert client.get(OWN).status_code == 200
    change(client, CHOSEN)
    keys.append(key_of(client))
    assert len(set(keys)) == 3
    assert list(Session.objects.filter(session_key__in=keys).values_list("session_key", flat=True)) == [keys[-1]]


def test_a_session_goes_on_under_a_new_key_after_each_right_code_and_under_the_same_after_a_wrong_one(
    cast: Cast,
) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.reviewer, secret)
    spare = RecoveryCodes.activate(cast.reviewer).get_unused_codes()[0]
    client = signed_in("reviewer")
    keys = [key_of(client)]
    for address, code in ((CODES, code_at(secret, 0)), (CODE_AGAIN, spare)):
        assert client.post(address, {"code": "000000"}).status_code == 200
        assert key_of(client) == keys[-1]
        assert client.post(address, {"code": code}).status_code == 302
        keys.append(key_of(client))
        assert client.get(OWN).status_code == 200
    assert len(set(keys)) == 3
    assert list(Session.objects.filter(session_key__in=keys).values_list("session_key", flat=True)) == [keys[-1]]


def test_a_session_that_was_ended_or_ran_out_is_worth_nothing(cast: Cast) -> None:
    client = signed_in()
    key = key_of(client)
    client.post("/en/account/logout/")
    client.cookies[project_settings.SESSION_COOKIE_NAME] = key
    assert client.get(OWN).status_code == 302
    client = signed_in()
    kept = Session.objects.get(session_key=key_of(client))
    assert kept.expire_date - timezone.now() <= timedelta(hours=12)
    Session.objects.filter(pk=kept.pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get(OWN).status_code == 302


def test_signing_out_leaves_no_session_and_nothing_to_say_on_the_next_page(cast: Cast) -> None:
    client = signed_in()
    assert Session.objects.exists()
    answer = client.post("/en/account/logout/")
    assert answer.cookies[project_settings.SESSION_COOKIE_NAME]["max-age"] == 0
    assert not Session.objects.exists()
    page = client.get(LOGIN)
    assert list(page.context["messages"]) == []
    assert b"You are signed out" not in page.content
    assert not Session.objects.exists()


def test_what_a_page_says_after_a_step_is_in_no_cookie(cast: Cast) -> None:
    client = signed_in()
    answer = client.post(OWN, {"full_name": "Ana", "language": "en"})
    assert answer.status_code == 302
    assert set(client.cookies) <= {
        project_settings.SESSION_COOKIE_NAME,
        project_settings.CSRF_COOKIE_NAME,
        f"known-browser-{cast.monitor.pk}",
    }
    assert all(cookie["samesite"] == "Lax" for cookie in client.cookies.values())
    assert all(cookie["httponly"] for cookie in client.cookies.values())
    assert b"Ana" in client.get(OWN).content
