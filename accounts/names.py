"""What a name may hold: what is harmless is cleaned away, and what deceives the eye is refused with its place."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

BLANKS = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
LINE_BREAKS = frozenset("\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
IDLE = frozenset("\u00ad\u2060\ufeff") | {chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}
"""Soft hyphens, word joiners, byte order marks and variation selectors: a name means the same without them."""
JOINERS = frozenset("\u200c\u200d")
JOINED = frozenset(
    ["ARABIC", "SYRIAC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA"]
    + ["TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER"]
)
"""Alphabets in which a joiner between two letters says how they are written."""
EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Letters and marks that nobody sees, though Unicode counts them among those that are seen."""
UNREADABLE = frozenset({"Cn", "Co", "Cs"})
APOSTROPHES = frozenset("'’‘ʼʻ")
MOST_MARKS = 2
BESIDE_OTHERS = frozenset(
    ["CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "MODIFIER", "MICRO"]
)
"""Signs that stand in one word with letters of any alphabet, and look like none of them."""
ALPHABETS: Mapping[str, Any] = {"LATIN": _("Latin"), "CYRILLIC": _("Cyrillic"), "GREEK": _("Greek")}


def clean_name(text: str) -> str:
    """The name as it is kept: composed letters, single blanks, nothing around it.

    Raises ValidationError that says which letter deceives, where, and what to do.
    """
    if text.strip() and all(is_unseen(letter) or letter.isspace() for letter in text):
        raise ValidationError(_("There is nothing here but invisible letters. Type the name."), "nothing_visible")
    kept = "".join(letter for at, letter in enumerate(text) if not is_idle(text, at))
    name = BLANKS.sub(" ", unicodedata.normalize("NFC", kept).strip())
    for at, letter in enumerate(name):
        check_letter(name, at, letter)
    check_marks(name)
    for word in words_of(name):
        check_alphabets(word)
    return name


def clean_file_name(text: str) -> str:
    """The name of a file as it is kept; its ending stands behind a name.

    Raises ValidationError as `clean_name` does, and with the name that was refused.
    """
    name, dot, ending = text.rpartition(".")
    seen = "".join(letter for letter in text if not is_unseen(letter) and letter not in LINE_BREAKS)
    if dot and not name.strip():
        message = _("The file “%(name)s” has no name before its ending that anybody could see. Give it one.")
        raise ValidationError(message, "nameless_file", {"name": seen})
    try:
        return clean_name(name) + dot + clean_name(ending)
    except ValidationError as error:
        message = _("The name of the file “%(name)s” cannot be kept. %(why)s")
        raise ValidationError(message, error.code, {"name": seen, "why": " ".join(error.messages)}) from None


def is_unseen(letter: str) -> bool:
    """Whether nothing of a letter can be seen."""
    return unicodedata.category(letter) in {"Cc", "Cf"} or letter in EMPTY or letter in IDLE


def is_idle(text: str, at: int) -> bool:
    """Whether the letter at that place says nothing there."""
    if text[at] in JOINERS:
        return not (0 < at < len(text) - 1 and {kind_of(text[at - 1]), kind_of(text[at + 1])} <= JOINED)
    return text[at] in IDLE


def check_letter(name: str, at: int, letter: str) -> None:
    """Refuse a line break, a direction mark, and what cannot be seen or read."""
    where = {"place": at + 1, "code": f"U+{ord(letter):04X}", "before": name[:at]}
    if letter in LINE_BREAKS:
        raise ValidationError(
            _("There is a line break after “%(before)s”. Write the name on one line."), "line_break", where
        )
    if letter in DIRECTION_MARKS:
        message = _(
            "Letter %(place)s is a direction mark (%(code)s): it shows the name in another order than it is written. "
            "Delete it, or type the name anew."
        )
        raise ValidationError(message, "direction_mark", where)
    if is_unseen(letter) and letter not in JOINERS:
        message = _("Letter %(place)s is invisible (%(code)s). Delete it, or type the name anew.")
        raise ValidationError(message, "invisible_letter", where)
    if letter == "\ufffd" or unicodedata.category(letter) in UNREADABLE:
        message = _("Letter %(place)s cannot be read (%(code)s). Type it anew.")
        raise ValidationError(message, "unreadable_letter", where)


def check_marks(name: str) -> None:
    """Refuse more than two marks on one letter."""
    marks = 0
    for at, letter in enumerate(name):
        marks = marks + 1 if unicodedata.category(letter).startswith("M") else 0
        if marks > MOST_MARKS:
            message = _("More than two marks stand on letter %(place)s, “%(letter)s”. Delete those that do not belong.")
            bare = at - marks
            where = {"place": bare + 1, "letter": name[bare : bare + 1]}
            raise ValidationError(message, "stacked_marks", where)


def words_of(name: str) -> Iterator[str]:
    """The letters that stand together, with their marks and apostrophes."""
    for belongs, letters in groupby(name, lambda one: unicodedata.category(one)[0] in "LM" or one in APOSTROPHES):
        if belongs:
            yield "".join(letters)


def check_alphabets(word: str) -> None:
    """Refuse letters of two alphabets in one word; the rarer one is named as the stranger."""
    letters = [(place, kind_of(letter)) for place, letter in enumerate(word, start=1) if has_alphabet(letter)]
    counts = Counter(kind for _place, kind in letters)
    if len(counts) > 1:
        own = counts.most_common(1)[0][0]
        place, other = next((place, kind) for place, kind in letters if kind != own)
        message = _(
            "The word “%(word)s” mixes %(own)s and %(other)s letters: its letter %(place)s is %(other)s. "
            "Type the word anew in one alphabet."
        )
        named = {"own": alphabet_words(own), "other": alphabet_words(other)}
        raise ValidationError(message, "mixed_alphabets", {"word": word, "place": place, **named})


def has_alphabet(letter: str) -> bool:
    """Whether it is a letter of an alphabet that does not stand beside others in a word."""
    return unicodedata.category(letter).startswith("L") and kind_of(letter) not in BESIDE_OTHERS


def kind_of(letter: str) -> str:
    """The first word of its name in Unicode, such as LATIN; of letters in another form that of the plain letter."""
    named = unicodedata.name(letter, "")
    plain = letter if named.startswith("MICRO") else unicodedata.normalize("NFKD", letter)[0]
    return unicodedata.name(plain, "").partition(" ")[0]


def alphabet_words(kind: str) -> Any:
    """What an alphabet is called."""
    return ALPHABETS.get(kind, kind.capitalize())
