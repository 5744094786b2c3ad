"""The page of a community: what each mine owes it, and what arrived."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounts.design.writing import as_decimal, of_every_100
from compliance.public_pages import Document, Row
from compliance.public_pages.payments import for_the_community, in_order
from compliance.public_pages.projects import keepers, mineral_words, phase_words, recorders
from compliance.public_pages.promises import promise_rows
from compliance.public_pages.scorecards import grade_range


def community_page(slug: str, documents: Sequence[Document]) -> Row:
    """What each mine owes one community: sums per currency, every payment, the promises, the mines.

    ``documents`` are current publications, newest year first; sums are of the newest year among them.
    """
    year = documents[0]["period"]["year"]
    latest = [document for document in documents if document["period"]["year"] == year]
    rows = [(document, row) for document in latest for row in document["money"]["communities"] if row["slug"] == slug]
    payments = [
        {**payment, "project": document["project"], "keepers": keepers(document)}
        for document, row in rows
        for payment in for_the_community(in_order(row["payments"]), row["currency"])
    ]
    payments.sort(key=lambda payment: payment["due_on"] or payment["paid_on"] or "", reverse=True)
    return {
        "year": year,
        "profile": next(
            (one for document in documents for one in document["communities"] if one["slug"] == slug), None
        ),
        "name": community_name(slug, documents),
        "sums": community_sums([row for _document, row in rows]),
        "payments": payments,
        "owing": len({document["project"]["slug"] for document, row in rows if row["promised"] is not None}),
        "waiting": [payment for payment in payments if payment["state"] == "claimed"],
        "open": [payment for payment in payments if payment["state"] in ("unpaid", "disputed", "unknown")],
        "mines": mines(slug, documents),
        "promises": promises_to(slug, latest),
        "recorders": recorders(documents),
        "years": sorted({document["period"]["year"] for document in documents}, reverse=True),
    }


def community_name(slug: str, documents: Iterable[Document]) -> str:
    """The name as published."""
    places = [
        one
        for document in documents
        for one in (*document["communities"], *document["money"]["communities"])
        if one["slug"] == slug
    ]
    return str(places[0]["name"]) if places else slug


def community_sums(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Due, paid and confirmed per currency; confirmed is unknown only where nobody answered for any mine."""
    sums = []
    for currency in dict.fromkeys(row["currency"] for row in rows):
        same = [row for row in rows if row["currency"] == currency]
        total: Row = {"currency": currency}
        for key in ("promised", "paid", "confirmed"):
            known = [value for row in same if (value := as_decimal(row[key])) is not None]
            total[key] = sum(known, Decimal(0)) if known else None
        total["scale"] = max(total[key] or Decimal(0) for key in ("promised", "paid", "confirmed"))
        total["share"] = of_every_100(total["confirmed"], total["promised"])
        total["silent"] = [row for row in same if row["confirmed"] is None and len(same) > 1]
        sums.append(total)
    return sums


def mines(slug: str, documents: Iterable[Document]) -> list[Row]:
    """Each mine that affects the community, with the grade of its newest publication."""
    newest: dict[str, Document] = {}
    for document in documents:
        held = newest.setdefault(document["project"]["slug"], document)
        if document["period"]["year"] > held["period"]["year"]:
            newest[document["project"]["slug"]] = document
    return [
        {
            "project": document["project"],
            "year": document["period"]["year"],
            "grade": document["scorecard"]["grade"],
            "range": grade_range(document["scorecard"]),
            "minerals": mineral_words(document["project"]),
            "phase": phase_words(document["project"]["phase"]),
            "influence": next((one for one in document["communities"] if one["slug"] == slug), None),
        }
        for document in newest.values()
    ]


def promises_to(slug: str, documents: Iterable[Document]) -> list[Row]:
    """Promises to this community and to all parties of an agreement that it is one of, with the mine that made them.

    Where the parties of an agreement are not known, neither is whether this is one; such promises are marked ``unsure``.
    """
    return [
        {**one, "project": document["project"], "unsure": made_to(slug, one) is None}
        for document in documents
        for one in promise_rows(document["commitments"])
        if made_to(slug, one) is not False
    ]


def made_to(slug: str, promise: Mapping[str, Any]) -> bool | None:
    """Whether a promise was made to a community; None where the parties of its agreement are not known."""
    if promise["community"]:
        return bool(promise["community"]["slug"] == slug)
    parties = promise.get("parties")
    return slug in {party["slug"] for party in parties} if parties else None
