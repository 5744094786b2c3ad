"""Getting in, staying in, and being sent out."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Job, User
from accounts.services import jobs
from accounts.services.people import end_role, end_sessions
from tests.access.expectations import SIGNED_IN
from tests.access.walk import ANSWERED, SIGN_IN, addresses, amounts_to
from tests.cast import PASSWORD, Cast, gather_cast, given_role

pytestmark = pytest.mark.django_db
LOGIN = "/en/account/login/"


@pytest.fixture
def cast() -> Cast:
    """Everybody, with a password."""
    return gather_cast(PASSWORD)


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    """Type address and password."""
    return client.post(LOGIN, {"login": email, "password": password})


def letters() -> list[Any]:
    """Send the letters with links that wait."""
    mail.outbox.clear()
    for job in Job.objects.filter(kind="letter.new_link", state=Job.State.WAITING):
        jobs.run(str(job.pk))
    return list(mail.outbox)


def is_in(client: Client) -> bool:
    """Whether the browser is signed in."""
    return amounts_to(client.get("/en/work/own/")) == ANSWERED


@pytest.mark.parametrize("email", ["monitor@example.org", "Monitor@Example.ORG", " MONITOR@example.org "])
def test_the_address_counts_in_any_capitals(client: Client, cast: Cast, email: str) -> None:
    assert sign_in(client, email).status_code == 302
    assert is_in(client)


@pytest.mark.promise("who-has-an-account")
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client, cast: Cast) -> None:
    def words(email: str) -> str:
        page = sign_in(client, email, "not this one").content.decode()
        return re.sub(r'value="[^"]*"', "", page)

    assert words("monitor@example.org") == words("somebody@example.org")
    assert "not correct" in words("reviewer@example.org")
    assert not is_in(client)


def test_somebody_who_was_deactivated_stays_outside(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.monitor.pk).update(is_active=False)
    sign_in(client, "monitor@example.org")
    assert not is_in(client)


def test_an_account_without_a_password_cannot_be_entered_with_none(client: Client, cast: Cast) -> None:
    User.objects.create_user("new@example.org", full_name="New")
    for password in ("", "None", "!"):
        sign_in(client, "new@example.org", password)
        assert not is_in(client)


def test_nobody_signs_up(client: Client) -> None:
    before = User.objects.count()
    answer = client.post(
        "/en/account/signup/", {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.status_code == 200
    assert User.objects.count() == before
    assert not is_in(client)


def test_after_five_failures_not_even_the_right_password_helps_for_a_while(client: Client, cast: Cast) -> None:
    for _time in range(5):
        sign_in(client, "monitor@example.org", "not this one")
    assert sign_in(client, "monitor@example.org").status_code != 302
    assert not is_in(client)
    assert sign_in(Client(), "reviewer@example.org").status_code == 302


def test_made_up_forwarding_does_not_get_round_the_throttle(cast: Cast) -> None:
    """Twenty guesses at twenty accounts from one machine that claims twenty addresses."""
    answers = [
        Client()
        .post(LOGIN, {"login": f"x{n}@example.org", "password": "guess"}, headers={"x-forwarded-for": f"10.0.0.{n}"})
        .content
        for n in range(20)
    ]
    assert any(b"Too many" in answer for answer in answers)


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/en/work/own/", "/en/work/own/"),
        ("https://elsewhere.example/", "/en/work/"),
        ("//elsewhere.example", "/en/work/"),
        ("/\\elsewhere.example", "/en/work/"),
    ],
)
def test_only_a_path_of_ones_own_is_gone_to_after_sign_in(
    client: Client, cast: Cast, wanted: str, reached: str
) -> None:
    sent = {"login": "monitor@example.org", "password": PASSWORD, "next": wanted}
    for address in (LOGIN, f"{LOGIN}?{urlencode({'next': wanted})}"):
        assert Client().post(address, sent)["Location"] == reached
    del sent["next"]
    assert client.post(f"{LOGIN}?{urlencode({'next': wanted})}", sent)["Location"] == reached


@pytest.mark.promise("links")
def test_the_reset_mail_leads_to_a_new_password_once(client: Client, cast: Cast) -> None:
    elsewhere = Client()
    elsewhere.force_login(cast.monitor)
    client.post("/en/account/password/reset/", {"email": "MONITOR@example.org"}, headers={"host": "elsewhere.example"})
    assert mail.outbox == []
    (message,) = letters()
    assert message.to == ["monitor@example.org"]
    assert "elsewhere.example" not in str(message.body)
    link = re.search(r"https://minka\.example(/\S+)", str(message.body))
    assert link
    page = client.get(link[1], follow=True)
    assert page.status_code == 200
    form_url = page.redirect_chain[-1][0]
    chosen = "another long enough secret"
    assert client.post(form_url, {"password1": chosen, "password2": chosen}).status_code == 302
    assert not is_in(elsewhere)
    browser = Client()
    assert sign_in(browser, "monitor@example.org", PASSWORD).status_code != 302
    assert sign_in(browser, "monitor@example.org", chosen).status_code == 302
    again = Client().get(link[1], follow=True)
    assert b"password1" not in again.content


def test_a_reset_for_an_unknown_address_looks_the_same(client: Client, cast: Cast) -> None:
    known = client.post("/en/account/password/reset/", {"email": "monitor@example.org"})
    unknown = Client().post("/en/account/password/reset/", {"email": "somebody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [letter.to for letter in letters()] == [["monitor@example.org"]]


@pytest.mark.promise("who-has-an-account")
def test_a_reset_does_the_same_work_for_an_unknown_address_and_for_somebody_who_was_deactivated(cast: Cast) -> None:
    User.objects.filter(pk=cast.colleague.pk).update(is_active=False)

    def work(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            Client().post("/en/account/password/reset/", {"email": email})
        statements = [re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in queries]
        return [statement for statement in statements if "throttle_cache" not in statement]

    known = work("monitor@example.org")
    assert any("accounts_job" in statement for statement in known)
    assert work("somebody@example.org") == known
    assert work("colleague@example.org") == known
    assert [letter.to for letter in letters()] == [["monitor@example.org"]]


# The second factor


def code_of(secret: str) -> str:
    """What the app on the telephone shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def set_up_second_factor(client: Client) -> str:
    """Type the password once more, scan, and type the first code; returns the secret."""
    asked = client.get("/en/account/2fa/totp/activate/")
    assert "/account/reauthenticate/" in asked["Location"]
    assert client.get(asked["Location"]).status_code == 200
    assert client.post(asked["Location"], {"password": "not this one"}).status_code == 200
    assert client.post(asked["Location"], {"password": PASSWORD}).status_code == 302
    page = client.get("/en/account/2fa/totp/activate/")
    assert page.status_code == 200
    assert b"<svg" in page.content or b"data:image" in page.content
    secret: str = client.session[SECRET_SESSION_KEY]
    answer = client.post("/en/account/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    return secret


@pytest.mark.parametrize("name", ["reviewer", "administrator", "monitor", "auditor"])
def test_whoever_is_of_minkas_side_sets_up_a_second_factor_before_anything_else(
    client: Client, cast: Cast, settings: Any, name: str
) -> None:
    """Every page behind sign-in that has no parts in its address, and the API."""
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, f"{name}@example.org")
    for address in [a for a in addresses() if a.name in SIGNED_IN and not a.parts]:
        answer = client.get(f"/en/{address.path}")
        assert (answer.status_code, answer.get("Location")) == (302, "/en/account/2fa/totp/activate/"), address.name
    for url in ("/en/work/projects/account/", "/en/work/account/", "/en/work/projects/account/stakes/"):
        assert client.get(url).status_code == 302
    for part in ("projects", "scorecards", "disbursements"):
        assert client.get(f"/api/v1/{part}/").status_code == 403
    assert client.get("/en/projects/").status_code == 200


@pytest.mark.parametrize("name", ["operator", "nobody"])
def test_others_are_not_asked_for_a_second_factor(client: Client, cast: Cast, settings: Any, name: str) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, f"{name}@example.org")
    assert client.get("/en/work/own/").status_code == 200


def test_a_second_factor_is_set_up_asked_for_and_replaced_by_a_recovery_code(
    client: Client, cast: Cast, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, "reviewer@example.org")
    secret = set_up_second_factor(client)
    assert client.get("/en/work/scorecards/").status_code == 200
    assert client.get("/en/account/2fa/").status_code == 200
    shown = client.get("/en/account/2fa/recovery-codes/")
    assert shown.status_code == 200
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    assert client.get("/en/account/2fa/recovery-codes/download/").content.decode().count(codes[0]) == 1

    browser = Client()
    answer = sign_in(browser, "reviewer@example.org")
    assert answer["Location"].endswith("/account/2fa/authenticate/")
    assert not is_in(browser)
    assert browser.post(answer["Location"], {"code": "000000"}).status_code == 200
    assert not is_in(browser)
    assert browser.post(answer["Location"], {"code": codes[0]}).status_code == 302
    assert browser.get("/en/work/scorecards/").status_code == 200

    third = Client()
    answer = sign_in(third, "reviewer@example.org")
    assert third.post(answer["Location"], {"code": codes[0]}).status_code == 200
    assert not is_in(third)
    assert secret not in shown.content.decode()


def test_the_second_factor_cannot_be_dropped_without_the_password(client: Client, cast: Cast, settings: Any) -> None:
    """A browser left open is not enough once the sign-in is no longer fresh."""
    sign_in(client, "reviewer@example.org")
    set_up_second_factor(client)
    session = client.session
    for method in session["account_authentication_methods"]:
        method["at"] = time.time() - 3600
    session.save()
    answer = client.post("/en/account/2fa/totp/deactivate/")
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert Authenticator.objects.filter(type="totp").exists()


# Sessions that end


@pytest.mark.promise("sessions")
def test_a_new_password_ends_the_other_sessions(client: Client, cast: Cast) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser, "monitor@example.org")
    chosen = "another long enough secret"
    answer = client.post(
        "/en/account/password/change/", {"oldpassword": PASSWORD, "password1": chosen, "password2": chosen}
    )
    assert answer.status_code == 302
    assert not is_in(elsewhere)


def test_sign_out_everywhere_leaves_only_this_session(client: Client, cast: Cast) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser, "monitor@example.org")
    assert client.post("/en/work/own/sign-out-everywhere/").status_code == 302
    assert is_in(client)
    assert not is_in(elsewhere)


@pytest.mark.promise("sessions")
def test_a_role_given_or_ended_ends_every_session(client: Client, cast: Cast) -> None:
    client.force_login(cast.monitor)
    membership = given_role(cast, cast.monitor, cast.other_ngo, "monitor")
    assert not is_in(client)
    client.force_login(User.objects.get(pk=cast.monitor.pk))
    end_role(actor=cast.administrator, membership=membership)
    assert not is_in(client)


def test_an_administrator_signs_somebody_out(client: Client, cast: Cast) -> None:
    client.force_login(cast.monitor)
    end_sessions(actor=cast.administrator, user=cast.monitor)
    assert amounts_to(client.get("/en/work/projects/")) == SIGN_IN


def test_signing_out_is_a_button_and_no_link(client: Client, cast: Cast) -> None:
    client.force_login(cast.monitor)
    client.get("/en/account/logout/")
    assert is_in(client)
    client.post("/en/account/logout/")
    assert not is_in(client)


def test_state_changes_need_the_token_of_the_form(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.administrator)
    answer = strict.post("/en/work/own/sign-out-everywhere/")
    assert answer.status_code == 403
    assert strict.post("/api/v1/disbursements/", {}, content_type="application/json").status_code == 403
