"""Limits for water, air and noise, as the file beside says them.

For effluents they are maximum permissible limits (LMP, D.S. 010-2010-MINAM, both columns of its annex); for receiving water
environmental quality standards by category (ECA, annex of D.S. 004-2017-MINAM: pH, metals and chromium VI of each); for air
D.S. 003-2017-MINAM, in µg/m³, with how many times a year a value may be beyond; for noise D.S. 085-2003-PCM by zone, in
dB(A). What is not in the file is not judged, and water of one category never by another's limits. Amounts of water are
milligrams in a litre; pH has a least and a most. No norm of Peru limits dust that settles.

Left out is what the decrees limit otherwise than it is recorded here: dissolved cadmium (category 4), free and WAD cyanide (all
but 1-A1, whose limit is for all of it), oils that may leave no film (1-B1), oils of category 3, and suspended solids of 4-E2 and
4-E3, for which rivers of the forest and estuaries have limits of their own that these categories do not tell apart. 1-B2 has
no limit for any parameter known here, nor has 2-C3 for cadmium. Of air benzene and the metals of D.S. 011-2023-MINAM, which
have only a mean of the year, and noise where a place lies in several zones.

The annex for water is a picture. Categories 1, 2 and 4 were read on 30 November 2026 from a public transcription that names the
page of each value (github.com/LucianoSarmiento/AquaRadar-v.1.0, 02cf88b1), whose category 3 is the one that was here already. A
second one (github.com/sanaleaz123-jpg/-lvca-agua, 17cf59fc) says the same where it was made from an official table: pH, arsenic,
iron and manganese of 1-A2, 4-E1 and 4-E2, and solids of 4-E1. Nobody has compared the rest with the gazette yet, nor the values
for air and noise, which were written down from knowledge of the decrees.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

LMP, AIR = "LMP", "air"
"""The standards of effluents and of air, beside the categories of receiving water and the zones of noise."""
FILE = Path(__file__).with_name("data") / "environmental_limits.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What may be in one sample, from a day on, and in the mean of twelve months where that has a limit."""

    standard: str
    parameter: str
    least: Decimal | None
    most: Decimal
    mean_most: Decimal | None
    times_allowed: int | None
    """how often in a year one sample may be beyond; None: never"""
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
                times_allowed=int(row["times_allowed"]) if row["times_allowed"] else None,
                norm=row["norm"],
                article=row["article"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in csv.DictReader(file)
        )


@cache
def limits_for(standard: str, parameter: str) -> tuple[Limit, ...]:
    """All that ever held for one parameter by one standard."""
    return tuple(one for one in all_limits() if (one.standard, one.parameter) == (standard, parameter))


def limit_of(standard: str, parameter: str, day: date) -> Limit | None:
    """The limit that holds on a day; None where the file has none."""
    held = limits_for(standard, parameter)
    return next((one for one in held if one.valid_from <= day <= (one.valid_to or day)), None)
