"""Scorecards as a whole in lists: as published where a reviewer set a score, else as computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.design.bands import Bands
from compliance.evaluation.sealed import rules_of
from compliance.models import Publication, Scorecard
from compliance.models.scorecards import CLOSED_STEPS
from compliance.public_pages.document import read_if_possible
from compliance.services.small_numbers import exact_judgement

SEALED_TEXTS = ("scorecard__facts_text", "scorecard__judgement_text", "scorecard__framework__text")
"""What lists of heads do not read of each row."""


@dataclass(frozen=True)
class Result:
    """A scorecard as a whole."""

    grade: str | None
    score: Decimal | None
    worst: Decimal | None
    best: Decimal | None
    coverage: Decimal | None
    bands: Bands
    """of the framework that judged"""


def computed_result(card: Scorecard) -> Result:
    """As it was computed."""
    return Result(card.grade or None, card.score, card.worst, card.best, card.coverage, rules_of(card.framework).bands)


def published_result(publication: Publication) -> Result | None:
    """As the document says it, with every number; None where it cannot be read here."""
    document = read_if_possible(publication)
    if document is None:
        return None
    sealed = exact_judgement(publication, document)
    ends = (sealed.worst, sealed.best)
    return Result(sealed.grade, sealed.score, *ends, sealed.coverage, sealed.framework.bands)


def results_of(heads: Iterable[Any]) -> list[tuple[Any, Result]]:
    """Each standing scorecard (`with_status`) with its result: as published where a reviewer set a score, else as computed."""
    heads = list(heads)
    closed = [head.scorecard_id for head in heads if head.overridden and head.latest_action in CLOSED_STEPS]
    rows = Publication.objects.current().filter(scorecard__in=closed)
    published = {row.scorecard_id: published_result(row) for row in rows}
    return [(head, published.get(head.scorecard_id) or computed_result(head.scorecard)) for head in heads]
