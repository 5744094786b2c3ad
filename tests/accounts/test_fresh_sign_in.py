"""A step that weighs much asks for the password again once the sign-in is old, and goes on with what was typed."""

from __future__ import annotations

import time
from html import escape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client

from accounts.models import Proposal, RoleRequest
from accounts.services.appointments import ask_for_role
from compliance.models import Publication
from compliance.services.publications import approve_scorecard
from tests.access.walk import addresses
from tests.cast import PASSWORD, Cast, accept_all, gather_cast, open_mine, produced, published

pytestmark = pytest.mark.django_db
GUARDED = {
    "people:person",
    "people:role-confirm",
    "people:proposal-confirm",
    "people:tokens",
    "records:erase",
    "reviews:publish",
    "reviews:small-numbers",
    "reviews:take-down",
}
ASKED = "Is it you?"
TYPED = 'It names "a person" & <nobody> asked them.\nSecond line.'


@pytest.fixture
def cast(settings: Any) -> Cast:
    """Everybody, with a password, where a fresh sign-in is asked for."""
    settings.FRESH_SIGN_IN_REQUIRED = True
    return gather_cast(PASSWORD)


def browser(cast: Cast, name: str, *, fresh: bool = False) -> Client:
    """Somebody's browser, signed in an hour ago or just now."""
    client = Client()
    client.post("/en/account/login/", {"login": f"{name}@example.org", "password": PASSWORD})
    if not fresh:
        session = client.session
        for record in session["account_authentication_methods"]:
            record["at"] = time.time() - 3600
        session.save()
    return client


def words(response: Any) -> str:
    """What a page says."""
    return str(response.content.decode())


def test_these_steps_ask_for_it_and_no_others() -> None:
    assert {one.name for one in addresses() if getattr(one.view, "needs_fresh_sign_in", False)} == GUARDED


def test_whoever_signed_in_just_now_is_not_asked(cast: Cast) -> None:
    page = f"/en/work/people/{cast.nobody.pk}/"
    answer = browser(cast, "administrator", fresh=True).post(page, {"organisation": cast.ngo.pk, "role": "monitor"})
    assert answer.status_code == 302
    assert RoleRequest.objects.get().user == cast.nobody


def test_a_role_is_asked_for_after_the_password_and_with_what_was_typed(cast: Cast) -> None:
    page, client = f"/en/work/people/{cast.nobody.pk}/", browser(cast, "administrator")
    assert ASKED not in words(client.get(page)), "nobody is asked for reading"
    typed = {"organisation": cast.ngo.pk, "role": "monitor"}
    asked = client.post(page, typed)
    assert ASKED in words(asked)
    assert 'name="role" value="monitor"' in words(asked)
    assert not RoleRequest.objects.exists()
    wrong = client.post(page, {**typed, "again-password": "not this one"})
    assert "incorrect" in words(wrong).lower()
    assert 'name="role" value="monitor"' in words(wrong)
    assert "not this one" not in words(wrong)
    assert not RoleRequest.objects.exists()
    assert client.post(page, {**typed, "again-password": PASSWORD})["Location"] == page
    assert RoleRequest.objects.get().user == cast.nobody
    typed = {"organisation": cast.other_ngo.pk, "role": "monitor"}
    assert client.post(page, typed).status_code == 302, "the next step is not asked again"


def test_whoever_wrote_their_password_stays_signed_in_where_the_database_is_away_a_moment_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, client = f"/en/work/people/{cast.nobody.pk}/", browser(cast, "administrator")
    client.raise_request_exception = False
    sent = {"organisation": cast.ngo.pk, "role": "monitor", "again-password": PASSWORD}
    key = client.session.session_key

    def away(**_asked: Any) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    with monkeypatch.context() as broken:
        broken.setattr("accounts.views.people.ask_for_role", away)
        answer = client.post(page, sent)
    assert answer.status_code == 503
    assert 'name="role" value="monitor"' in words(answer)
    assert client.get("/en/work/own/").status_code == 200
    assert client.session.session_key == key
    assert client.post(page, sent)["Location"] == page
    assert client.session.session_key != key
    assert not Session.objects.filter(pk=key).exists()
    assert client.get("/en/work/own/").status_code == 200


def test_the_password_of_somebody_else_is_no_proof_and_guesses_are_counted(cast: Cast) -> None:
    cast.administrator.set_password("another long enough secret")
    client = browser(cast, "second_administrator")
    cast.second_administrator.set_password("a third long enough secret")
    page, typed = f"/en/work/people/{cast.nobody.pk}/", {"organisation": cast.ngo.pk, "role": "monitor"}
    answers = [client.post(page, {**typed, "again-password": "not this one"}) for _time in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "Too many wrong attempts. Try again on" in words(answers[-1])
    assert 'name="role" value="monitor"' in words(answers[-1])
    assert client.post(page, {**typed, "again-password": PASSWORD}).status_code == 429
    assert not RoleRequest.objects.exists()


def test_a_publication_and_its_taking_down_wait_for_the_password(cast: Cast) -> None:
    mine = open_mine(cast.monitor, cast.company)
    card = produced(mine.project)
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    client = browser(cast, "second_reviewer")
    publish = f"/en/work/scorecards/{card.pk}/publish/"
    seen = client.get(f"/en/work/scorecards/{card.pk}/").context
    sent = {"seen": seen["seen"]} if "seen" in seen else {}
    assert ASKED in words(client.post(publish, sent))
    assert not Publication.objects.exists()
    client.post(publish, {**sent, "again-password": PASSWORD})
    publication = Publication.objects.get()
    assert publication.published_by == cast.second_reviewer
    client = browser(cast, "administrator")
    take_down = f"/en/work/publications/{publication.pk}/take-down/"
    asked = words(client.post(take_down, {"reason": TYPED}))
    assert ASKED in asked
    assert escape(TYPED) in asked
    assert not Proposal.objects.exists()
    client.post(take_down, {"reason": TYPED, "again-password": PASSWORD})
    proposal = Proposal.objects.get()
    assert proposal.reason.replace("\r", "") == TYPED
    client = browser(cast, "second_administrator")
    confirm = f"/en/work/second-person/{proposal.pk}/confirm/"
    assert ASKED in words(client.post(confirm))
    assert Proposal.objects.waiting().exists()
    assert client.post(confirm, {"again-password": PASSWORD}).status_code == 302
    assert not Proposal.objects.waiting().exists()


def test_the_exact_rows_of_few_people_are_read_after_the_password(cast: Cast) -> None:
    mine = open_mine(cast.monitor, cast.company)
    card = published(cast, produced(mine.project)).scorecard
    page, client = f"/en/work/scorecards/{card.pk}/small-numbers/", browser(cast, "auditor")
    asked = client.get(page)["Location"]
    assert ASKED in words(client.get(asked))
    assert ASKED in words(client.post(asked, {"password": "not this one"}))
    assert client.get(page).status_code == 302
    assert client.post(asked, {"password": PASSWORD})["Location"] == page
    assert client.get(page).status_code == 200


def test_whoever_may_not_take_the_step_is_asked_for_nothing(cast: Cast) -> None:
    asked = ask_for_role(actor=cast.administrator, user=cast.nobody, organisation=cast.ngo, role="monitor")
    answer = browser(cast, "monitor").post(f"/en/work/people/role-requests/{asked.pk}/confirm/")
    assert answer.status_code == 403
    assert ASKED not in words(answer)
    assert ASKED in words(
        browser(cast, "second_administrator").post(f"/en/work/people/role-requests/{asked.pk}/confirm/")
    )
