"""The page of a mine, its line in lists, and who records it."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.design.writing import (
    HARD_SPACE,
    as_decimal,
    capitalised,
    long_date,
    number,
    of_every_100,
    pick_language,
)
from compliance.public_pages import Document, Row
from compliance.public_pages.changes import change_rows
from compliance.public_pages.jobs import jobs_answer, jobs_series
from compliance.public_pages.money import (
    cell_currency,
    community_rows,
    money_answers,
    money_totals,
    only_currency,
    owed_words,
    purpose_rows,
    shared_totals,
)
from compliance.public_pages.promises import promise_rows
from compliance.public_pages.scorecards import (
    fact_counts,
    gate_sentences,
    grade_range,
    missing_sentence,
    policy_rows,
    score_sentence,
)
from compliance.public_pages.studies import study_answer, study_events
from compliance.words import POLICY_WORDS


def project_page(document: Document) -> Row:
    """Everything on a project's page except its neighbours in time."""
    scorecard = document["scorecard"]
    previous = scorecard.get("previous")
    known, applicable = fact_counts(scorecard)
    phase = document["project"]["phase"]
    closing = phase is not None and phase["code"] == "closure"
    answers = [
        {**total, "sign": cell_currency(document, total["currency"])} for total in money_answers(money_totals(document))
    ]
    return {
        "owed": owed_words(document),
        "answers": answers,
        "shared": shared_totals(document, answers),
        "currency": only_currency(document),
        "communities": community_rows(document),
        "purposes": purpose_rows(document),
        "promised_by_purpose": any(row["promised"] is not None for row in document["money"]["purposes"]),
        "jobs": jobs_answer(document),
        "series": jobs_series(document) if document["employment"] else None,
        "study": study_answer(document["assessments"]),
        "events": study_events(document["assessments"], closing),
        "closing": closing,
        "promises": promise_rows(document["commitments"]),
        "range": grade_range(scorecard),
        "missing": missing_sentence(scorecard),
        "score_sentence": score_sentence(scorecard),
        "gates": gate_sentences(scorecard),
        "known": known,
        "applicable": applicable,
        "policies": policy_rows(scorecard, previous["year"] if previous else None),
        "changes": change_rows(document["changes"]),
        "phase": phase_words(phase),
        "owners": owner_rows(document["project"]["stakes"]),
        "recorders": recorders([document]),
        "file_names": f"{document['project']['slug']}-{document['period']['year']}",
    }


def phase_words(phase: Mapping[str, Any] | None) -> str:
    """Where the mine is in its life, since when."""
    if phase is None:
        return _("We don’t know the phase")
    name: str = {
        "exploration": _("Exploration"),
        "development": _("Being built"),
        "operation": _("In operation"),
        "closure": _("Closing and repairing the land"),
    }.get(phase["code"], str(phase["code"]))
    if not phase["since"]:
        return name
    return _("%(phase)s since %(day)s") % {"phase": name, "day": long_date(phase["since"])}


def mineral_words(project: Mapping[str, Any]) -> str:
    """``Copper, gold``: a list begins with a capital and goes on without."""
    names = [pick_language(one["name"]).lower() for one in project["minerals"]]
    return capitalised(", ".join(names))


def owner_rows(stakes: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Owners with their shares to two places, and how much is held by nobody knows whom."""
    rows: list[Row] = [{**stake, "share": short_share(stake["share_percent"])} for stake in stakes]
    known = [share for row in rows if (share := as_decimal(row["share_percent"])) is not None]
    rest = 100 - sum(known, Decimal(0))
    if rows and len(known) == len(rows) and rest > 0:
        rows.append({"owner": None, "country": "", "state_owned": False, "starts_on": None, "share": short_share(rest)})
    return rows


def short_share(value: object) -> str:
    """``66.67 %``, ``62.5 %``: at most two decimals; a share too small for them stays as it is."""
    share = as_decimal(value)
    if share is None:
        return _("Not known")
    rounded = share.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) or share
    return f"{number(rounded.normalize())}{HARD_SPACE}%"


def keepers(document: Document) -> str:
    """Who keeps the receipts of a mine: the organisations that record it, or nobody known."""
    return _(" or ").join(name for name, _contact in recorders([document]))


def recorders(documents: Iterable[Document]) -> list[tuple[str, str]]:
    """Name and contact of each organisation that records these mines; documents sealed before they were named say none."""
    projects = [document["project"] for document in documents]
    names = {name for project in projects for name in project.get("followed_by", [])}
    contacts = {name: contact for project in projects for name, contact in project.get("reached_at", {}).items()}
    return [(name, contacts.get(name, "")) for name in sorted(names)]


def project_summary(document: Document) -> Row:
    """One line of the list of mines: grade with its range, grades by policy, money, coverage."""
    scorecard = document["scorecard"]
    known, applicable = fact_counts(scorecard)
    totals = money_answers(money_totals(document))
    return {
        "project": document["project"],
        "year": document["period"]["year"],
        "grade": scorecard["grade"],
        "range": grade_range(scorecard),
        "policies": [
            {**policy, "word": POLICY_WORDS.get(policy["code"], policy["code"])} for policy in scorecard["policies"]
        ],
        "money": totals[0] if totals else None,
        "share": of_every_100(totals[0]["confirmed"], totals[0]["promised"]) if totals else None,
        "other_money": [total | {"share": of_every_100(total["confirmed"], total["promised"])} for total in totals[1:]],
        "minerals": mineral_words(document["project"]),
        "known": known,
        "applicable": applicable,
    }
