"""Commitments: whether promises were kept."""

from decimal import Decimal

from compliance.evaluation.counted import BARE_WORD_COUNTS, bare_words_count, community_counts, is_voluntary
from compliance.evaluation.criteria.due_days import OF_DUE_DAYS, moved_days
from compliance.evaluation.criteria.measurement import SMALL_BASE, Measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import CommitmentFact, Facts
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import code, gettext_noop

COMPANY_WORD_ONLY = code("company-word-only", gettext_noop("only the company says so"))
DISPUTED = code("disputed", gettext_noop("the sides disagree"))
NO_ANSWER = code("no-answer", gettext_noop("the community has not answered"))
NO_COMMITMENT_DUE = code("no-commitment-due", gettext_noop("no promise was due"))
NO_DAY_OF_FULFILMENT = code("no-day-of-fulfilment", gettext_noop("the day on which it was done is missing"))

TOLD_ONLY = code("told-only", gettext_noop("that the community confirms it is only told, without paper"))

VOLUNTARY_BARE_WORD = code(
    "voluntary-bare-word",
    gettext_noop("that a promise is voluntary is a bare word, so it counts"),
)
CARRIED_OVER = code("carried-over", gettext_noop("something due in an earlier year is still open, and counts"))
STATE = "state"

COMPANY = code("company", gettext_noop("as the company alone says"))
MANDATORY = code("mandatory", gettext_noop("what the mine is bound to"))
VOLUNTARY = code("voluntary", gettext_noop("what it promised freely"))


@measure(
    divides=(gettext_noop("promises kept on time"), gettext_noop("promises due")),
    codes=(
        *(NO_COMMITMENT_DUE, NO_ANSWER, NO_DAY_OF_FULFILMENT, COMPANY_WORD_ONLY, TOLD_ONLY, DISPUTED, SMALL_BASE),
        *(VOLUNTARY_BARE_WORD, CARRIED_OVER, *OF_DUE_DAYS),
    ),
    optional_parameters=(BARE_WORD_COUNTS,),
)
def commitments_on_time(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the mandatory commitments due in the period that were fulfilled on time.

    Rule: fulfilled by the due date, as the community or the authority confirms ÷ due in the period, or due earlier and
    still open. Where one of them says that it was not fulfilled, it was not. Voluntary commitments and the company's
    own word stand beside. Where a list of the promises is asked for, the community's paper decides against the
    authority, a promise is voluntary only where more than a bare word says so, and the State's own stand apart. A due
    date that was moved later counts only where more than a bare word agreed.
    Unit: percent. Source: D.S. 040-2014-EM arts. 57.3, 63; thresholds are policy.
    Missing: the company's word alone, a confirmation without a day, or silence is unknown: it does not
    count, and raises the best case; so, where bare words do not count, is a confirmation that somebody was told of
    without a paper, or that was entered with the company as its source. Where neither community nor authority has
    answered on any, the figure is unknown. Where a list is asked for, what the authority alone says counts, and a
    community that has not answered may still say otherwise.
    """
    listed = "commitments" in indicator.lists
    due = [one for one in facts[CommitmentFact] if facts.counts(one) and one.promised_by != STATE]
    bare_words = bare_words_count(facts, indicator)
    mandatory, voluntary, claimed = Share(), Share(), Share()
    missing, flags = set[str](), moved_days(due)
    for promise in due:
        kept = _decided_by_the_community(promise) if listed else _fulfilled_on_time(promise, bare_words)
        verdict = None if kept is None else Decimal(int(kept))
        if is_voluntary(promise) if listed else promise.voluntary:
            voluntary.add(Decimal(1), verdict)
            continue
        if listed and kept is False and promise.community_says is None:
            mandatory.add(Decimal(1), None, known=True)
            missing.add(NO_ANSWER)
        else:
            mandatory.add(Decimal(1), verdict)
        if promise.voluntary:
            flags.add(VOLUNTARY_BARE_WORD)
        if promise.carried:
            flags.add(CARRIED_OVER)
        if listed and kept and promise.community_says != "fulfilled":
            mandatory.doubt(Decimal(1))
            missing.add(NO_ANSWER)
        said_on = promise.company_says_fulfilled_on
        claimed.add(Decimal(1), None if said_on is None else Decimal(int(said_on <= promise.falls_due)))
        if {promise.community_says, promise.authority_says} >= {"fulfilled", "not_fulfilled"}:
            flags.add(DISPUTED)
        if kept is False and said_on is not None and said_on <= promise.falls_due:
            flags.add(DISPUTED)
        if kept is None:
            missing.add(_why_unknown(promise, bare_words))
    if not mandatory.whole:
        missing.add(NO_COMMITMENT_DUE)
    breakdown = tuple(
        share.part(name)
        for name, share in ((COMPANY, claimed), (MANDATORY, mandatory), (VOLUNTARY, voluntary))
        if share.whole
    )
    return mandatory.measurement(missing, due, flags=flags, breakdown=breakdown)


def _decided_by_the_community(promise: CommitmentFact) -> bool | None:
    """Whether it was kept on time: the community's paper decides, the authority speaks where the community does not.

    That it was not kept nobody has to prove on paper.
    """
    if promise.community_says == "fulfilled" and community_counts(promise):
        return None if promise.confirmed_on is None else promise.confirmed_on <= promise.falls_due
    return _fulfilled_on_time(promise, bare_words=False)


def _fulfilled_on_time(promise: CommitmentFact, bare_words: bool) -> bool | None:
    said = (promise.community_says, promise.authority_says)
    if "not_fulfilled" in said:
        return False
    confirmed = promise.authority_says == "fulfilled" or (
        promise.community_says == "fulfilled" and (bare_words or community_counts(promise))
    )
    if not confirmed or promise.confirmed_on is None:
        return None
    return promise.confirmed_on <= promise.falls_due


def _why_unknown(promise: CommitmentFact, bare_words: bool) -> str:
    if promise.authority_says == "fulfilled":
        return NO_DAY_OF_FULFILMENT
    if promise.community_says == "fulfilled":
        return NO_DAY_OF_FULFILMENT if bare_words or community_counts(promise) else TOLD_ONLY
    return NO_ANSWER if promise.company_says_fulfilled_on is None else COMPANY_WORD_ONLY
