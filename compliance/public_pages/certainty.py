"""How sure a grade is, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.design.writing import pick_language, score
from compliance.evaluation.certainty import (
    ANSWER,
    GEOMETRIC,
    INDICATOR_WEIGHT,
    POLICY_WEIGHT,
    UNWEIGHTED,
    Assumption,
    Certainty,
)
from compliance.evaluation.judgement import UNKNOWN, WITHHELD, Judgement


def hold_sentence(judgement: Judgement, certainty: Certainty | None) -> str:
    """Whether the grade holds when it is weighed otherwise, and what decides; empty where that was not tried."""
    if certainty is None:
        return ""
    what = decides_words(judgement, certainty.decides) if certainty.decides else ""
    if judgement.grade == WITHHELD:
        return (
            _("There is no grade yet that could hold. What decides most is %(what)s.") % {"what": what} if what else ""
        )
    values = {"number": certainty.holds * 100 // certainty.draws, "what": what}
    if certainty.robust:
        return _("The grade holds in %(number)s of 100 ways of weighing: robust.") % values
    if what:
        words = _("The grade holds in %(number)s of 100 ways of weighing. Not robust: what decides is %(what)s.")
    else:
        words = _("The grade holds in %(number)s of 100 ways of weighing: not robust.")
    return words % values


def interval_sentence(judgement: Judgement, certainty: Certainty | None) -> str:
    """Between which scores nine of ten ways of weighing lie, and why the score is below them; empty where that was not tried."""
    if certainty is None:
        return ""
    bands = judgement.framework.bands
    ends = {"low": score(certainty.low, bands), "high": score(certainty.high, bands)}
    if ends["low"] == ends["high"]:
        words = _("In 90 of 100 ways of weighing the score is %(low)s.")
    else:
        words = _("In 90 of 100 ways of weighing the score lies between %(low)s and %(high)s.")
    is_below = judgement.score is not None and judgement.score <= certainty.low
    if not (is_below and score(judgement.score, bands) != ends["low"] and counts_unknown_as_nothing(judgement)):
        return words % ends
    below = _(
        "The score itself is lower: what nobody knows counts as 0 in it, and here as anything from its worst to its best."
    )
    return f"{words % ends} {below}"


def counts_unknown_as_nothing(judgement: Judgement) -> bool:
    """Whether something unknown counts as 0 in the score."""
    return any(
        one.state == UNKNOWN and one.indicator.missing == "M0" and one.carries_weight for one in judgement.outcomes
    )


def decides_words(judgement: Judgement, decides: Assumption) -> str:
    """What decides, as the end of a sentence."""
    framework = judgement.framework
    if decides.kind == ANSWER:
        name = pick_language(framework.indicator(decides.code).names)
        if judgement.outcome(decides.code).known:
            return _("what is not settled of “%(name)s”") % {"name": name}
        return _("what nobody knows of “%(name)s”") % {"name": name}
    if decides.kind == POLICY_WEIGHT:
        policy = next(one for one in framework.policies if one.code == decides.code)
        return _("how much “%(name)s” weighs") % {"name": pick_language(policy.names)}
    if decides.kind == INDICATOR_WEIGHT:
        return _("how much “%(name)s” weighs") % {"name": pick_language(framework.indicator(decides.code).names)}
    return {
        UNWEIGHTED: _("whether everything weighs alike"),
        GEOMETRIC: _("whether a good policy makes up for a bad one"),
    }[decides.code]
