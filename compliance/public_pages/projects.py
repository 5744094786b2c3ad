"""The page of a mine, its line in lists, and who records it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.design.writing import long_date, of_every_100, pick_language
from compliance.public_pages import Document, Row
from compliance.public_pages.changes import change_rows
from compliance.public_pages.jobs import jobs_answer, jobs_series
from compliance.public_pages.money import (
    cell_currency,
    community_rows,
    money_answers,
    money_totals,
    only_currency,
    purpose_rows,
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


def project_page(document: Document) -> Row:
    """Everything on a project's page except its neighbours in time."""
    scorecard = document["scorecard"]
    previous = scorecard.get("previous")
    known, applicable = fact_counts(scorecard)
    phase = document["project"]["phase"]
    closing = phase is not None and phase["code"] == "closure"
    return {
        "answers": [
            {**total, "sign": cell_currency(document, total["currency"])}
            for total in money_answers(money_totals(document))
        ],
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
        "policies": scorecard["policies"],
        "money": totals[0] if totals else None,
        "share": of_every_100(totals[0]["confirmed"], totals[0]["promised"]) if totals else None,
        "other_money": [total | {"share": of_every_100(total["confirmed"], total["promised"])} for total in totals[1:]],
        "minerals": [pick_language(one["name"]) for one in document["project"]["minerals"]],
        "known": known,
        "applicable": applicable,
    }
