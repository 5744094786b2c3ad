"""Words that oblige nobody are saved as they are, said to whoever entered them, and counted in public."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from projects.vagueness import is_vague, missing_in
from tests.cast import Cast, Mine, gather_cast, open_mine, produced, published

SAYS = {"source-voice": "monitor", "source-state": "reported"}


@pytest.mark.parametrize(
    ("sentence", "vague"),
    [
        ("The company will make every effort to hire neighbours", True),
        ("The company will make every effort to hire 40 neighbours", False),
        ("La empresa hará todos los esfuerzos por reducir el polvo", True),
        ("Procurar el retiro de la faja, en la medida de lo posible", True),
        ("EN LO POSIBLE se regará la vía", True),
        ("En lo posible se regará la vía 2 veces al día", False),
        ("Cubrir la faja transportadora de mineral", False),
        ("Retry to close the shaft", False),
        ("La empresa buscará un local para la posta", False),
        ("La empresa procurará agua a la comunidad", False),
        ("La empresa procurará reducir el polvo", True),
        ("Se tratará de reducir el número de camiones", False),
        ("La empresa tratará de reducir el ruido", True),
        ("Pagar cuando corresponda", False),
        ("A joint endeavour of both sides", False),
        ("En lo posible se reducirá el polvo, según el D.S. 040-2014-EM", True),
        ("En lo posible, según el art. 57.3 de la Ley N.° 27446, se reducirá el polvo", True),
        ("Regar cada mes; en lo posible con agua tratada", False),
        ("Regar la vía; en lo posible con agua tratada", False),
        ("Regar la vía y, en lo posible, techar la faja", False),
        ("En lo posible se regará la vía; se hará todo lo posible por techar la faja", True),
        ("Reducir el ruido en lo posible, mensualmente", False),
        ("Close the road as far as possible before the rains", False),
        ("", False),
    ],
)
def test_a_sentence_is_vague_that_speaks_of_an_effort_and_names_no_number_day_or_deed(
    sentence: str, vague: bool
) -> None:
    assert is_vague(sentence) == vague


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


@pytest.mark.parametrize(("words", "told"), [("Water the road as far as possible", 2), ("Water the road twice", 1)])
def test_whoever_enters_vague_words_is_told_and_they_are_saved(
    client: Client, cast: Cast, mine: Mine, words: str, told: int
) -> None:
    client.force_login(cast.monitor)
    given = {"assessment": mine.records["assessments"].pk, "description": words, "due_on": "2025-06-30"}
    answer = client.post(f"/en/work/projects/{mine.project.slug}/conditions/add/", SAYS | given)
    assert answer.status_code == 302
    assert mine.records["assessments"].conditions.filter(description=words).exists()
    assert len(list(get_messages(answer.wsgi_request))) == told


def test_the_warning_says_separately_what_is_missing(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    words = "Water the road as far as possible"
    given = {"assessment": mine.records["assessments"].pk, "description": words, "due_on": "2025-06-30"}
    address = f"/en/work/projects/{mine.project.slug}/conditions/add/"
    for more, missing in (
        ({}, "how much, who must do it, what exactly is done"),
        ({"responsible": "The company"}, "how much, what exactly is done"),
        (
            {"due_on": "", "before_phase": "closure", "days_before": "9"},
            "how much, who must do it, what exactly is done",
        ),
    ):
        answer = client.post(address, SAYS | given | more)
        told = [str(one) for one in get_messages(answer.wsgi_request)]
        assert any(f"They do not say: {missing}." in one for one in told), told


@pytest.mark.parametrize(
    ("sentence", "has_day", "has_party", "missing"),
    [
        ("Water the road as far as possible", False, False, ("number", "day", "responsible", "deed")),
        ("Water the road as far as possible", True, True, ("number", "deed")),
        ("La empresa hará todos los esfuerzos", True, False, ("number", "deed")),
        ("El ministerio hará todos los esfuerzos", False, False, ("number", "day", "deed")),
        ("Hará todos los esfuerzos por la empresarialidad", True, False, ("number", "responsible", "deed")),
        ("Water the road twice", False, False, ()),
        ("Cover the belt", False, False, ()),
    ],
)
def test_number_day_party_and_deed_are_missed_one_by_one(
    sentence: str, has_day: bool, has_party: bool, missing: tuple[str, ...]
) -> None:
    assert missing_in(sentence, has_day=has_day, has_party=has_party) == missing


@pytest.mark.django_db(databases=["default", "public"])
def test_the_public_page_says_how_many_are_vague_in_which_words_and_what_is_missing(
    client: Client, cast: Cast, mine: Mine
) -> None:
    for code in ("conditions", "commitments"):
        record = mine.records[code]
        record.description = "Water the road as far as possible"
        record.save()
    published(cast, produced(mine.project))
    address = f"/en/projects/{mine.project.slug}"
    page = client.get(f"{address}/oversight/").content.decode()
    assert "1 of 1 use words such as" in page
    assert "Water the road as far as possible" in page
    assert "They do not say: how much, who must do it, what exactly is done." in page
    assert "1 of 1 use words such as" in client.get(f"{address}/promises/").content.decode()
