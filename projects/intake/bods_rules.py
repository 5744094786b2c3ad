"""What a statement of the Beneficial Ownership Data Standard 0.4 must look like, as far as it is read; pure, without Django.

Rules follow the published schema (https://standard.openownership.org/en/0.4.0/). Each finds what is wrong as the path of a
field with a code, whose words are in `messages`. Numbers are the tagged literals of `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Wrong = tuple[str, str]
"""The path of a field, such as `recordDetails.interests[0].share.exact`, and the code of what is wrong."""
Rule = Callable[[Any, str], Iterator[Wrong]]

ENTITY_TYPES = (
    *("registeredEntity", "legalEntity", "arrangement", "anonymousEntity", "unknownEntity", "state", "stateBody"),
)
PERSON_TYPES = ("knownPerson", "anonymousPerson", "unknownPerson")
REASONS = (
    *("noBeneficialOwners", "subjectUnableToConfirmOrIdentifyBeneficialOwner", "subjectExemptFromDisclosure"),
    *("interestedPartyHasNotProvidedInformation", "interestedPartyExemptFromDisclosure"),
    *("unknown", "informationUnknownToPublisher"),
)
INTERESTS = (
    *("shareholding", "votingRights", "appointmentOfBoard", "otherInfluenceOrControl", "seniorManagingOfficial"),
    *("settlor", "trustee", "protector", "beneficiaryOfLegalArrangement", "rightsToSurplusAssetsOnDissolution"),
    *("rightsToProfitOrIncome", "rightsGrantedByContract", "conditionalRightsGrantedByContract"),
    *("controlViaCompanyRulesOrArticles", "controlByLegalFramework", "boardMember", "boardChair", "unknownInterest"),
    *("unpublishedInterest", "enjoymentAndUseOfAssets", "rightToProfitOrIncomeFromAssets", "nominee", "nominator"),
)
SHARES = ("exact", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
OLD_FIELDS = ("statementType", "statementID")
"""By which statements before 0.4 are told."""


def is_object(value: object) -> bool:
    """Whether it is an object of the file; a tagged number is a plain dictionary."""
    return isinstance(value, dict) and type(value) is not dict


def text(least: int = 1, most: int = 10_000) -> Rule:
    """A text of so many characters."""

    def rule(value: Any, path: str) -> Iterator[Wrong]:
        if not isinstance(value, str):
            yield path, "not_text"
        elif not least <= len(value) <= most:
            yield path, "wrong_length"

    return rule


def one_of(*codes: str) -> Rule:
    """One of the codes of a closed list."""

    def rule(value: Any, path: str) -> Iterator[Wrong]:
        if not isinstance(value, str) or value not in codes:
            yield path, "not_in_list"

    return rule


def day(value: Any, path: str) -> Iterator[Wrong]:
    """A day, or a moment, in the form of RFC 3339."""
    try:
        datetime.fromisoformat(value if re.match(r"\d{4}-\d\d-\d\d", value, re.ASCII) else "")
    except (TypeError, ValueError):
        yield path, "not_a_date"


def percent(value: Any, path: str) -> Iterator[Wrong]:
    """A number from 0 to 100."""
    try:
        if not 0 <= Decimal(value["number"]) <= 100:
            yield path, "not_a_percentage"
    except (InvalidOperation, KeyError, TypeError):
        yield path, "not_a_number"


def yes_or_no(value: Any, path: str) -> Iterator[Wrong]:
    """True or false."""
    if not isinstance(value, bool):
        yield path, "not_yes_or_no"


def each(rule: Rule) -> Rule:
    """A list of which each item keeps a rule."""

    def found(value: Any, path: str) -> Iterator[Wrong]:
        if not isinstance(value, list):
            yield path, "not_a_list"
            return
        for place, item in enumerate(value):
            yield from rule(item, f"{path}[{place}]")

    return found


def fields(needed: dict[str, Rule], known: dict[str, Rule], either: tuple[str, ...] = ()) -> Rule:
    """An object with the fields that are needed, of `either` one at least; others that are known keep their rules."""

    def rule(value: Any, path: str) -> Iterator[Wrong]:
        if not is_object(value):
            yield path, "not_an_object"
            return
        start = f"{path}." if path else ""
        for name in needed:
            if name not in value:
                yield start + name, "missing"
        if either and not any(name in value for name in either):
            yield start + either[0], "missing"
        for name, check in (needed | known).items():
            if name in value:
                yield from check(value[name], start + name)

    return rule


def record_or_reason(value: Any, path: str) -> Iterator[Wrong]:
    """The id of a record, or why there is none."""
    yield from (UNSPECIFIED if is_object(value) else text())(value, path)


UNSPECIFIED = fields({"reason": one_of(*REASONS)}, {"description": text(0)})
IDENTIFIER = fields({}, {"id": text(), "scheme": text(), "schemeName": text()}, either=("scheme", "schemeName"))
INTEREST = fields(
    {},
    {
        "type": one_of(*INTERESTS),
        "directOrIndirect": one_of("direct", "indirect", "unknown"),
        "beneficialOwnershipOrControl": yes_or_no,
        "share": fields({}, dict.fromkeys(SHARES, percent)),
        "startDate": day,
        "endDate": day,
    },
)
DETAILS = {
    "entity": fields(
        {"isComponent": yes_or_no, "entityType": fields({"type": one_of(*ENTITY_TYPES)}, {})},
        {
            "name": text(0),
            "alternateNames": each(text()),
            "jurisdiction": fields({"name": text()}, {"code": text(2, 6)}),
            "identifiers": each(IDENTIFIER),
        },
    ),
    "person": fields(
        {"isComponent": yes_or_no, "personType": one_of(*PERSON_TYPES)},
        {"names": each(fields({}, {"fullName": text()})), "birthDate": text(4)},
    ),
    "relationship": fields(
        {"isComponent": yes_or_no, "subject": record_or_reason, "interestedParty": record_or_reason},
        {"interests": each(INTEREST)},
    ),
}
STATEMENT = fields(
    {
        "statementId": text(32, 64),
        "statementDate": day,
        "declarationSubject": text(),
        "recordId": text(),
        "recordType": one_of(*DETAILS),
        "recordDetails": fields({}, {}),
    },
    {
        "recordStatus": one_of("new", "updated", "closed"),
        "publicationDetails": fields(
            {"publicationDate": day, "bodsVersion": text(), "publisher": fields({}, {}, either=("name", "url"))}, {}
        ),
        "source": fields({}, {"type": each(text())}),
    },
)


def wrong_with(statement: Any) -> Iterator[Wrong]:
    """Everything that is wrong with one statement."""
    yield from STATEMENT(statement, "")
    yield from ((name, "of_older_version") for name in OLD_FIELDS if name in statement)
    kind = statement.get("recordType")
    if isinstance(kind, str) and kind in DETAILS and is_object(statement.get("recordDetails")):
        yield from DETAILS[kind](statement["recordDetails"], "recordDetails")
