"""Each side of a payment speaks for itself, and the public sentence follows from how its word is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from accounts.models import Organisation
from communities.models import Disbursement, Statement
from communities.services.ledger import record_disbursement, state_side
from communities.statement_words import Testimony, public_words, voice_of_payee
from projects.models import Source
from projects.testimony import ANOTHER_SIDE
from tests.cast import COMPANY, RECIPIENT, Cast, Mine, evidence, gather_cast, open_mine, payment, says, source

pytestmark = pytest.mark.django_db

MINUTES = {"recipient-known_by": "assembly", "recipient-speaker": "the assembly", "recipient-stated_on": "2025-07-12"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Words are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine that owes."""
    return open_mine(cast.monitor, cast.company)


def unpaid(mine: Mine) -> Disbursement:
    """A payment of the mine that is not in the ledger yet."""
    return Disbursement(
        project=mine.project, payer=mine.obligation.payer, community=mine.community, year=2025, currency="PEN"
    )


def address(mine: Mine) -> str:
    """Where a payment of the mine is entered."""
    return f"/en/work/projects/{mine.project.slug}/disbursements/add/"


def typed(mine: Mine, **fields: Any) -> dict[str, Any]:
    """What the form of a payment is sent with, with underlines doubled where a field belongs to a source."""
    given = {name.replace("__", "-"): value for name, value in fields.items()}
    return {"obligation": str(mine.obligation.pk), "confirm_other": "on"} | given


@pytest.mark.parametrize("missing", ["known_by", "speaker", "stated_on"])
def test_the_recipients_statement_needs_to_say_how_it_is_known_by_whom_and_when(
    cast: Cast, mine: Mine, missing: str
) -> None:
    nothing: dict[str, Any] = {missing: None if missing == "stated_on" else ""}
    with pytest.raises(ValidationError) as refused:
        record_disbursement(actor=cast.monitor, disbursement=unpaid(mine), said=[says(RECIPIENT, 5, **nothing)])
    assert refused.value.error_dict[missing][0].code == "no_source_of_its_own"


@pytest.mark.parametrize(("amount", "said_on", "is_refused"), [(5, 1, True), (5, 2, False), (0, 1, False)])
def test_nobody_says_before_it_happened_that_money_moved(
    cast: Cast, mine: Mine, amount: int, said_on: int, is_refused: bool
) -> None:
    words = says(RECIPIENT, amount, stated_on=date(2025, 7, said_on))
    said = replace(words, occurred_on=date(2025, 7, 2))
    if not is_refused:
        assert record_disbursement(actor=cast.monitor, disbursement=unpaid(mine), said=[said]).pk
        return
    with pytest.raises(ValidationError, match="On 1 July 2025, when it was said, this day had not come yet") as refused:
        record_disbursement(actor=cast.monitor, disbursement=unpaid(mine), said=[said])
    assert refused.value.error_dict.keys() == {"received_on"}


@pytest.mark.parametrize(("said_on", "is_refused"), [(14, True), (15, False)])
def test_a_community_confirms_no_promise_before_it_was_kept(
    cast: Cast, mine: Mine, said_on: int, is_refused: bool
) -> None:
    promise = mine.records["commitments"]
    promise.community_says, promise.confirmed_on = "fulfilled", date(2025, 7, 15)
    promise.community_said_on = date(2025, 7, said_on)
    if not is_refused:
        promise.full_clean()
        return
    with pytest.raises(ValidationError, match="The community said so before it was done") as refused:
        promise.full_clean()
    assert refused.value.error_dict.keys() == {"community_said_on"}


def test_a_body_of_a_community_speaks_as_the_community_an_agency_as_an_authority_and_of_others_no_voice_is_known() -> (
    None
):
    of_kind = {kind: voice_of_payee(Organisation(kind=kind)) for kind in Organisation.Kind.values}
    known = {"community_body": "community", "agency": "authority", "regulator": "authority"}
    assert of_kind == dict.fromkeys(Organisation.Kind.values, "unknown") | known
    assert voice_of_payee(None) == "community"


def test_a_committees_word_in_the_place_of_the_recipients_is_called_that() -> None:
    said = Testimony(voice="committee", known_by="assembly", holder="Ojo Abierto", files=1)
    assert said.stands_on(RECIPIENT) == ANOTHER_SIDE
    assert said.sentence(RECIPIENT).startswith("Entered by Ojo Abierto with a monitoring committee as its only source")


@pytest.mark.parametrize("side", [COMPANY, RECIPIENT])
def test_what_the_public_will_read_is_one_sentence_in_spanish_too(side: str) -> None:
    with translation.override("es"):
        said = [public_words(side, way, holder="Ojo Abierto") for way in Source.Way]
    assert any("día que usted indique" in words for words in said)
    assert not [words for words in said if "del el" in words or "el el" in words]


def test_the_payers_statement_may_be_a_bare_word(cast: Cast, mine: Mine) -> None:
    bare = says(COMPANY, 5, known_by="", speaker="", stated_on=None, reference="")
    assert record_disbursement(actor=cast.monitor, disbursement=unpaid(mine), said=[bare]).pk


@pytest.mark.parametrize("voice", ["company", "committee"])
def test_neither_the_company_nor_a_committee_says_what_arrived(cast: Cast, mine: Mine, voice: str) -> None:
    """Neither by the service nor in the database."""
    flow = payment(cast.monitor, mine.obligation, received=None)
    with pytest.raises(ValidationError) as refused:
        state_side(actor=cast.monitor, disbursement=flow, said=says(RECIPIENT, 5, voice=voice), seen=None)
    assert refused.value.error_dict["voice"][0].code == "another_side"
    words = source(voice)
    words.save()
    with pytest.raises(IntegrityError, match="a company or a monitoring committee cannot say"), transaction.atomic():
        Statement.objects.create(disbursement=flow, side=RECIPIENT, amount=5, source=words)


def test_one_source_does_not_speak_for_both_sides(cast: Cast, mine: Mine) -> None:
    """Neither the same source, by service and database, nor two sources of one and the same person."""
    one = says(COMPANY, 5)
    for both in (
        [one, says(RECIPIENT, 5, speaker=f" {one.source.speaker.upper()} ")],
        [one, type(one)(RECIPIENT, one.amount, None, one.source)],
    ):
        with pytest.raises(ValidationError) as refused:
            record_disbursement(actor=cast.monitor, disbursement=unpaid(mine), said=both)
        assert refused.value.code == "one_speaker_for_both_sides"
    flow = payment(cast.monitor, mine.obligation, received=None)
    with pytest.raises(IntegrityError, match="one source speaks for both sides"), transaction.atomic():
        Statement.objects.create(disbursement=flow, side=RECIPIENT, amount=5, source=flow.source)


def test_both_sides_are_entered_in_one_form_with_two_complete_sources(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    assert "Without a file it reads that the paper is not here." in client.get(address(mine)).content.decode()
    words = {"source-known_by": "bank", "source-speaker": "the treasury", "source-stated_on": "2025-07-01"}
    answer = client.post(address(mine), typed(mine, paid="900", received="700") | words | MINUTES)
    assert answer.status_code == 302
    company, recipient = Disbursement.objects.latest("pk").statements.select_related("source").order_by("side")
    assert (company.source.voice, company.source.known_by, company.source.speaker) == (
        "company",
        "bank",
        "the treasury",
    )
    assert (recipient.source.voice, recipient.source.known_by) == ("community", "assembly")
    assert recipient.source.stated_on == date(2025, 7, 12)
    assert company.source.organisation == mine.obligation.payer


def test_a_recipients_sum_without_its_source_says_what_is_missing_and_loses_nothing(
    client: Client, cast: Cast, mine: Mine
) -> None:
    client.force_login(cast.monitor)
    answer = client.post(address(mine), typed(mine, paid="900", received="700", source__speaker="the treasury"))
    form = answer.context["sources"]["recipient"]
    assert {"known_by", "speaker", "stated_on"} <= form.errors.keys()
    assert answer.context["form"]["received"].value() == "700"
    assert answer.context["sources"]["company"]["speaker"].value() == "the treasury"
    assert Disbursement.objects.count() == 1


def test_who_enters_one_side_is_not_asked_for_the_source_of_the_other(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    assert client.post(address(mine), typed(mine, paid="900")).status_code == 302
    assert client.post(address(mine), typed(mine, received="700") | MINUTES).status_code == 302
    flow = Disbursement.objects.latest("pk")
    assert (flow.statements.get().side, flow.source.voice) == (RECIPIENT, "community")


def test_a_company_is_not_offered_the_recipients_side(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.operator)
    assert list(client.get(address(mine)).context["sources"]) == [COMPANY]


def test_a_published_document_is_named(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    answer = client.post(address(mine), typed(mine, paid="900", source__known_by="public"))
    assert answer.context["source"].has_error("reference", "public_document_unnamed")


def test_each_way_of_knowing_says_what_the_public_will_read(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    page = client.get(address(mine)).content.decode()
    assert f"minutes held by {cast.ngo}" in page
    assert f"{cast.ngo} writes that the recipient says so, by word of mouth" in page


def test_a_paper_an_assembly_and_a_bare_word_are_different_sentences() -> None:
    known: dict[str, Any] = {"voice": "community", "said_on": date(2026, 3, 12), "holder": "Red Tambo"}
    minutes = Testimony(known_by="assembly", files=1, **known)
    assert minutes.sentence(RECIPIENT) == "Confirmed by the assembly of 12 March 2026; minutes held by Red Tambo."
    assert minutes.sentence(RECIPIENT, denied=True).startswith("Denied by the assembly")
    no_minutes = Testimony(known_by="assembly", **known).sentence(RECIPIENT)
    assert no_minutes == "Red Tambo writes that the assembly of 12 March 2026 said so; the minutes are not here."
    told = Testimony(known_by="told", files=1, **known).sentence(RECIPIENT)
    assert told == "Red Tambo writes that the recipient says so, by word of mouth on 12 March 2026; no paper."
    every = {
        Testimony(known_by=way, files=files, **(known | {"voice": voice})).sentence(side)
        for side, voice in ((COMPANY, "company"), (RECIPIENT, "community"))
        for way in Source.Way.values
        for files in (0, 1)
    }
    assert len(every) == 15
    assert not any("Confirmed" in sentence for sentence in every if "no paper" in sentence or "not here" in sentence)


def test_what_was_entered_with_one_source_for_both_sides_is_shown_as_what_it_is() -> None:
    old = Testimony(voice="company", holder="Red Tambo", files=1)
    assert old.stands_on(RECIPIENT) == "another side"
    assert "the recipient’s own word is not here" in old.sentence(RECIPIENT)
    assert "Confirmed" not in old.sentence(RECIPIENT)
    assert old.sentence(COMPANY) == "The company says so; Red Tambo holds a file."


def test_a_file_makes_a_statement_one_on_paper_and_word_of_mouth_never_is_one(cast: Cast, mine: Mine) -> None:
    paper = evidence(cast.monitor, "acta.pdf")
    for way, files, stands in (("assembly", [paper], "paper"), ("assembly", [], "word"), ("told", [paper], "word")):
        flow = payment(cast.monitor, mine.obligation, received=None)
        said = says(RECIPIENT, 5, known_by=way, files=files)
        state_side(actor=cast.monitor, disbursement=flow, said=said, seen=None)
        row: Any = Disbursement.objects.with_testimony().get(pk=flow.pk)
        assert (row.recipient_known_by, row.recipient_files) == (way, len(files))
        known = Testimony.of(flow.statements.get(side=RECIPIENT).source, len(files))
        assert (known.stands_on(RECIPIENT), known.holder) == (stands, str(cast.ngo))
