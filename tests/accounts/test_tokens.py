"""Tokens by which programs use the API: made once, shown once, narrow, and soon ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from accounts.forms import ApiTokenForm
from accounts.models import ApiToken, AuditEntry, Job, User
from accounts.record_addresses import addresses_of
from accounts.services import jobs
from accounts.services.people import set_active
from accounts.services.second_factor import reset_second_factor
from accounts.services.tokens import fingerprint_of, make_token, revoke_token
from accounts.token_authentication import LimitOfWrongTokens
from communities.models import Disbursement
from config.api import LimitOfPeople
from tests.cast import PASSWORD, Cast, Mine, gather_cast, open_mine

pytestmark = pytest.mark.django_db
PAGE = "/en/work/own/tokens/"
PROJECTS, PAYMENTS = "/api/v1/projects/", "/api/v1/disbursements/"


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast(PASSWORD)


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine that owes."""
    return open_mine(cast.monitor, cast.company)


def made(user: User, **fields: Any) -> tuple[ApiToken, str]:
    """A token and its secret."""
    token = ApiToken(user=user, **{"name": "Nightly copy"} | fields)
    return token, make_token(token=token)


def program(secret: str, language: str = "en") -> Client:
    """A program with a token; it has no cookies, and forms are checked as in real life."""
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language}
    return Client(enforce_csrf_checks=True, headers=headers)


def browser(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def pay(client: Client, mine: Mine) -> Any:
    """Enter a payment."""
    body = {
        "project": mine.project.slug,
        "obligation": mine.obligation.pk,
        "paid": "900.00",
        "paid_on": "2025-07-01",
        "voice": "monitor",
    }
    return client.post(PAYMENTS, body, content_type="application/json", headers={"Idempotency-Key": "k1"})


def form(**fields: Any) -> dict[str, Any]:
    """What the page sends."""
    return {"name": "Nightly copy", "scope": "read", "last_day": timezone.localdate() + timedelta(days=30)} | fields


def refused(answer: Any, words: str) -> None:
    """It was refused as a token, in JSON and in words."""
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/json")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert words in answer.json()["detail"]


@pytest.mark.promise("tokens")
def test_a_token_is_shown_once_and_only_its_fingerprint_is_kept(cast: Cast) -> None:
    client = browser(cast.monitor)
    page = client.post(PAGE, form(), follow=True).content.decode()
    found = re.search(r"<code>(minka_[\w-]{43})</code>", page)
    assert found
    token = ApiToken.objects.get()
    assert (token.user, token.scope, token.sha256) == (cast.monitor, "read", fingerprint_of(found[1]))
    assert found[1].startswith(token.prefix)
    assert len(token.prefix) == 12
    listed = client.get(PAGE).content.decode()
    assert token.prefix in listed
    assert "never used" in listed
    assert found[1] not in listed
    entry = AuditEntry.objects.get(verb="token_made")
    assert (entry.actor, entry.object_id) == (cast.monitor, str(token.pk))
    assert found[1] not in str(entry.changes)
    assert token.sha256 not in str(entry.changes)


def test_a_program_sees_what_its_person_sees_and_its_day_is_noted(cast: Cast, mine: Mine) -> None:
    open_mine(cast.stranger, cast.other_company, "Yana Mayu", country="CL")
    token, secret = made(cast.monitor)
    answer = program(secret).get(PROJECTS)
    assert [row["slug"] for row in answer.json()["results"]] == ["puka-sami"]
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    token.refresh_from_db()
    assert token.last_used_on == timezone.localdate()
    assert "last used" in browser(cast.monitor).get(PAGE).content.decode()


def test_a_token_that_may_write_needs_no_token_of_forms(cast: Cast, mine: Mine) -> None:
    before = Disbursement.objects.count()
    answer = pay(program(made(cast.monitor, scope="write")[1]), mine)
    assert (answer.status_code, Disbursement.objects.count()) == (201, before + 1)


@pytest.mark.promise("tokens")
def test_a_token_writes_no_more_than_its_person_may(cast: Cast, mine: Mine) -> None:
    assert pay(program(made(cast.auditor, scope="write")[1]), mine).status_code == 403


def test_a_token_that_reads_writes_nothing(cast: Cast, mine: Mine) -> None:
    before = Disbursement.objects.count()
    answer = pay(program(made(cast.monitor)[1]), mine)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")
    assert "only reads" in answer.json()["detail"]
    assert Disbursement.objects.count() == before


@pytest.mark.promise("tokens")
def test_a_token_opens_no_page(cast: Cast, mine: Mine) -> None:
    client = program(made(cast.administrator, scope="write")[1])
    for page in ("/en/work/projects/", "/en/work/people/", PAGE, "/en/work/"):
        assert client.get(page)["Location"].startswith("/en/account/login/"), page


def test_what_is_no_token_is_refused_and_anonymous_stays_as_it_was(cast: Cast) -> None:
    for secret in ("", "minka_", "minka_" + "a" * 43, "ñ", made(cast.monitor)[1][:-1]):
        refused(program(secret).get(PROJECTS), "no such token")
    stranger = Client().get(PROJECTS)
    assert stranger.status_code == 403
    assert not stranger.has_header("WWW-Authenticate")


def test_a_wrong_token_is_not_helped_by_a_session(cast: Cast) -> None:
    refused(browser(cast.monitor).get(PROJECTS, headers={"Authorization": "Bearer minka_no"}), "")


def test_a_token_of_a_deactivated_person_is_refused(cast: Cast) -> None:
    _token, secret = made(cast.monitor)
    set_active(actor=cast.administrator, user=cast.monitor, active=False, reason="Left.")
    refused(program(secret).get(PROJECTS), "deactivated")
    assert "desactivada" in program(secret, "es").get(PROJECTS).json()["detail"]


def test_a_token_ends_after_its_last_day(cast: Cast) -> None:
    token, secret = made(cast.monitor)
    today = timezone.localdate()
    ApiToken.objects.update(made_on=today - timedelta(days=9), last_day=today)
    assert program(secret).get(PROJECTS).status_code == 200
    ApiToken.objects.update(last_day=today - timedelta(days=1))
    refused(program(secret).get(PROJECTS), "worked until")
    assert "ran out" in browser(cast.monitor).get(PAGE).content.decode()
    page = " ".join(browser(cast.monitor).get("/es/work/own/tokens/").content.decode().split())
    assert "venció el <time" in page


def test_a_revoked_token_is_refused_and_the_trail_keeps_who_revoked_it(cast: Cast) -> None:
    token, secret = made(cast.monitor)
    answer = browser(cast.monitor).post(f"/en/work/people/tokens/{token.pk}/revoke/")
    assert answer["Location"] == PAGE
    refused(program(secret).get(PROJECTS), "revoked")
    assert AuditEntry.objects.get(verb="token_revoked").actor == cast.monitor
    assert browser(cast.monitor).post(f"/en/work/people/tokens/{token.pk}/revoke/").status_code == 404


def choose_another(client: Client, page: str, **typed: str) -> None:
    """Choose another password on a page."""
    chosen = "another long enough secret"
    address = client.get(page, follow=True).request["PATH_INFO"]
    assert client.post(address, typed | {"password1": chosen, "password2": chosen}).status_code == 302


def by_another_password(cast: Cast) -> User:
    """The monitor changes the password."""
    choose_another(browser(cast.monitor), "/en/account/password/change/", oldpassword=PASSWORD)
    return cast.monitor


def by_a_link(cast: Cast) -> User:
    """The monitor chooses another password by the link of a letter."""
    key = f"{user_pk_to_url_str(cast.monitor)}-{default_token_generator.make_token(cast.monitor)}"
    choose_another(Client(), f"/en/account/password/reset/key/{key}/")
    return cast.monitor


def by_a_reset(cast: Cast) -> User:
    """The second factor of the monitor is reset."""
    TOTP.activate(cast.monitor, generate_totp_secret())
    reset_second_factor(actor=cast.administrator, user=cast.monitor, reason="Stolen.")
    return cast.administrator


def by_shutting_the_account(cast: Cast) -> User:
    """The monitor is deactivated and reactivated."""
    for active in (False, True):
        set_active(actor=cast.administrator, user=cast.monitor, active=active, reason="Away for a month.")
    return cast.administrator


@pytest.mark.promise("sessions")
@pytest.mark.parametrize(
    "won_back",
    [by_another_password, by_a_link, by_a_reset, by_shutting_the_account],
)
def test_whatever_wins_an_account_back_ends_its_tokens_and_nobody_elses(
    cast: Cast, won_back: Callable[[Cast], User]
) -> None:
    (first, one), (second, other) = made(cast.monitor), made(cast.monitor, name="Another")
    theirs = made(cast.colleague)[1]
    revoke_token(actor=cast.monitor, token=second)
    actor = won_back(cast)
    for secret in (one, other):
        refused(program(secret).get(PROJECTS), "revoked")
    assert program(theirs).get(PROJECTS).status_code == 200
    entries = AuditEntry.objects.filter(verb="token_revoked").order_by("pk")
    assert [(entry.object_id, entry.actor) for entry in entries] == [
        (str(second.pk), cast.monitor),
        (str(first.pk), actor),
    ]
    made(cast.monitor)


def test_a_password_that_is_refused_ends_no_token(cast: Cast) -> None:
    secret = made(cast.monitor)[1]
    sent = {"oldpassword": "not this one", "password1": "another long secret", "password2": "another long secret"}
    browser(cast.monitor).post("/en/account/password/change/", sent)
    assert program(secret).get(PROJECTS).status_code == 200


@pytest.mark.parametrize(("language", "words"), [("en", "“Tokens for programs”"), ("es", "«Tokens para programas»")])
def test_whoever_has_the_account_is_written_to_when_a_token_is_made(cast: Cast, language: str, words: str) -> None:
    User.objects.filter(pk=cast.monitor.pk).update(language=language)
    secret = made(cast.monitor)[1]
    (job,) = Job.objects.filter(kind="letter.token_made")
    jobs.run(str(job.pk))
    (letter,) = mail.outbox
    assert letter.to == [cast.monitor.email]
    assert words in letter.body
    assert "Nightly copy" not in f"{letter.subject} {letter.body}"
    assert secret[:8] not in letter.body
    revoke_token(actor=cast.monitor, token=ApiToken.objects.get())
    assert len(Job.objects.filter(kind="letter.token_made")) == 1


def test_administrators_see_and_revoke_anybodys_and_auditors_only_see(cast: Cast) -> None:
    token, secret = made(cast.monitor)
    page = f"/en/work/people/{cast.monitor.pk}/"
    assert token.prefix in browser(cast.auditor).get(page).content.decode()
    assert "/revoke/" not in browser(cast.auditor).get(page).content.decode()
    assert browser(cast.auditor).post(f"/en/work/people/tokens/{token.pk}/revoke/").status_code == 404
    assert "/revoke/" in browser(cast.administrator).get(page).content.decode()
    answer = browser(cast.administrator).post(f"/en/work/people/tokens/{token.pk}/revoke/")
    assert answer["Location"] == page
    refused(program(secret).get(PROJECTS), "revoked")


def test_nobody_else_sees_or_revokes_it(cast: Cast) -> None:
    token, secret = made(cast.monitor)
    for other in (cast.colleague, cast.reviewer, cast.operator, cast.nobody):
        assert token.prefix not in browser(other).get(PAGE).content.decode()
        assert browser(other).post(f"/en/work/people/tokens/{token.pk}/revoke/").status_code == 404
    assert program(secret).get(PROJECTS).status_code == 200


@pytest.mark.parametrize("days", [-1, 367, 4000])
def test_a_token_lasts_a_year_at_most_and_the_form_says_it_at_the_day(cast: Cast, days: int) -> None:
    day = timezone.localdate() + timedelta(days=days)
    page = browser(cast.monitor).post(PAGE, form(last_day=day))
    assert page.context["form"].errors["last_day"] == ["Choose a day from today to a year from now."]
    assert not ApiToken.objects.exists()
    token = ApiToken(user=cast.monitor, name="a", prefix="minka_", sha256="0" * 64, last_day=day)
    with pytest.raises(IntegrityError, match="a_token_lasts_a_year_at_most"), transaction.atomic():
        token.save()


def test_two_tokens_that_work_have_two_names(cast: Cast) -> None:
    token, _secret = made(cast.monitor)
    page = browser(cast.monitor).post(PAGE, form())
    assert "token of this name" in page.context["form"].errors["name"][0]
    assert ApiToken.objects.count() == 1
    made(cast.colleague)
    revoke_token(actor=cast.monitor, token=token)
    made(cast.monitor)
    with pytest.raises(ValidationError):
        made(cast.monitor)


def test_of_two_clicks_the_second_one_says_that_the_token_is_made(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one is saved while the form of the second one is looked at."""
    looked_at = ApiTokenForm.is_valid

    def meanwhile(sent: ApiTokenForm) -> bool:
        valid = looked_at(sent)
        made(cast.monitor)
        return valid

    monkeypatch.setattr(ApiTokenForm, "is_valid", meanwhile)
    page = browser(cast.monitor).post(PAGE, form())
    (error,) = page.context["form"].errors["name"]
    assert "made it just now and did not see it" in error
    token = ApiToken.objects.get()
    assert f"/en/work/people/tokens/{token.pk}/revoke/" in page.content.decode()


def test_of_two_clicks_at_once_one_makes_a_token(committed: str) -> None:
    def alone(step: Callable[[], Any]) -> Any:
        try:
            return step()
        except ValidationError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=6) as pool:
        person = pool.submit(alone, lambda: User.objects.create_user("two@example.org", full_name="Two")).result()
        found = list(pool.map(alone, [lambda: made(person)] * 6))
    assert len([one for one in found if one]) == 1


def test_the_page_of_a_person_leads_from_the_trail_to_whoever_may_open_it_alone(cast: Cast) -> None:
    made(cast.monitor)
    entry = AuditEntry.objects.get(verb="token_made")
    assert addresses_of(cast.auditor, [entry]) == {entry.pk: f"/en/work/people/{cast.monitor.pk}/"}
    assert addresses_of(cast.colleague, [entry]) == addresses_of(cast.monitor, [entry]) == {}


def test_a_token_sent_in_clear_is_refused_in_words_and_everything_else_redirected(cast: Cast, mine: Mine) -> None:
    secret, before = made(cast.monitor, scope="write")[1], Disbursement.objects.count()
    with override_settings(SECURE_SSL_REDIRECT=True, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        for answer in (program(secret).get(PROJECTS), pay(program(secret), mine), program("no").get(PROJECTS)):
            assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")
            assert answer.json() == {"detail": "Use https://. Revoke this token: it was sent in clear."}
        assert "sin cifrar" in program(secret, "es").get(PROJECTS).json()["detail"]
        assert Client().get(PROJECTS)["Location"] == f"https://testserver{PROJECTS}"
        assert program(secret).get("/en/work/")["Location"] == "https://testserver/en/work/"
        assert program(secret).get(PROJECTS, secure=True).status_code == 200
        assert program(secret).get(PROJECTS, headers={"X-Forwarded-Proto": "https"}).status_code == 200
    assert Disbursement.objects.count() == before
    assert program(secret).get(PROJECTS).status_code == 200


def test_making_one_asks_for_the_password_after_a_while(cast: Cast, settings: Any) -> None:
    settings.FRESH_SIGN_IN_REQUIRED = True
    client = browser(cast.monitor)
    assert "Is it you?" in client.post(PAGE, form()).content.decode()
    assert not ApiToken.objects.exists()
    client.post(PAGE, form() | {"again-password": PASSWORD})
    assert ApiToken.objects.exists()


def test_whoever_needs_a_second_factor_makes_and_uses_no_token_without_one(cast: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = browser(cast.monitor)
    assert "/2fa/" in client.post(PAGE, form())["Location"]
    assert not ApiToken.objects.exists()
    _token, secret = made(cast.monitor)
    answer = program(secret).get(PROJECTS)
    assert (answer.status_code, "second factor" in answer.json()["detail"]) == (403, True)
    by_session = client.get(PROJECTS, headers={"Accept-Language": "en"})
    assert (by_session.status_code, "second factor" in by_session.json()["detail"]) == (403, True)
    TOTP.activate(cast.monitor, generate_totp_secret())
    assert program(secret).get(PROJECTS).status_code == 200


def test_a_program_is_counted_as_its_person_and_a_wrong_token_as_a_stranger(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in (LimitOfPeople, LimitOfWrongTokens):
        monkeypatch.setattr(limit, "rate", "2/min", raising=False)
    caches["process"].clear()
    one, other = made(cast.monitor)[1], made(cast.monitor, name="Another")[1]
    assert [program(secret).get(PROJECTS).status_code for secret in (one, other, one)] == [200, 200, 429]
    assert [program("minka_no").get(PROJECTS).status_code for _time in range(3)] == [401, 401, 429]
    assert program(made(cast.colleague)[1]).get(PROJECTS).status_code == 200, "whoever has a right one goes on"
    caches["process"].clear()
