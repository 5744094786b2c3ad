"""Wrong passwords and codes: how many are let pass, for whom, until when, and who is told."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.db import connection
from django.db.models import F
from django.test import Client

from accounts.models import Attempt, AuditEntry, Job, User
from accounts.services import jobs
from accounts.services.attempts import OF_AN_ACCOUNT, OF_AN_ADDRESS, TooManyAttempts, count_attempt
from accounts.services.people import set_active
from accounts.services.sign_ins import note_sign_in
from accounts.views.people import history_of
from tests.cast import PASSWORD, Cast, gather_cast

pytestmark = pytest.mark.django_db
LOGIN = "/en/account/login/"
CODES = "/en/account/2fa/authenticate/"
STRANGER = "203.0.113.9"
WRONG = "not this one"


@pytest.fixture
def cast() -> Cast:
    """Everybody, with a password."""
    return gather_cast(PASSWORD)


def browser(address: str = "127.0.0.1") -> Client:
    """A browser at an address."""
    return Client(REMOTE_ADDR=address)


def sign_in(client: Client, password: str = PASSWORD, email: str = "monitor@example.org") -> Any:
    """Type address and password."""
    return client.post(LOGIN, {"login": email, "password": password})


def guess(times: int, address: str = STRANGER, email: str = "monitor@example.org") -> list[int]:
    """Guess passwords of an account, each time in a new browser; the answers."""
    return [sign_in(browser(address), WRONG, email).status_code for _time in range(times)]


def letters() -> list[tuple[str, str]]:
    """Send the letters that wait: to whom, and what they say."""
    mail.outbox.clear()
    for job in Job.objects.filter(kind="letter.guesses", state=Job.State.WAITING):
        jobs.run(str(job.pk))
    return [(letter.to[0], str(letter.body)) for letter in mail.outbox]


def with_second_factor(user: User) -> list[str]:
    """Set up a second factor for somebody; their recovery codes."""
    TOTP.activate(user, generate_totp_secret())
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


@pytest.mark.promise("locked-out")
def test_a_stranger_elsewhere_does_not_lock_the_owner_out(cast: Cast) -> None:
    assert guess(6) == [200] * 5 + [429]
    assert sign_in(browser(STRANGER)).status_code == 429, "not even the right password helps where it was guessed"
    assert sign_in(browser("198.51.100.7")).status_code == 302


def test_whoever_is_refused_reads_when_to_try_again_and_keeps_what_they_typed(cast: Cast) -> None:
    guess(5)
    answer = sign_in(browser(STRANGER))
    page = answer.content.decode()
    assert re.search(r"Too many wrong attempts. Try again on \d+ \w+ \d{4}, \d\d:\d\d\.", page)
    assert "monitor@example.org" in page
    assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60
    assert not browser(STRANGER).get(LOGIN).has_header("Retry-After")
    Attempt.objects.update(at=F("at") - timedelta(minutes=15))
    assert sign_in(browser(STRANGER)).status_code == 302


@pytest.mark.promise("locked-out")
def test_many_accounts_from_one_address_are_limited_together(cast: Cast) -> None:
    answers = [guess(1, email=f"x{number}@example.org")[0] for number in range(OF_AN_ADDRESS.attempts + 1)]
    assert answers == [200] * OF_AN_ADDRESS.attempts + [429]
    assert guess(1, "198.51.100.7", "x0@example.org") == [200]


def test_the_neighbours_in_one_network_of_ipv6_are_one_address(cast: Cast) -> None:
    guess(5, "2001:db8:1:2::1")
    assert guess(1, "2001:db8:1:2:ffff::9") == [429]
    assert guess(1, "2001:db8:1:3::1") == [200]


def test_addresses_are_those_that_the_proxy_saw(cast: Cast, settings: Any) -> None:
    """Whatever a visitor writes in front of theirs."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def guess_through_the_proxy(made_up: str, seen: str) -> int:
        forwarded = {"x-forwarded-for": f"{made_up}, {seen}"}
        typed = {"login": "monitor@example.org", "password": WRONG}
        return int(browser("127.0.0.1").post(LOGIN, typed, headers=forwarded).status_code)

    assert [guess_through_the_proxy(f"10.0.0.{n}", STRANGER) for n in range(6)] == [200] * 5 + [429]
    assert guess_through_the_proxy(STRANGER, "198.51.100.7") == 200


@pytest.mark.promise("links")
def test_the_host_and_its_port_do_not_matter(cast: Cast) -> None:
    answers = [
        browser(STRANGER).post(LOGIN, {"login": "monitor@example.org", "password": WRONG}, headers={"host": host})
        for host in (f"minka.example:{number}" for number in range(6))
    ]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


@pytest.mark.promise("who-has-an-account")
def test_an_unknown_account_is_refused_as_a_known_one_is(cast: Cast) -> None:
    assert guess(6, email="somebody@example.org") == [200] * 5 + [429]
    assert letters() == []


def test_a_browser_that_signed_in_before_is_let_through_where_others_are_not(cast: Cast) -> None:
    own = browser(STRANGER)
    sign_in(own)
    own.post("/en/account/logout/")
    guess(6)
    guess(10, email="reviewer@example.org")
    assert sign_in(browser(STRANGER)).status_code == 429
    assert sign_in(own).status_code == 302
    held = own.cookies[f"known-browser-{cast.monitor.pk}"]
    assert held["httponly"]
    assert held["max-age"] > 300 * 24 * 3600


def test_a_known_browser_does_not_guess_for_ever_either(cast: Cast) -> None:
    own = browser()
    sign_in(own)
    own.post("/en/account/logout/")
    assert [sign_in(own, WRONG).status_code for _time in range(6)] == [200] * 5 + [429]
    assert sign_in(browser()).status_code == 302


@pytest.mark.parametrize("what", ["another account", "another password", "forged"])
def test_a_cookie_is_worth_nothing_for_another_account_or_password_or_forged(cast: Cast, what: str) -> None:
    own = browser(STRANGER)
    sign_in(own)
    own.post("/en/account/logout/")
    cookie = own.cookies[f"known-browser-{cast.monitor.pk}"].value
    email, password, name = "monitor@example.org", PASSWORD, f"known-browser-{cast.monitor.pk}"
    if what == "another account":
        email, name = "reviewer@example.org", f"known-browser-{cast.reviewer.pk}"
    elif what == "another password":
        password = "another long enough secret"
        cast.monitor.set_password(password)
        cast.monitor.save()
    else:
        cookie = cookie[:-2] + ("AA" if cookie[-2:] != "AA" else "BB")
    own.cookies[name] = cookie
    guess(5, email=email)
    assert sign_in(own, password, email).status_code == 429


def test_a_right_password_takes_none_of_the_wrong_ones_back(cast: Cast) -> None:
    guess(4)
    assert sign_in(browser(STRANGER)).status_code == 302
    assert guess(2) == [200, 429]


@pytest.mark.promise("locked-out")
def test_wrong_codes_of_a_stranger_do_not_keep_the_owner_from_theirs(cast: Cast) -> None:
    codes = with_second_factor(cast.reviewer)
    stranger, own = browser(STRANGER), browser()
    sign_in(stranger, email="reviewer@example.org")
    assert [stranger.post(CODES, {"code": "000000"}).status_code for _time in range(5)] == [200] * 5
    answer = stranger.post(CODES, {"code": codes[0]})
    assert answer.status_code == 429
    assert "Too many wrong attempts. Try again on" in answer.content.decode()
    sign_in(own, email="reviewer@example.org")
    assert own.post(CODES, {"code": codes[0]}).status_code == 302
    ((to, body),) = letters()
    assert to == "reviewer@example.org"
    assert "somebody knows your password" in body


def test_codes_of_one_account_are_limited_from_everywhere_but_not_in_a_known_browser(cast: Cast) -> None:
    first, *codes = with_second_factor(cast.reviewer)
    own = browser()
    sign_in(own, email="reviewer@example.org")
    own.post(CODES, {"code": first})
    own.post("/en/account/logout/")
    for number in range(10):
        stranger = browser(f"203.0.113.{number}")
        sign_in(stranger, email="reviewer@example.org")
        for _time in range(5):
            assert stranger.post(CODES, {"code": "000000"}).status_code == 200
    newcomer = browser("198.51.100.7")
    sign_in(newcomer, email="reviewer@example.org")
    assert newcomer.post(CODES, {"code": codes[0]}).status_code == 429
    sign_in(own, email="reviewer@example.org")
    assert own.post(CODES, {"code": codes[0]}).status_code == 302


def test_the_owner_is_written_to_once_however_many_guesses_there_are(cast: Cast) -> None:
    guess(4)
    assert letters() == []
    guess(3)
    ((to, body),) = letters()
    assert to == "monitor@example.org"
    assert "several wrong passwords for your account" in body
    guess(6, "198.51.100.7")
    assert letters() == []
    Job.objects.filter(kind="letter.guesses").update(requested_at=F("requested_at") - timedelta(days=1))
    guess(6, "198.51.100.8")
    assert len(letters()) == 1


def test_the_present_password_is_counted_where_a_new_one_is_chosen(cast: Cast) -> None:
    client = browser()
    sign_in(client)
    new = {"password1": "a-new-one-2026", "password2": "a-new-one-2026"}
    for _time in range(OF_AN_ACCOUNT.attempts):
        assert client.post("/en/account/password/change/", {"oldpassword": WRONG, **new}).status_code == 200
    assert Attempt.objects.count() == OF_AN_ACCOUNT.attempts
    assert AuditEntry.objects.filter(verb="password_refused").count() == OF_AN_ACCOUNT.attempts
    client.post("/en/account/password/change/", {"oldpassword": PASSWORD, **new})
    assert User.objects.get(pk=cast.monitor.pk).check_password(PASSWORD)


def test_many_sign_ins_hide_nothing_else_in_the_history_of_a_person(cast: Cast) -> None:
    set_active(actor=cast.administrator, user=cast.monitor, active=False, reason="On leave")
    for _time in range(60):
        note_sign_in(cast.monitor)
    told = [entry.verb for entry in history_of(cast.monitor)]
    assert told.count("signed_in") == 20
    assert "deactivated" in told


def test_attempts_are_kept_no_longer_than_they_count_and_name_nobody(cast: Cast) -> None:
    guess(2)
    kept = {row.counted_by for row in Attempt.objects.all()}
    assert len(kept) == 2
    assert not any("monitor" in name or STRANGER in name for name in kept)
    Attempt.objects.update(at=F("at") - timedelta(days=2))
    guess(1)
    assert Attempt.objects.count() == 2


def test_a_limit_that_is_full_counts_nothing_at_the_others() -> None:
    for _time in range(5):
        count_attempt({"one": OF_AN_ACCOUNT})
    with pytest.raises(TooManyAttempts):
        count_attempt({"one": OF_AN_ACCOUNT, "two": OF_AN_ADDRESS})
    assert Attempt.objects.count() == 5


def test_no_more_pass_when_they_come_at_the_same_time(committed: str) -> None:
    def passes(_number: int) -> bool:
        try:
            count_attempt({"one": OF_AN_ACCOUNT, "two": OF_AN_ADDRESS})
        except TooManyAttempts:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(max_workers=12) as pool:
        passed = list(pool.map(passes, range(12)))
    assert passed.count(True) == OF_AN_ACCOUNT.attempts


def test_too_many_sign_ins_in_a_minute_say_when_too(client: Client, cast: Cast) -> None:
    answers = [sign_in(client, "") for _time in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert "Try again on" in answers[-1].content.decode()


def test_a_company_has_a_page_for_a_second_factor_too(client: Client, cast: Cast) -> None:
    client.force_login(cast.operator)
    assert "/account/2fa/" in client.get("/en/work/own/").content.decode()
    assert "/account/2fa/totp/activate/" in client.get("/en/account/2fa/").content.decode()
    assert not Authenticator.objects.exists()
