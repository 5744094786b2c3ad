"""Reviewers who act at the same moment: one step is taken, and publications stand in one chain."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from compliance.models import Publication, Review
from compliance.services.publications import approve_scorecard, find_flaws, publish_scorecard
from tests.cast import accept_all, gather_cast, open_mine, produced


def at_once(*steps: Callable[[], object]) -> list[str]:
    """Take steps in threads with connections of their own; what became of each."""
    barrier = threading.Barrier(len(steps))
    results: list[str] = []

    def run(step: Callable[[], object]) -> None:
        barrier.wait(10)
        try:
            step()
        except ValidationError as error:
            results.append(str(error.code))
        else:
            results.append("done")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(results)


@pytest.mark.promise("unseen")
def test_two_reviewers_at_once_take_one_step(committed: str) -> None:
    cast = gather_cast()
    card = produced(open_mine(cast.monitor, cast.company).project)
    accept_all(cast.reviewer, card)
    people = (cast.reviewer, cast.second_reviewer)
    results = at_once(*(lambda actor=actor: approve_scorecard(actor=actor, scorecard=card) for actor in people))
    assert results == ["already_approved", "done"]
    assert Review.objects.filter(scorecard=card, action="approve").count() == 1


@pytest.mark.promise("one-chain")
def test_two_publications_at_once_make_one_chain(committed: str) -> None:
    cast = gather_cast()
    mines = [open_mine(cast.monitor, cast.company, name).project for name in ("Puka Sami", "Yana Sami")]
    cards = [produced(project) for project in mines]
    for card in cards:
        accept_all(cast.reviewer, card)
        approve_scorecard(actor=cast.reviewer, scorecard=card)
    publish = publish_scorecard
    results = at_once(*(lambda card=card: publish(actor=cast.second_reviewer, scorecard=card) for card in cards))
    assert results == ["done", "done"]
    first, second = Publication.objects.order_by("sequence")
    assert (first.previous_sha256, second.previous_sha256) == (None, first.sha256)
    assert list(find_flaws()) == []
