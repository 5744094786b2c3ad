"""Rules, facts and judgements as the database keeps them, read into types: the one place that opens their texts."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy

from accounts.design.writing import pick_language
from compliance.evaluation import canonical
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Framework, FrameworkError
from compliance.evaluation.judgement import Judgement, Outcome
from compliance.models import PolicyFramework, Scorecard
from compliance.models.frameworks import versions_for

in_language = lazy(pick_language, str)
RULES: dict[str, Framework] = {}
"""Rules by fingerprint, read once a process: a version that was loaded never changes."""


def rules_of(row: PolicyFramework) -> Framework:
    """The rules that judgement applies. Raises FrameworkError where the row no longer says what was sealed."""
    rules = RULES.get(row.sha256)
    if rules is None:
        rules = Framework.from_json(json.loads(row.text))
        if rules.fingerprint != row.sha256:
            raise FrameworkError(f"the stored rules of {row} are not the ones that were loaded")
        RULES[row.sha256] = rules
    return rules


def indicators_of(country: str) -> dict[str, Any]:
    """Code and name of each indicator by which mines of a country may be judged, in its newest words, by its code."""
    fitting = versions_for(PolicyFramework.objects.defer("text"), country)
    newest = {one.code: one for framework in fitting for one in rules_of(framework).indicators}
    return {code: format_lazy("{} {}", code, in_language(one.names)) for code, one in newest.items()}


def facts_of(scorecard: Scorecard) -> Facts:
    """The facts that a scorecard was computed from."""
    return _facts(scorecard.facts_text)


def judgement_of(scorecard: Scorecard) -> Judgement:
    """What a scorecard came to when it was computed, without reviewers' scores."""
    return _judgement(scorecard.judgement_text, rules_of(scorecard.framework))


def records_digest(scorecard: Scorecard, outcome: Outcome) -> str:
    """The fingerprint of everything that is sealed about the records an outcome rests on."""
    rows = _row_digests(scorecard.facts_text)
    return canonical.digest([[name, rows.get(name)] for name in sorted(set(outcome.measured.records))])


@lru_cache(maxsize=64)
def _row_digests(text: str) -> dict[str, str]:
    return {row.record: canonical.digest(row) for row in _facts(text).rows}


@lru_cache(maxsize=64)
def _facts(text: str) -> Facts:
    return Facts.from_json(json.loads(text))


@lru_cache(maxsize=256)
def _judgement(text: str, rules: Framework) -> Judgement:
    return Judgement.from_json(json.loads(text), rules)
