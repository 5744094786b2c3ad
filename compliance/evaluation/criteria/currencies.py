"""Figures in several currencies, which are never added: the weakest counts."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.measurement import Measurement, Part, measurement
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import Row
from compliance.evaluation.framework import HUNDRED


def lowest_share(
    shares: dict[str, Share],
    missing: set[str],
    flags: set[str],
    used: Iterable[Row],
    beside: tuple[Part, ...] = (),
    small: Collection[str] = (),
) -> Measurement:
    """Let the currency with the lowest share count; one of which nothing is shown has a share of nothing.

    Those of too `small` sums stand beside it and decide nothing.
    """
    parts = {currency: share.part(currency) for currency, share in sorted(shares.items())}
    unknown = measurement(used, missing, flags, breakdown=(*parts.values(), *beside))
    if not any(share.anything_known for currency, share in shares.items() if currency not in small):
        return unknown
    deciding = {currency: share for currency, share in shares.items() if currency not in small}
    weighed = {currency: parts[currency] for currency, share in deciding.items() if share.whole > 0}
    ranges = [parts[currency] for currency, share in deciding.items() if share.whole > 0 or share.is_open]
    decisive = min(weighed.values(), key=lambda part: (part.value or ZERO, part.name))
    return replace(
        unknown,
        value=decisive.value or ZERO,
        low=min(part.low or ZERO for part in ranges),
        high=min(HUNDRED if part.high is None else part.high for part in ranges),
        numerator=decisive.numerator or ZERO,
        denominator=shares[decisive.name].whole,
        decided_by=decisive.name,
    )


def highest(parts: Iterable[Part], missing: set[str], flags: set[str], used: Iterable[Row]) -> Measurement:
    """Let the currency with the highest figure count, where high is bad; a range without limit stays so."""
    breakdown = tuple(sorted(parts, key=lambda part: part.name))
    unknown = measurement(used, missing, flags, breakdown=breakdown)
    known = [(part.value, part.name, part) for part in breakdown if part.value is not None]
    if not known:
        return unknown
    value, currency, decisive = max(known, key=lambda item: item[:2])
    highs = [part.high for part in breakdown if part.high is not None]
    return replace(
        unknown,
        value=value,
        low=max(part.low or ZERO for part in breakdown),
        high=max(highs) if len(highs) == len(breakdown) else None,
        numerator=decisive.numerator,
        denominator=decisive.denominator,
        decided_by=currency,
    )
