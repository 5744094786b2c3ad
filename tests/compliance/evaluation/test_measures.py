"""Measures carry their words: nothing that they say is shown as a code."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext, override

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.criteria.assessments import certified_before_start
from compliance.evaluation.criteria.measurement import Measurement, measurement
from compliance.evaluation.criteria.registry import Measure, measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import CODES, PERCENT, code
from compliance.words import code_words, part_words, words_of
from tests.compliance.evaluation.builders import facts, framework, indicator


@pytest.fixture(autouse=True)
def nothing_declared_by_a_test_stays() -> Iterator[None]:
    codes, measures = dict(CODES), dict(MEASURES)
    yield
    CODES.clear()
    CODES.update(codes)
    MEASURES.clear()
    MEASURES.update(measures)


def declared(*codes: str, unit: str = PERCENT, name: str = "training_minutes", **given: Any) -> Measure:
    """A measure that may give these codes, and gives what is given."""

    def reckon(facts: Facts, indicator: Indicator) -> Measurement:
        return measurement([], **given)

    reckon.__name__ = name
    return measure(unit=unit, codes=codes)(reckon)


@pytest.mark.parametrize("words", ["", "  "])
def test_a_code_without_words_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="the code no-minutes has no words"):
        code("no-minutes", words)


def test_a_code_has_one_sentence_wherever_it_is_declared() -> None:
    assert (
        code("no-minutes", "nobody counted the minutes")
        == code("no-minutes", "nobody counted the minutes")
        == "no-minutes"
    )
    with pytest.raises(ValueError, match="the code no-minutes says “nobody counted the minutes” already"):
        code("no-minutes", "the minutes are missing")


@pytest.mark.parametrize("given", [{"codes": ["no-minutes"]}, {"codes": [], "unit": "minutes"}])
def test_a_measure_with_a_code_or_a_unit_without_words_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"training_minutes: no words for (no-)?minutes"):
        declared(*given.pop("codes"), **given)
    assert "training_minutes" not in MEASURES


@pytest.mark.parametrize("given", [{"missing": ("no-minutes",)}, {"flags": ("no-minutes",)}, {"reason": "no-minutes"}])
def test_a_measure_that_gives_a_code_which_it_does_not_declare_is_refused(given: dict[str, Any]) -> None:
    code("no-minutes", "nobody counted the minutes")
    with pytest.raises(ValueError, match="training_minutes gives no-minutes, which it does not declare"):
        declared(**given)(facts(), indicator("R01"))
    honest = declared("no-minutes", name="minutes_of_training", **given)
    assert honest(facts(), indicator("R01")) == measurement([], **given)


def test_two_measures_of_one_name_are_refused() -> None:
    assert declared() is MEASURES["training_minutes"]
    with pytest.raises(ValueError, match="two measures are called training_minutes"):
        declared()


def test_every_code_and_unit_of_every_measure_is_shown_in_words() -> None:
    for found in MEASURES.values():
        for name in (found.unit, *found.codes):
            assert code_words(name) == CODES[name].strip() != "", name
        assert words_of(sorted(found.codes)) == [CODES[name] for name in sorted(found.codes)]
        assert found.codes.isdisjoint(words_of(found.codes))


def test_everything_that_the_judgement_says_is_said_in_spanish_too() -> None:
    said = [*CODES.values(), *(words for found in MEASURES.values() for words in (found.note, *(found.divides or ())))]
    with override("es"):
        assert [words for words in said if words and gettext(words) == words] == []


def test_why_no_measure_was_asked_is_said_in_words_too() -> None:
    assert words_of(["exempt", "phase", "rule-not-in-force"]) == [
        "it was exempted",
        "it does not apply in this phase of the mine",
        "the rule was not in force then",
    ]


def test_a_code_that_no_measure_gives_any_more_shows_with_spaces() -> None:
    assert words_of(["given-in-1999", ""]) == ["given in 1999"]


def test_parts_are_named_in_words_and_employers_and_currencies_as_they_are() -> None:
    names = ("district", "voluntary", "PEN", "PEN confirmed", "Minera Puka Willka")
    assert [part_words(name) for name in names] == [
        "living in the districts",
        "what it promised freely",
        "PEN",
        "PEN, confirmed",
        "Minera Puka Willka",
    ]


def test_a_measure_finds_the_rule_that_it_serves() -> None:
    assert certified_before_start.rule_in(framework()) == indicator("E01")
    others = tuple(found for found in framework().indicators if found.code != "E01")
    assert certified_before_start.rule_in(replace(framework(), indicators=others)) is None


@pytest.mark.parametrize(
    ("more", "low", "value", "high"),
    [
        (lambda share: None, 40, 40, 40),
        (lambda share: share.could_grow(Decimal(100), inside=True), 40, 40, 70),
        (lambda share: share.could_grow(Decimal(100), inside=False), 20, 40, 40),
        (lambda share: share.open(up=True, down=False), 40, 40, 100),
        (lambda share: share.open(up=False, down=True), 0, 40, 40),
        (lambda share: share.open(), 0, 40, 100),
        (lambda share: share.doubt(Decimal(10)), 30, 40, 40),
        (lambda share: share.add(Decimal(100), None), 20, 20, 70),
        (lambda share: share.add(Decimal(100), None, least=Decimal(20), most=Decimal(50)), 30, 30, 45),
    ],
)
def test_what_is_not_known_of_a_share_opens_its_range_by_so_much_and_to_that_side_alone(
    more: Callable[[Share], None], low: int, value: int, high: int
) -> None:
    share = Share()
    share.add(Decimal(100), Decimal(40))
    more(share)
    found: Any = share.part("workers")
    assert (found.low, found.value, found.high) == (low, value, high)


class Missing(NullTranslations):
    """What a catalogue says of words that it does not have."""

    def gettext(self, message: str) -> str:
        return ""


def test_every_word_of_a_judgement_stands_in_the_catalogue_in_which_it_is_looked_up() -> None:
    with (Path(__file__).parents[3] / "locale/es/LC_MESSAGES/django.mo").open("rb") as file:
        catalogue = GNUTranslations(file)
    catalogue.add_fallback(Missing())
    said = {*CODES.values(), *(words for one in MEASURES.values() for words in (one.note, *(one.divides or ())))}
    assert not [words for words in said if words and not catalogue.gettext(words)]
