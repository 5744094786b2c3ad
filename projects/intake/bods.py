"""Statements of the Beneficial Ownership Data Standard 0.4 as rows of a table: one row a statement; pure, without Django.

Of people only the name is read: nothing else of them gets into the rows. What a share is known to lie between stays as
words, for nobody knows the exact one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from projects.intake.bods_rules import OLD_FIELDS, wrong_with
from projects.intake.headings import fold
from projects.intake.problems import Cell, Refusal

Statement = Mapping[str, Any]

HEADINGS = {
    "statement": "id of the statement",
    "kind": "kind of row",
    "name": "name of the organisation",
    "country": "country of the organisation",
    "identifiers": "numbers in registers",
    "company": "company of the share",
    "owner": "owner of the share",
    "interest": "interest",
    "share_percent": "share, %",
    "starts_on": "from",
    "ends_on": "until",
    "replaced_in_row": "row that replaces it",
    "same_name_as_row": "row of the same name that may be another",
}
"""The columns of the table by what they hold, as `owners` calls them."""
ORDER = ("entity", "person", "relationship")
"""Shares last, for they name the others."""
KINDS = {"registeredEntity": "company", "state": "agency", "stateBody": "agency"}
"""The kind of organisation by the type of an entity; all others are of another kind."""
DIRECT_SHARE = "shareholding, direct"
BETWEEN = "; "
"""Between numbers in registers, and between interests."""
MOST_ERRORS = 1_000


def is_bods(found: Sequence[Statement]) -> bool:
    """Whether the objects of a file are statements, of this version or of one before."""
    marks = {"statementId", "recordType", *OLD_FIELDS}
    return any(not marks.isdisjoint(one) for one in found)


def rows_of(found: Sequence[Statement]) -> list[list[Cell]]:
    """The cells of each statement below `HEADINGS`. Raises Refusal that names everything that is wrong in the file."""
    errors = [[number, *wrong] for number, one in enumerate(found, start=1) for wrong in wrong_with(one)]
    if errors:
        raise Refusal("not_bods", errors=errors[:MOST_ERRORS])
    ordered = sorted(found, key=lambda one: ORDER.index(one["recordType"]))
    newest = {one["recordId"]: number for number, one in enumerate(ordered, start=1)}
    twins = twins_of(ordered, newest)
    called = {
        one["recordId"]: f"{name_of(one)} ({one['recordId']})" if number in twins else name_of(one)
        for number, one in enumerate(ordered, start=1)
        if newest[one["recordId"]] == number
    }
    rows = []
    for number, one in enumerate(ordered, start=1):
        said: dict[str, Cell] = {"statement": one["statementId"]}
        said |= share_of(one, called) if one["recordType"] == "relationship" else owner_of(one)
        if newest[one["recordId"]] != number:
            said["replaced_in_row"] = str(newest[one["recordId"]])
        if number in twins:
            said["same_name_as_row"] = str(twins[number])
        rows.append([said.get(code) for code in HEADINGS])
    return rows


def twins_of(ordered: Sequence[Statement], newest: Mapping[str, int]) -> dict[int, int]:
    """Rows of which an earlier one has the name and may be another: only the same numbers, or the same in all, tell that not."""
    first: dict[str, int] = {}
    found = {}
    for number, one in enumerate(ordered, start=1):
        name = fold(name_of(one) or "")
        if not name or newest[one["recordId"]] != number:
            continue
        earlier = first.setdefault(name, number)
        other, numbers = ordered[earlier - 1], identifiers_of(one)
        same = one["recordDetails"] == other["recordDetails"] or (numbers and numbers == identifiers_of(other))
        if not same:
            found[number] = earlier
    return found


def name_of(one: Statement) -> str | None:
    """The name of an entity or of a person; None where none is said, and of a share."""
    details = one["recordDetails"]
    if one["recordType"] == "person":
        return next((name["fullName"] for name in details.get("names", ()) if name.get("fullName")), None)
    return details.get("name") or None


def identifiers_of(one: Statement) -> str:
    """The numbers of an entity with their registers, in order; "" where none is said. Those of people are not read."""
    found = one["recordDetails"].get("identifiers", ()) if one["recordType"] == "entity" else ()
    return BETWEEN.join(
        sorted(f"{each.get('scheme') or each['schemeName']} {each['id']}" for each in found if "id" in each)
    )


def owner_of(one: Statement) -> dict[str, Cell]:
    """What is said of an entity, or of a person."""
    if one["recordType"] == "person":
        return {"kind": "person", "name": name_of(one)}
    details = one["recordDetails"]
    return {
        "kind": KINDS.get(details["entityType"]["type"], "other"),
        "name": name_of(one),
        "country": details.get("jurisdiction", {}).get("code", "")[:2] or None,
        "identifiers": identifiers_of(one) or None,
    }


def share_of(one: Statement, called: Mapping[str, str | None]) -> dict[str, Cell]:
    """What is said of a share; of several interests the one direct share."""
    details = one["recordDetails"]
    interests = details.get("interests", ())
    direct = [interest for interest in interests if words_of(interest) == DIRECT_SHARE]
    told: Statement = next(iter(direct), {})
    ended = told.get("endDate") or ("?" if one.get("recordStatus") == "closed" else None)
    said = [*filter(None, [reason_of(details["subject"]), reason_of(details["interestedParty"])])]
    return {
        "kind": "share",
        "company": party(details["subject"], called),
        "owner": party(details["interestedParty"], called),
        "interest": BETWEEN.join([*said, *map(words_of, interests)]) or None,
        "share_percent": percent_of(told.get("share", {})),
        "starts_on": told.get("startDate"),
        "ends_on": ended,
    }


def words_of(interest: Statement) -> str:
    """Of which type an interest is, and whether it is held directly."""
    return f"{interest.get('type', 'unknownInterest')}, {interest.get('directOrIndirect', 'unknown')}"


def reason_of(party: object) -> str | None:
    """Why a party is not named."""
    return str(party["reason"]) if isinstance(party, Mapping) else None


def party(record: object, called: Mapping[str, str | None]) -> str | None:
    """What a record is called; its id where the file says nothing of it, and None where there is none."""
    return called.get(record, record) if isinstance(record, str) else None


def percent_of(share: Mapping[str, Any]) -> Cell:
    """The exact share as the file writes it; else what it lies between, in signs; None where nothing is said."""
    if "exact" in share:
        return dict(share["exact"])
    least, most = share.get("minimum"), share.get("maximum")
    if least and most and Decimal(least["number"]) == Decimal(most["number"]):
        return dict(least)
    return ", ".join(bounds_of(share)) or None


def bounds_of(share: Mapping[str, Any]) -> Iterator[str]:
    """``≥ 25``, ``< 50``: the bounds of a share."""
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    yield from (f"{sign} {share[name]['number']}" for name, sign in signs.items() if name in share)
