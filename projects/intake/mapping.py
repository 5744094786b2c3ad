"""Which column means what: a proposal from the headings, and the key under which an answer is remembered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from projects.intake.headings import heading_key, known_among
from projects.intake.targets import TARGETS, ImportField, ImportTarget


def headings_digest(headings: Sequence[str]) -> str:
    """The same headings in the same order give the same digest."""
    return hashlib.sha256(json.dumps(list(headings), ensure_ascii=False).encode()).hexdigest()


def propose(target: ImportTarget, headings: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A mapping and fixed values guessed from the headings; a column is proposed once."""
    by_key = {heading_key(heading): heading for heading in reversed(headings)}
    mapping: dict[str, Any] = {}
    fixed: dict[str, str] = {}
    units: dict[str, str] = {}
    taken: set[str] = set()
    for field in target.fields:
        found = known_headings(field, by_key, taken)
        if found:
            mapping[field.code] = {"column": by_key[found[0]], "second": by_key[found[1]] if found[1:] else ""}
            taken.update(found)
            if found[0] in field.unit_hints:
                units[field.code] = field.unit_hints[found[0]]
        else:
            hint = next((value for key, value in field.fixed_hints.items() if key in by_key), field.fixed)
            if hint:
                fixed[field.code] = hint
    return mapping, {"fixed": fixed, "units": units}


def known_headings(field: ImportField, by_key: dict[str, str], taken: set[str]) -> list[str]:
    """The best known heading, and the next best where a second one is of use; the field's own label is best."""
    known = dict.fromkeys(field.headings())
    found = [heading for heading in known if heading in by_key and heading not in taken]
    return found[: 2 if field.second else 1]


def better_target(target: ImportTarget, headings: Sequence[str]) -> ImportTarget | None:
    """Another kind of file to which more of the headings belong."""
    fitting = {code: known_among(headings, one.known) for code, one in TARGETS.items()}
    best = max(TARGETS, key=lambda code: fitting[code])
    return TARGETS[best] if fitting[best] > fitting[target.code] else None


def missing(target: ImportTarget, mapping: dict[str, Any], fixed: dict[str, str]) -> list[Sequence[str]]:
    """Groups of required fields of which none has a column or a fixed value."""
    return [
        group
        for group in target.needs
        if not any(mapping.get(code, {}).get("column") or fixed.get(code) for code in group)
    ]
