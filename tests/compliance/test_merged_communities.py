"""The public address of a community that was merged leads to the other one, and its money stands with that one's."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client

from projects.services.merging import merge, undo_merge
from tests.cast import YEAR, gather_cast, neighbour, obligation, open_mine, payment, produced, published

pytestmark = pytest.mark.django_db


def test_the_public_page_of_a_merged_community_is_never_missing(client: Client) -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    kept = neighbour(cast.monitor, "Ayllu Puka Samy")
    payment(cast.monitor, obligation(cast.monitor, own.project, kept, date(YEAR, 9, 30)))
    published(cast, produced(own.project))
    former, other = (f"/en/communities/{one.slug}/" for one in (own.community, kept))
    assert "Ayllu Puka Sami" in client.get(former).content.decode()
    assert client.get(other).status_code == 404
    made = merge(actor=cast.administrator, kept=kept, merged=own.community, reason="The same.")
    assert "Ayllu Puka Sami" in client.get(former).content.decode()
    published(cast, produced(own.project), reason="One community was entered twice.")
    moved = client.get(former)
    assert (moved.status_code, moved["Location"], moved["Cache-Control"]) == (301, other, "no-cache")
    shown = client.get(other).content.decode()
    assert "2,000" in shown
    assert client.get("/en/?q=Puka+Sami").status_code == 200
    call_command("verify_publications", verbosity=0)
    undo_merge(actor=cast.administrator, made=made, reason="They are two.")
    published(cast, produced(own.project), reason="They are two after all.")
    assert client.get(former).status_code == 200
    call_command("verify_publications", verbosity=0)


def test_a_merge_that_was_never_public_is_in_no_publication() -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    twin = neighbour(cast.monitor, "Ayllu Puka Samy")
    merge(actor=cast.administrator, kept=own.community, merged=twin, reason="The same.")
    publication = published(cast, produced(own.project))
    assert "formerly" not in publication.document
    assert twin.name not in publication.document
