"""What the demo's reviewers have done so far, through the review services."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from accounts.models import User
from compliance.models import PolicyFramework, Review, Scorecard, ScorecardHead
from compliance.services.openings import open_line
from compliance.services.production import produce_scorecards
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.services.reviews import choose_rules, decide_indicator, outcomes_of, reply_to_query
from config.demo.people import read_data
from projects.models import Project

PERU = "peru-recommended-policies"


def review_and_publish(people: Mapping[str, User], projects: Mapping[str, Project]) -> None:
    """Produce the scorecards that were reviewed, decide on them, and publish; the others wait for the worker."""
    told = read_data("reviews.yaml")
    rows = [*told["published"], *told["begun"]]
    keys = [(projects[row["project"]].pk, row["year"]) for row in rows]
    produce_scorecards(keys)
    rules = told["rules"]
    chosen = [(projects[name].pk, rules["year"]) for name in rules["of"]]
    framework = PolicyFramework.objects.get(code=PERU, version=rules["version"])
    for scorecard in standing(chosen).values():
        choose_rules(actor=people["rosa"], scorecard=scorecard, framework=framework, reason=rules["reason"])
    produce_scorecards(chosen)
    scorecards = standing(keys)
    for key, row in zip(keys, rows, strict=True):
        scorecard = scorecards[key]
        decide(people, scorecard, row)
        if row in told["published"]:
            approve_scorecard(actor=people["rosa"], scorecard=scorecard)
            publish_scorecard(actor=people["julian"], scorecard=scorecard)


def standing(keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], Scorecard]:
    """The scorecard that stands for each project and year."""
    heads = ScorecardHead.objects.filter(project__in={project for project, _year in keys}).select_related(
        "scorecard__project", "scorecard__framework"
    )
    found = {(head.project_id, head.year): head.scorecard for head in heads}
    return {key: found[key] for key in keys}


def decide(people: Mapping[str, User], scorecard: Scorecard, row: Mapping[str, Any]) -> None:
    """Rosa opens what she decides on, accepts, overrides and asks; the company answers some of it."""
    rosa = people["rosa"]
    overrides = row.get("overrides", {})
    applicable = [code for code, outcome in outcomes_of(scorecard).items() if outcome.applicable]
    accepted = row.get("accepted", [code for code in applicable if code not in overrides])
    queries = row.get("queries", {})
    for code in [*accepted, *overrides, *queries]:
        open_line(actor=rosa, scorecard=scorecard, indicator=code)
    for code in accepted:
        decide_indicator(actor=rosa, scorecard=scorecard, indicator=code, action=Review.Action.ACCEPT)
    for code, override in overrides.items():
        decide_indicator(
            actor=rosa,
            scorecard=scorecard,
            indicator=code,
            action=Review.Action.OVERRIDE,
            reason=override["reason"],
            score=Decimal(override["score"]),
        )
    for code, question in queries.items():
        decide_indicator(actor=rosa, scorecard=scorecard, indicator=code, action=Review.Action.QUERY, reason=question)
    for code, words in row.get("replies", {}).items():
        reply_to_query(actor=people["diego"], scorecard=scorecard, indicator=code, words=words)
