"""Whose word counts: how much of a payment is shown, and how much it could be at most.

Rule, where `bare_word_counts` is 0 (domain.md D, "Whose word counts"): a payment counts as far as the recipient states
it or a paper proves it. A bare word, the payer's or one that somebody was told, only raises the best case. Where the
two sides differ the lower amount counts, and the range reaches to the higher one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.facts import CommitmentFact, Facts, PaymentFact
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import code, gettext_noop
from projects.testimony import NEVER_THE_OTHER_SIDE, PAPER, stands_on

BARE_WORD_COUNTS = code("bare_word_counts", gettext_noop("how much of a payment counts on a bare word, without paper"))
"""the parameter: percent of a bare word that counts; without it all of it, as in the first version of the rules"""
RECIPIENT_DECIDES = code(
    "recipient_decides", gettext_noop("whether the recipient's paper decides, and its silence leaves a payment open")
)
"""the parameter: above 0, the recipient's paper decides (games.md D: the other side's blank is part of the range)"""
NOT_SAID = "unknown"
"""the voice of a record of which nobody says whose it is"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One payment: what is shown of it, what it could be at most, and whether somebody whose word counts says so."""

    shown: Decimal
    most: Decimal
    sure: bool
    days: tuple[date, ...] = ()
    """the days on which it was paid or arrived, as each side says, the earliest first"""
    doubtful: Decimal = ZERO
    """how much of what is shown the recipient, who has not spoken yet, may deny"""
    denied: Decimal = ZERO
    """how much of what the payer states the recipient's paper denies"""
    denied_from: date | None = None
    """the day on which the payer says that it paid what is denied"""


def bare_words_count(facts: Facts, indicator: Indicator) -> bool:
    """Whether the rule takes a payer's bare word for a payment."""
    counts = indicator.find(BARE_WORD_COUNTS, facts.period_end)
    return counts is None or counts > 0


def recipient_decides(facts: Facts, indicator: Indicator) -> bool:
    """Whether what the recipient states on paper decides, and its silence leaves open what a payer's paper shows."""
    return indicator.asks(RECIPIENT_DECIDES, facts.period_end)


def counted_by(facts: Facts, indicator: Indicator) -> Callable[[PaymentFact], Counted | None]:
    """How much of a payment counts by a rule; None where nobody says how much it is."""
    if recipient_decides(facts, indicator):
        return counted_for_recipient
    bare_words = bare_words_count(facts, indicator)
    return lambda entry: counted(entry, bare_words=bare_words)


def counted_for_recipient(entry: PaymentFact) -> Counted | None:
    """How much of a payment counts where the recipient decides.

    What it states on paper counts, with its own day; more that the payer states is denied, and only raises the best
    case. Where it has not spoken, what a paper of the payer shows counts and may be denied yet.
    """
    received, paid = recipients_own(entry), entry.company_amount
    if received is not None and recipient_counts(entry):
        days = (
            (min(entry.paid_on or entry.received_on, entry.received_on), entry.received_on) if entry.received_on else ()
        )
        most = max(received, paid or received)
        denied = most - max(received, ZERO) if most > 0 else ZERO
        return Counted(shown=received, most=most, sure=True, days=days, denied=denied, denied_from=entry.paid_on)
    found = counted(entry, bare_words=False)
    if found is None or received is not None:
        return found
    return replace(found, doubtful=max(found.shown, ZERO))


def counted(entry: PaymentFact, *, bare_words: bool) -> Counted | None:
    """How much of a payment counts; None where nobody says how much it is."""
    days = tuple(sorted(day for day in (entry.paid_on, entry.received_on) if day))
    if bare_words:
        stated = entry.company_amount if entry.company_amount is not None else entry.recipient_amount
        day = entry.paid_on or entry.received_on
        return None if stated is None else Counted(shown=stated, most=stated, sure=True, days=(day,) if day else ())
    received = recipients_own(entry)
    said = [amount for amount in (entry.company_amount, received) if amount is not None]
    if not said:
        return None
    sure = (received is not None and recipient_counts(entry)) or (
        entry.company_amount is not None and _paid_on_paper(entry)
    )
    shown, most = min(said), max(said)
    if not sure:
        shown, most = min(shown, ZERO), max(most, ZERO)
    return Counted(shown=shown, most=most, sure=sure or shown == most, days=days)


def recipients_own(entry: PaymentFact) -> Decimal | None:
    """What the recipient states; None where that was entered as the word of somebody who cannot say it."""
    return None if entry.recipient_voice in NEVER_THE_OTHER_SIDE else entry.recipient_amount


def recipient_counts(entry: PaymentFact) -> bool:
    """Whether the recipient itself states it, on paper; where facts do not say by whom and how, it does."""
    return recipient_stands_on(entry) == PAPER


def recipient_stands_on(entry: PaymentFact) -> str:
    """On what the recipient's statement stands."""
    if entry.recipient_voice is None and entry.recipient_known_by is None:
        return PAPER
    own = entry.recipient_voice not in NEVER_THE_OTHER_SIDE
    return stands_on(said_by_its_side=own, known_by=entry.recipient_known_by or "", files=entry.recipient_files)


def is_voluntary(promise: CommitmentFact) -> bool:
    """Whether a promise is shown to be voluntary: the bare word of whoever made it does not make it so."""
    return promise.voluntary and not promise.bare_word


def _paid_on_paper(entry: PaymentFact) -> bool:
    known_by = entry.company_known_by or ""
    return stands_on(said_by_its_side=True, known_by=known_by, files=entry.company_files) == PAPER


def community_counts(promise: CommitmentFact) -> bool:
    """Whether the community itself says it, on paper; where facts do not say by whom and how, it does."""
    return community_stands_on(promise) == PAPER


def community_stands_on(promise: CommitmentFact) -> str:
    """On what the community's word about a promise stands."""
    known_by = promise.community_known_by or ""
    if not known_by and promise.voice == NOT_SAID:
        return PAPER
    own = bool(known_by) or promise.voice not in NEVER_THE_OTHER_SIDE
    return stands_on(said_by_its_side=own, known_by=known_by, files=promise.evidence)
