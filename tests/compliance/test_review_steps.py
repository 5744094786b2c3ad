"""The one table of the states and steps of review: services, addresses, queue and document follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.roles import PERMISSIONS
from compliance.models import PolicyFramework, Review, Scorecard
from compliance.models.scorecards import CLOSED_STEPS, OPEN_STEPS, STEPS, ReviewState
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.services.reviews import (
    choose_rules,
    decide_indicator,
    keep_published,
    reopen_scorecard,
    reply_to_query,
    return_scorecard,
    rules_to_choose,
    standing_of,
)
from tests.access.expectations import REVIEWERS, SIGNED_IN, people
from tests.access.walk import addresses
from tests.cast import Cast, accept_all, published
from tests.compliance.review_help import REASON

DOCUMENT = Path(__file__).parents[2] / "docs" / "review.md"
ADDRESSES = {
    Review.Action.ACCEPT: ("reviews:decide", "reviews:accept-rest"),
    Review.Action.QUERY: ("reviews:decide",),
    Review.Action.OVERRIDE: ("reviews:decide",),
    Review.Action.REPLY: ("reviews:reply",),
    Review.Action.APPROVE: ("reviews:approve",),
    Review.Action.RETURN: ("reviews:return",),
    Review.Action.PUBLISH: ("reviews:publish",),
    Review.Action.REOPEN: ("reviews:reopen",),
    Review.Action.KEEP: ("reviews:keep",),
    Review.Action.RULES: ("reviews:rules",),
}
"""Where each step is taken."""


def test_every_step_is_in_the_table_and_has_an_address() -> None:
    assert set(STEPS) == set(Review.Action) == set(ADDRESSES)


def test_each_step_asks_at_its_address_for_the_permission_of_the_table() -> None:
    views = {address.name: address for address in addresses()}
    holders = {"review.decide": REVIEWERS, "publication.publish": REVIEWERS, "scorecard.reply": people("operator")}
    for action, step in STEPS.items():
        for name in ADDRESSES[action]:
            assert views[name].permission == step.permission, name
            assert SIGNED_IN[name].post == holders[step.permission], name


def test_the_queue_knows_the_states_by_the_steps_that_lead_to_them() -> None:
    assert set(OPEN_STEPS) == {"", "return", "reopen", "rules"}
    assert set(CLOSED_STEPS) == {"publish", "keep"}


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(ReviewState))
def test_the_services_take_the_steps_that_the_table_knows_in_a_state_and_refuse_the_others(
    cast: Cast, card: Scorecard, state: ReviewState
) -> None:
    bring_to(state, cast, card)
    assert standing_of(card).state == state
    for action, take in steps_on(cast, card):
        leads_to: ReviewState | None = None
        try:
            with transaction.atomic():
                take()
                leads_to = standing_of(card).state
                transaction.set_rollback(True)
        except ValidationError:
            assert leads_to is None
        assert leads_to == STEPS[action].leads.get(state), f"{action} in the state {state}"


def bring_to(state: ReviewState, cast: Cast, card: Scorecard) -> None:
    """A scorecard in a state; the open one was published and opened again, so that every step of that state is possible."""
    if state == ReviewState.APPROVED:
        accept_all(cast.reviewer, card)
        approve_scorecard(actor=cast.reviewer, scorecard=card)
    else:
        published(cast, card)
    if state == ReviewState.OPEN:
        reopen_scorecard(actor=cast.reviewer, scorecard=card, reason=REASON)


def steps_on(cast: Cast, card: Scorecard) -> Iterator[tuple[Review.Action, Callable[[], Any]]]:
    """Each step as somebody takes it who may; a reply follows its question."""
    one: dict[str, Any] = {"actor": cast.reviewer, "scorecard": card}
    rules: PolicyFramework = rules_to_choose(card)[0]

    def decide(action: Review.Action, **given: Any) -> Callable[[], Any]:
        return lambda: decide_indicator(**one, indicator="E01", action=action, **given)

    def reply() -> None:
        if standing_of(card).state == ReviewState.OPEN:
            decide(Review.Action.QUERY, reason=REASON)()
        reply_to_query(actor=cast.operator, scorecard=card, indicator="E01", words="Folio 12.")

    yield Review.Action.ACCEPT, decide(Review.Action.ACCEPT)
    yield Review.Action.QUERY, decide(Review.Action.QUERY, reason=REASON)
    yield Review.Action.OVERRIDE, decide(Review.Action.OVERRIDE, reason=REASON, score=Decimal(50))
    yield Review.Action.REPLY, reply
    yield Review.Action.APPROVE, lambda: approve_scorecard(**one)
    yield Review.Action.RETURN, lambda: return_scorecard(**one, reason=REASON)
    yield (
        Review.Action.PUBLISH,
        lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card, correction_reason=REASON),
    )
    yield Review.Action.REOPEN, lambda: reopen_scorecard(**one, reason=REASON)
    yield Review.Action.KEEP, lambda: keep_published(**one)
    yield Review.Action.RULES, lambda: choose_rules(**one, framework=rules, reason=REASON)


def test_the_document_of_review_shows_the_table_and_its_diagram() -> None:
    """Where it fails, put what it expected into `docs/review.md`."""
    document = DOCUMENT.read_text()
    assert diagram() in document
    assert table() in document


def diagram() -> str:
    """The states, and every step that leads from one to another."""
    lines = [f"    [*] --> {ReviewState.OPEN}"]
    for action, step in STEPS.items():
        lines += [f"    {start} --> {end}: {action}" for start, end in step.leads.items() if start != end]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def table() -> str:
    """Every step: on what, who, from where to where, and what else must hold."""
    rows = ["| Step | On | Who | Leads | Needs |", "|---|---|---|---|---|"]
    for action, step in STEPS.items():
        on = "the whole" if step.on_whole else "a line"
        who = ", ".join(sorted(PERMISSIONS[step.permission]))
        leads = "; ".join(f"{start} → {end}" for start, end in step.leads.items())
        rows.append(f"| {action} | {on} | {who} | {leads} | {step.needs or '–'} |")
    return "\n".join(rows)
