"""A public sentence follows from who said it and on what paper: change that, and the sentence goes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from communities.models import Commitment
from compliance.models import Scorecard
from projects.models import Source
from tests.cast import RECIPIENT, Cast, Mine, evidence, produced, published

pytestmark = pytest.mark.django_db

CONFIRMED = ("Communities confirm", "Confirmed by the assembly", "All payments arrived", "The payment arrived")


def known_by(mine: Mine, way: str, cast: Cast, *, paper: bool = False, voice: str = "community") -> None:
    """Let the recipient's statement about the payment be known in this way."""
    source = mine.disbursement.statements.get(side=RECIPIENT).source
    Source.objects.filter(pk=source.pk).update(known_by=way, voice=voice)
    if paper:
        source.evidence.add(evidence(cast.monitor, "acta.pdf"))


def read(client: Client, mine: Mine, page: str = "money/") -> str:
    """A public page of the mine, signed out, in English."""
    return client.get(f"/en/projects/{mine.project.slug}/{page}").content.decode()


def test_what_the_assembly_confirms_on_paper_is_said_to_be_confirmed(client: Client, cast: Cast, mine: Mine) -> None:
    known_by(mine, "assembly", cast, paper=True)
    published(cast, produced(mine.project))
    text = read(client, mine)
    assert f"Confirmed by the assembly of 1 July 2025; minutes held by {cast.ngo}." in text
    assert "The payment arrived" in text
    assert "Said to have arrived:" not in text


@pytest.mark.parametrize("way", ["assembly", "told", ""])
def test_what_somebody_writes_without_a_paper_is_not_said_to_be_confirmed(
    client: Client, cast: Cast, mine: Mine, way: str
) -> None:
    known_by(mine, way, cast)
    published(cast, produced(mine.project))
    text = read(client, mine)
    assert "Confirmed by" not in text
    assert "The payment arrived" not in text
    assert "Said to have arrived:" in text
    assert f"{cast.ngo} writes that" in text
    assert "no recipient has confirmed it on paper" in text


def test_what_the_company_wrote_as_the_recipients_word_is_not_the_recipients(
    client: Client, cast: Cast, mine: Mine
) -> None:
    """As in statements from before each side had a source of its own."""
    known_by(mine, "", cast, paper=True, voice="company")
    card = produced(mine.project)
    published(cast, card)
    text = read(client, mine)
    assert "the recipient’s own word is not here" in text
    assert "Confirmed by" not in text
    assert "no answer from the community yet" in text
    community = client.get(f"/en/communities/{mine.community.slug}/").content.decode()
    assert "The community says" not in community
    assert "the recipient’s own word is not here" in community


def test_a_promise_that_is_told_to_be_kept_is_not_said_to_be_confirmed(client: Client, cast: Cast, mine: Mine) -> None:
    promise = mine.records["commitments"]
    published(cast, produced(mine.project))
    assert "Done, confirmed by" in read(client, mine, "promises/")
    Commitment.objects.filter(pk=promise.pk).update(community_known_by="told")
    published(cast, produced(mine.project), reason="Read again.")
    text = read(client, mine, "promises/")
    assert "Done, confirmed by" not in text
    assert "Said to be done, no paper" in text


def test_known_and_on_paper_are_two_counts(client: Client, cast: Cast, mine: Mine, card: Scorecard) -> None:
    published(cast, card)
    text = read(client, mine, "scorecard/")
    assert "with a file here or an open document:" in text
    assert "have evidence" not in text
    assert "Every fact has evidence" not in read(client, mine, "")
    payment: Any = mine.disbursement.statements.get(side="company").source
    assert payment.evidence.exists()
    assert "On paper:" in text


def test_what_nobody_looks_at_is_named_on_the_page_and_on_how_we_grade(
    client: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    published(cast, card)
    assert "27 things that good policy asks for are not looked at yet" in read(client, mine, "")
    assert "Not looked at yet: " in read(client, mine, "scorecard/")
    rules = client.get("/en/how-we-grade/").content.decode()
    assert "Money set aside for closing" in rules
    assert "Too few rules for a grade." in read(client, mine, "scorecard/")
