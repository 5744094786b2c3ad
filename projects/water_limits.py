"""Limits for water, as the file beside says them: for effluents (LMP), and for receiving water by its category.

The file holds D.S. 010-2010-MINAM for effluents of mines, both columns of its annex, and of the annex of D.S. 004-2017-MINAM
pH, metals and chromium VI of every category. What is not in it is not judged, and water of one category never by another's
limits. Amounts are milligrams in a litre; pH has a least and a most.

Left out is what the decree limits otherwise than it is recorded here: dissolved cadmium (category 4), free and WAD cyanide (all
but 1-A1, whose limit is for all of it), oils that may leave no film (1-B1), oils of category 3, and suspended solids of 4-E2 and
4-E3, for which rivers of the forest and estuaries have limits of their own that these categories do not tell apart. 1-B2 has
no limit for any parameter known here, nor has 2-C3 for cadmium.

The annex is a picture. Categories 1, 2 and 4 were read on 30 November 2026 from a public transcription that names the page of
each value (github.com/LucianoSarmiento/AquaRadar-v.1.0, 02cf88b1), whose category 3 is the one that was here already. A second
one (github.com/sanaleaz123-jpg/-lvca-agua, 17cf59fc) says the same where it was made from an official table: pH, arsenic, iron
and manganese of 1-A2, 4-E1 and 4-E2, and solids of 4-E1. Nobody has compared the rest with the gazette yet.
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
