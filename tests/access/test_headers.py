"""What every answer tells a browser: where its parts may come from, and that nothing of it is framed or guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.access.expectations import API, OPEN_DOORS, OWN_DOORS, PUBLIC, SIGNED_IN
from tests.access.test_every_address import ALL, public_cases
from tests.access.walk import ANONYMOUS, World, ask, url_of, walk

POLICY = {"default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"}
OF_PAGES = {"form-action 'self'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"}
LINK = {"key": "x-y", "uidb36": "1", "token": "x"}


def everything(world: World, clients: dict[str, Client], who: str) -> Iterator[tuple[str, Any]]:
    """What addresses answer to this person, about what is there and what is not; strangers ask for the open ones, too."""
    for step in walk(world, clients, [who], [one for one in ALL if one.name in SIGNED_IN | API], "GET"):
        yield str(step), step.response
    if who != ANONYMOUS:
        return
    for address in ALL:
        cases = public_cases(world, address) if address.name in PUBLIC else {"": LINK}
        if address.name and address.name in OPEN_DOORS | OWN_DOORS | PUBLIC.keys():
            for given in cases.values():
                yield address.name, ask(clients[who], "GET", url_of(address, given))


@pytest.mark.parametrize("who", [ANONYMOUS, "administrator"])
def test_every_answer_says_what_a_browser_may_do_with_it(world: World, clients: dict[str, Client], who: str) -> None:
    seen = 0
    for name, answer in everything(world, clients, who):
        seen += 1
        policy = set(answer["Content-Security-Policy"].split("; "))
        assert policy >= POLICY, name
        assert policy >= OF_PAGES or policy == POLICY | {"sandbox"}, name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Referrer-Policy"] == "same-origin", name
        assert not answer.has_header("Access-Control-Allow-Origin"), name
    assert seen > 100


def test_a_file_of_the_pages_says_it_too_and_their_folder_is_not_listed(client: Client, world: World) -> None:
    assert finders.find("ui/minka.svg")
    answer = client.get("/static/ui/minka.svg")
    assert answer.status_code == 200
    assert set(answer["Content-Security-Policy"].split("; ")) >= POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    kept = [world.own.evidence.file, world.own.evidence.original, world.batch.file]
    assert all(file.name and file.storage.exists(file.name) for file in kept)
    for address in ("/static/", "/static/ui/", "/media/", *(f"/media/{file.name}" for file in kept), "/.git/config"):
        assert client.get(address).status_code == 404, address
