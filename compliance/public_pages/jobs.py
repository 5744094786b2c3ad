"""Jobs on public pages: how many workers are neighbours."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.design.writing import as_decimal, of_every_100, share_of
from compliance.public_pages import Document, Row


def jobs_answer(document: Document) -> Row:
    """How many of every 100 workers are neighbours in the period's year, and who says so."""
    year = document["period"]["year"]
    row = next((row for row in document["employment"] if row["year"] == year), None)
    share = of_every_100(row["district"], row["total"]) if row else None
    return {"share": share, "row": row, "dots": share_of(row["district"], row["total"]) if row else None}


def jobs_series(document: Document) -> Row:
    """Of every 100 workers, by year, at one scale; each wider area includes the narrower one.

    Years that nobody reported stand between the others as unknown, up to the year of the document.
    """
    reported = {row["year"]: row for row in document["employment"]}
    years = range(min([*reported, document["period"]["year"]]), document["period"]["year"] + 1)
    rows = [reported.get(year, {}) for year in years]
    parts = (
        ("district", _("District (neighbours)")), ("province", _("Province")), ("region", _("Region")),
        ("abroad", _("Other countries")), ("women", _("Women")),
    )  # fmt: skip
    counts = [{**row, "abroad": from_abroad(row)} for row in rows]
    series: list[Row] = [
        {"name": name, "values": [share_of(row.get(part), row.get("total")) for row in counts]}
        for part, name in parts
        if any(row.get(part) is not None for row in counts)
    ]
    known: list[Decimal] = [value for one in series for value in one["values"] if value is not None]
    top = (max(known, default=Decimal(100)) / 10).to_integral_value(ROUND_CEILING) * 10
    voices = {row["voice"] for row in rows if row.get("total") is not None}
    return {
        "years": list(years),
        "series": series,
        "top": top or Decimal(10),
        "voice": voices.pop() if len(voices) == 1 else "unknown",
        "hatched": any(value is None for one in series for value in one["values"]),
    }


def from_abroad(row: Mapping[str, Any]) -> Decimal | None:
    """Workers who are not nationals, in the same count as all others (the legal head count is another)."""
    total, national = as_decimal(row.get("total")), as_decimal(row.get("national"))
    return None if total is None or national is None else total - national
