"""One spelling, one fingerprint."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, localcontext

import pytest

from compliance.evaluation import canonical


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0.600", "0.6"),
        ("0.6", "0.6"),
        ("1E+3", "1000"),
        ("100", "100"),
        ("-0.00", "0"),
        ("-1.50", "-1.5"),
        ("1234567890123456789012345678901234567890.10", "1234567890123456789012345678901234567890.1"),
    ],
)
def test_a_number_has_one_spelling(number: str, text: str) -> None:
    assert canonical.spell(Decimal(number)) == text


def test_keys_are_sorted_and_text_is_composed() -> None:
    assert canonical.dumps({"b": 1, "a": "Pen\u0303a"}) == '{"a":"Pe\u00f1a","b":1}'
    assert canonical.digest({"n\u0303": 1}) == canonical.digest({"\u00f1": 1})


def test_what_is_plain_already_has_the_same_text_and_is_composed_too() -> None:
    for text in ("Pe\u00f1a", "Pen\u0303a", "Pena"):
        assert canonical.dumps_plain({"b": [1, None], "a": text}) == canonical.dumps({"b": [1, None], "a": text})


def test_dates_and_moments_are_iso() -> None:
    lima = timezone(timedelta(hours=-5))
    assert canonical.plain([date(2025, 1, 2), datetime(2026, 1, 20, 5, 5, tzinfo=lima)]) == [
        "2025-01-02",
        "2026-01-20T10:05:00Z",
    ]
    assert canonical.plain(datetime(2026, 1, 20, tzinfo=UTC)) == "2026-01-20T00:00:00Z"


@pytest.mark.parametrize(
    "unfit",
    [
        0.5,
        [1, {"a": 0.0}],
        Decimal("NaN"),
        Decimal("Infinity"),
        {1: 2},
        {"\u00f1": 1, "n\u0303": 2},
        {1, 2},
        b"x",
        datetime(2026, 1, 20),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_sealed_is_refused(unfit: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical.dumps(unfit)


def test_true_is_not_one() -> None:
    assert canonical.dumps([True, 1, None]) == "[true,1,null]"


def test_three_thirds_are_one_whatever_the_arithmetic_of_the_thread() -> None:
    with localcontext() as context:
        context.prec = 3
        third = canonical.EXACT.divide(Decimal(100), Decimal(3))
        assert canonical.settle(canonical.EXACT.multiply(third, Decimal(3))) == 100


def test_known_texts_have_known_fingerprints() -> None:
    """By `printf '%s' TEXT | sha256sum`: what was sealed keeps its fingerprint for ever."""
    assert canonical.fingerprint("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert canonical.dumps({"b": Decimal("0.600"), "a": ["ñ", date(2025, 1, 2), None, True]}) == (
        '{"a":["ñ","2025-01-02",null,true],"b":"0.6"}'
    )
    assert canonical.digest({"b": Decimal("0.600"), "a": ["ñ", date(2025, 1, 2), None, True]}) == (
        "e7ed06dff8e402f194639cdc4c15209475f2dd709c705a3982733468b1a2f825"
    )
