"""Announcing corrections: which publications say something else than the record does by now."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from compliance.evaluation.gathering import Pair
from compliance.evaluation.sealed import facts_of, judgement_of
from compliance.models import Publication, RecordCorrection, Scorecard, ScorecardHead


def note_corrections(pairs: Collection[Pair]) -> None:
    """Note since when the record behind a publication has been corrected, and forget it where both say the same again.

    A day that has passed, or other rules that a reviewer chose, are no correction of the record.
    """
    heads = ScorecardHead.objects.filter(project__in={project for project, _year in pairs}).select_related("project")
    slugs = {(head.project.slug, head.year): head for head in heads if (head.project_id, head.year) in set(pairs)}
    current = Publication.objects.current().filter(project_slug__in={slug for slug, _year in slugs})
    published = {
        (one.project_slug, one.year): one.scorecard_id
        for one in current.only("project_slug", "year", "scorecard_id")
        if (one.project_slug, one.year) in slugs
    }
    differing = {key for key, card in published.items() if card != slugs[key].scorecard_id}
    noted = {
        (one.project_slug, one.year): one
        for one in RecordCorrection.objects.filter(project_slug__in=[s for s, _y in published])
    }
    for key in differing | (noted.keys() & published.keys()):
        codes = corrected_indicators(published[key], slugs[key].scorecard_id) if key in differing else None
        if codes is not None:
            RecordCorrection.objects.update_or_create(
                project_slug=key[0],
                year=key[1],
                defaults={"indicators": codes},
                create_defaults={"indicators": codes, "corrected_on": timezone.localdate()},
            )
        elif key in noted:
            noted[key].delete()


def corrected_indicators(published: int, standing: int) -> list[str] | None:
    """The indicators that come to something else by the facts of today; None where the facts are the same."""
    cards = Scorecard.objects.select_related("framework").in_bulk([published, standing])
    before, after = cards[published], cards[standing]
    if facts_of(before).seen_by(()) == facts_of(after).seen_by(()):
        return None
    was, now = judgement_of(before).by_code, judgement_of(after).by_code
    return sorted(code for code in was.keys() & now.keys() if was[code].to_json() != now[code].to_json())
