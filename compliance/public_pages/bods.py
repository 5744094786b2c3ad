"""The published chain of owners as statements of the Beneficial Ownership Data Standard, version 0.4.

One statement for the mine, for each owner that is no person, and for each share (https://standard.openownership.org/).
What is called a person or family is named in the share alone, for nobody says how many people it is; the part of which
nobody knows the owner has no statement.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext as _

from accounts.design.writing import country_name
from compliance.evaluation.criteria.ownership import HoldingFact, OwnedRow
from compliance.evaluation.facts import PUBLIC_BODIES
from compliance.models import Publication
from compliance.public_pages.document import Document
from compliance.public_pages.names import names_of
from compliance.public_pages.owners import carried_of, owners_of
from compliance.public_pages.project import mine_of

Json = dict[str, Any]

VERSION = "0.4"
PERSON = "person"
ENTITY_TYPES = {"company": "registeredEntity", **dict.fromkeys(PUBLIC_BODIES, "stateBody")}
"""By kind of organisation; all others are bodies of another law."""
SOURCE_TYPES = {
    "company": "selfDeclaration",
    "community": "thirdParty",
    "committee": "thirdParty",
    "authority": "thirdParty",
    "monitor": "thirdParty",
}
"""By who says so; of a share of which nobody knows who says it, no source is named."""


def bods_file(publication: Publication, document: Document) -> bytes:
    """The statements as a file; b"" where the chain of owners is not published."""
    found = statements(publication, document)
    return json.dumps(found, ensure_ascii=False, indent=2).encode() if found else b""


def statements(publication: Publication, document: Document) -> list[Json]:
    """Every statement, each entity before the shares that name it; none where the chain is not published.

    Records keep their names from year to year; a statement has an id of its own in every publication.
    """
    owners = owners_of(document)
    if not owners.stakes:
        return []
    envelope = {
        "statementDate": document.as_of.isoformat(),
        "declarationSubject": document.slug,
        "recordStatus": "new",
        "publicationDetails": {
            "publicationDate": publication.published_at.date().isoformat(),
            "bodsVersion": VERSION,
            "publisher": {"name": "Minka"},
        },
    }
    shares = [share(row, document.slug) for row in (*owners.stakes, *owners.holdings)]
    return [
        {"statementId": str(uuid5(NAMESPACE_URL, f"{publication.sha256}/{one['recordId']}")), **envelope, **one}
        for one in (*entities(document, owners.rows), *shares)
    ]


def entities(document: Document, rows: dict[str, OwnedRow]) -> Iterator[Json]:
    """The mine, and every owner that is no person, by what the document calls them."""
    known = {key: row for key, row in rows.items() if row.owner_kind != PERSON}
    called = Counter([document.name, *(row.owner for row in known.values())])
    mine = {"type": "arrangement", "details": _("mine")}
    yield entity(document, called, document.slug, document.name, mine_of(document).country, mine)
    for key, row in known.items():
        kind = {"type": ENTITY_TYPES.get(row.owner_kind, "legalEntity")}
        found = entity(document, called, key, row.owner, row.owner_country, kind)
        if row.listed_on:
            found["recordDetails"]["publicListing"] = {"hasPublicListing": True}
        yield found


def entity(document: Document, called: Counter[str], key: str, name: str, country: str, kind: Json) -> Json:
    """One of them; other names and numbers stand by the name, so none where two have the same."""
    known_as = [one for one in names_of(document) if one.of == name and called[name] == 1]
    details = {
        "isComponent": False,
        "entityType": kind,
        "name": name,
        "alternateNames": [one.called for one in known_as if not one.register],
        "identifiers": [{"scheme": one.register, "id": one.called} for one in known_as if one.register],
        "jurisdiction": {"name": country_name(country), "code": country} if country else None,
    }
    said = {field: value for field, value in details.items() if value not in (None, [])}
    return {"recordId": key, "recordType": "entity", "recordDetails": said}


def share(row: OwnedRow, mine: str) -> Json:
    """What one owner holds directly of the mine or of a company, in percent, and who says so."""
    percent = row.share_percent
    family = {
        "reason": "informationUnknownToPublisher",
        "description": _("%(name)s, a person or family") % {"name": row.owner},
    }
    interest = {
        "type": "shareholding",
        "directOrIndirect": "direct",
        "share": {"exact": int(percent) if percent == int(percent) else float(percent)},
        "startDate": row.starts_on.isoformat(),
    }
    if carried := carried_of(row):
        interest["details"] = carried
    source = SOURCE_TYPES.get(row.voice)
    return {
        "recordId": row.record,
        "recordType": "relationship",
        "recordDetails": {
            "isComponent": False,
            "subject": row.company_key if isinstance(row, HoldingFact) else mine,
            "interestedParty": family if row.owner_kind == PERSON else row.owner_key,
            "interests": [interest],
        },
        **({"source": {"type": [source]}} if source else {}),
    }
