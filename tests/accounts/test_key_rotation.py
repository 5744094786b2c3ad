"""The secret key is changed: what the old one signed lives on while it is a fallback, and ends when it is gone."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from django.test import Client, RequestFactory

from accounts.known_browsers import known_browser
from accounts.models import User
from accounts.services.invitations import NotOpen, invite_person, open_invitation
from tests.cast import PASSWORD, Cast, gather_cast

pytestmark = pytest.mark.django_db
OLD, NEW = "the key of before", "the key of now"
OWN = "/en/work/own/"


@pytest.fixture
def cast(settings: Any) -> Cast:
    """Everybody, with a password, under the old key."""
    settings.SECRET_KEY = OLD
    return gather_cast(PASSWORD)


def rotate(settings: Any, *fallbacks: str) -> None:
    """Start again with the new key."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, list(fallbacks)


def browser() -> Client:
    """The monitor's browser, just signed in."""
    client = Client()
    client.post("/en/account/login/", {"login": "monitor@example.org", "password": PASSWORD})
    return client


def is_known(client: Client, user: User) -> bool:
    """Whether the browser proves that the person signed in with it before."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: held.value for name, held in client.cookies.items()}
    return bool(known_browser(request, user))


def test_a_session_lives_on_and_ends_with_the_old_key_unless_it_was_used_meanwhile(cast: Cast, settings: Any) -> None:
    used, unused = browser(), browser()
    rotate(settings, OLD)
    assert used.get(OWN).status_code == 200
    rotate(settings)
    assert used.get(OWN).status_code == 200
    assert unused.get(OWN).status_code == 302


def test_a_session_ends_at_once_where_the_old_key_is_no_fallback(cast: Cast, settings: Any) -> None:
    client = browser()
    rotate(settings)
    assert client.get(OWN).status_code == 302


def test_a_browser_stays_known_until_the_old_key_is_gone(cast: Cast, settings: Any) -> None:
    client = browser()
    assert is_known(client, cast.monitor)
    rotate(settings, OLD)
    assert is_known(client, cast.monitor)
    assert is_known(browser(), cast.monitor)
    rotate(settings)
    assert not is_known(client, cast.monitor)


def test_links_of_letters_work_until_the_old_key_is_gone(cast: Cast, settings: Any) -> None:
    invited = invite_person(actor=cast.administrator, email="r@example.org", full_name="Rosa Quispe", language="en")
    link, reset = invited.invitation.token, default_token_generator.make_token(cast.monitor)
    rotate(settings, OLD)
    assert open_invitation(link).user == invited
    assert default_token_generator.check_token(cast.monitor, reset)
    rotate(settings)
    with pytest.raises(NotOpen):
        open_invitation(link)
    assert not default_token_generator.check_token(cast.monitor, reset)
