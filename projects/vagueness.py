"""Sentences that oblige nobody to anything: of which nobody can tell later whether they were kept."""

import re

from projects.intake.headings import fold

EFFORTS = (
    *("as far as possible", "best efforts", "endeavou?r to", "(make|makes|making) every effort", "seeks? to", "try to"),
    *("(when|where)(ever)? possible", "where feasible"),
    *("de ser posible", "en la medida de lo posible", "en lo posible", "si es posible", "todo lo posible"),
    *("esforzarse", "se esforzara", "hara (todos los )?esfuerzos", "mayor esfuerzo"),
    *(r"procurara?n? \w+[aei]r", r"(?<!\bse )tratara de \w+[aei]r"),
)
"""Words that speak of an effort and of no deed, as `fold` writes them."""
OF_EFFORT = re.compile(rf"\b({'|'.join(EFFORTS)})\b")
OF_NORMS = re.compile(r"\b((art(iculo|icle)?|ley|law)s?\.? (n[.°ºo]* ?)?\d[\d.]*|\d+-\d{4}-[a-z]+)")
"""The numbers of norms say nothing of how much, nor until when."""
SAYS_HOW_MUCH = re.compile(
    r"\d|\b(once|twice|times|veces|cada|before|until|antes de|hasta"
    r"|(each|every) (day|week|month|quarter|year)|(dai|week|month|quarter|year)ly|annual(ly)?"
    r"|(diari|seman|mensu|trimestr|anu)(al|o|a)(es|mente)?)\b"
)
NAMES_A_PARTY = re.compile(
    r"\b(empresa|compania|titular|contratista|operador|operadora|minera|ministerio|municipalidad|estado|gobierno"
    r"|company|holder|contractor|operator|ministry|municipality|state|government)\b"
)
"""Words for those who can be held to a sentence."""

NUMBER, DAY, PARTY, DEED = "number", "day", "responsible", "deed"


def is_vague(sentence: str) -> bool:
    """Whether it speaks of an effort throughout, and nothing in it says how much, how often or until when.

    Where it is not sure, it is not vague: what is called so in public is called so of somebody.
    """
    words = OF_NORMS.sub("", fold(sentence))
    deeds = [deed for deed in re.split(r"[;:]|\. |\b(?:y|and)\b", words) if deed.strip(" .,")]
    return bool(deeds) and all(map(OF_EFFORT.search, deeds)) and SAYS_HOW_MUCH.search(words) is None


def missing_in(sentence: str, *, has_day: bool, has_party: bool) -> tuple[str, ...]:
    """What a vague sentence does not say: number, day, responsible party, deed; nothing where it is not vague.

    The day and the party may be told beside it. Vague is only what names no number and no deed.
    """
    if not is_vague(sentence):
        return ()
    found = {NUMBER: False, DAY: has_day, PARTY: has_party or bool(NAMES_A_PARTY.search(fold(sentence))), DEED: False}
    return tuple(name for name, there in found.items() if not there)
