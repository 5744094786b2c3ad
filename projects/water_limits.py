"""Limits for water, as the file beside says them: for effluents (LMP), and for receiving water by its category.

The file holds D.S. 010-2010-MINAM for effluents of mines, both columns of its annex, and of D.S. 004-2017-MINAM two parts of
category 3 (D1 irrigation, D2 drink for animals): of these pH and metals, no oils, cyanide or solids, and of no other category
anything. What is not in it is not judged. Amounts are milligrams in a litre; pH has a least and a most.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("data") / "water_limits.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What may be in one sample, from a day on, and in the mean of twelve months where that has a limit."""

    standard: str
    parameter: str
    least: Decimal | None
    most: Decimal
    mean_most: Decimal | None
    norm: str
    article: str
    valid_from: date
    valid_to: date | None


@cache
def all_limits() -> tuple[Limit, ...]:
    """Every limit of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Limit(
                standard=row["standard"],
                parameter=row["parameter"],
                least=Decimal(row["least"]) if row["least"] else None,
                most=Decimal(row["most"]),
                mean_most=Decimal(row["mean_most"]) if row["mean_most"] else None,
                norm=row["norm"],
                article=row["article"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in csv.DictReader(file)
        )


@cache
def limits_for(standard: str, parameter: str) -> tuple[Limit, ...]:
    """All that ever held for one parameter in one kind of water."""
    return tuple(one for one in all_limits() if (one.standard, one.parameter) == (standard, parameter))


def limit_of(standard: str, parameter: str, day: date) -> Limit | None:
    """The limit that holds on a day; None where the file has none."""
    held = limits_for(standard, parameter)
    return next((one for one in held if one.valid_from <= day <= (one.valid_to or day)), None)
