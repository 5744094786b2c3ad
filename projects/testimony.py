"""On what a side's statement about a payment or a promise stands: a paper, a bare word, or the other side's word."""

COMPANY = "company"
"""The voice and the side of the payer, who cannot say what arrived."""
COMMITTEE = "committee"
"""A committee that monitors the environment: nobody's word but its own, and not that of the community."""
RECIPIENT = "recipient"
"""The other side of a payment: a community, or an authority."""
TOLD, PUBLIC = "told", "public"
"""Ways of knowing that need no file: word of mouth never is a paper, a published document always is."""

PAPER = "paper"
"""a file that is kept, or a document that anybody can open, stands behind it"""
WORD = "word"
"""somebody says or writes so, and no paper stands behind it"""
ANOTHER_SIDE = "another side"
"""it was entered as a side's statement, and another side said it"""

NEVER_THE_OTHER_SIDE = frozenset({COMPANY, COMMITTEE})
"""Voices that cannot say what a community or an authority received or agreed to (ADR 9)."""


def stands_on(*, said_by_its_side: bool, known_by: str, files: int) -> str:
    """PAPER, WORD or ANOTHER_SIDE, from whose words were entered, how they are known, and how many files there are."""
    if not said_by_its_side:
        return ANOTHER_SIDE
    if known_by == PUBLIC or (files and known_by != TOLD):
        return PAPER
    return WORD
