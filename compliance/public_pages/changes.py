"""What changed since the publication before, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.design.writing import money, pick_language
from compliance.public_pages import Row
from compliance.public_pages.scorecards import SHORT_OF_FACTS


def change_rows(changes: Iterable[Mapping[str, Any]]) -> list[Row]:
    """What moved since the publication before, in words; unknown sides are named."""
    return [
        {
            "label": pick_language(one["label"]),
            "before": side(one["before"], one["kind"], one.get("currency")),
            "after": side(one["after"], one["kind"], one.get("currency")),
        }
        for one in changes
    ]


def side(value: object, kind: str, currency: str | None) -> str:
    """A sum or a grade on one side of a change, or why there was none."""
    if value == SHORT_OF_FACTS:
        return _("not graded")
    if value is None:
        return _("not known") if kind == "money" else _("does not apply")
    return money(value, currency) if currency else str(value)
