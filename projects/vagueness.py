"""Sentences that oblige nobody to anything: of which nobody can tell later whether they were kept."""

import re

from projects.intake.headings import fold

EFFORTS = (
    *("as appropriate", "as far as possible", "best efforts", "endeavou?r", "every effort", "seek to", "try to"),
    *("when possible", "where possible", "where feasible"),
    *("buscara", "cuando corresponda", "de ser posible", "en la medida de lo posible", "en lo posible", "esforzarse"),
    *(
        "hara (todos los )?esfuerzos",
        "mayor esfuerzo",
        "procurara?",
        "se esforzara",
        "si es posible",
        "todo lo posible",
    ),
    *("tratara de",),
)
"""Words that speak of an effort and of no deed, as `fold` writes them."""
OF_EFFORT = re.compile(rf"\b({'|'.join(EFFORTS)})\b")


def is_vague(sentence: str) -> bool:
    """Whether it speaks of an effort, and no number in it says of how much, or until when."""
    words = fold(sentence)
    return OF_EFFORT.search(words) is not None and re.search(r"\d", words) is None
