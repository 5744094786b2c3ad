"""Names: what is cleaned, what is refused and in which words, and what is as good a name as any. No database."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.names import clean_file_name, clean_name, is_unseen


def refusal(name: str) -> tuple[str, str]:
    """The code and the words with which a name is refused; empty where it is kept."""
    try:
        clean_name(name)
    except ValidationError as error:
        return str(error.code), error.messages[0]
    return "", ""


@pytest.mark.parametrize(
    "name",
    [
        "Ch'uñuna Q’asa",
        "Ayllu Jach'a Ch\u02bcuqi Tayka",
        "Comunidad Campesina Ñahuimpuquio – Anexo 3º",
        "Marka Qullasuyu, äïü",
        "五矿资源 MMG",
        "五矿资源MMG有限公司",
        "株式会社ヤマダー々",
        "Ὠμέγα",
        "Норильский никель",
        "Norilsk Норильск",
        "S.A.C. Perú & Cía. (2.º) №7 / “La Única” – 50 %",
        "Mina 😀",
        "Nguyễn Thị Hương",
        "می\u200cخواهم",
        "क्\u200dष",
        "5 µm",
        "\uff2d\uff2d\uff27",
    ],
)
def test_a_name_of_any_people_is_kept_as_it_is(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Minera Qori \n", "Minera Qori"),
        ("Minera\u00a0Qori", "Minera Qori"),
        ("Minera \t \u3000Qori", "Minera Qori"),
        ("Min\u00adera Qo\u00adri", "Minera Qori"),
        ("\ufeffMinera Qo\u200dri\u200c", "Minera Qori"),
        ("Min\u2060era Qori\ufe0f", "Minera Qori"),
        ("N\u0303ahuin", "Ñahuin"),
        ("", ""),
        (" \u00a0 ", ""),
    ],
)
def test_what_is_harmless_is_cleaned_away(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("Mine\u200bra", "invisible_letter", "Letter 5 is invisible (U+200B)."),
        ("Mi\x07na", "invisible_letter", "Letter 3 is invisible (U+0007)."),
        ("Mi\x00na", "invisible_letter", "Letter 3 is invisible (U+0000)."),
        ("Mina\u3164", "invisible_letter", "Letter 5 is invisible (U+3164)."),
        ("Mina \u2800 Qori", "invisible_letter", "Letter 6 is invisible (U+2800)."),
        ("Mina\u034f", "invisible_letter", "Letter 5 is invisible (U+034F)."),
        ("Qori \u202eanim", "direction_mark", "Letter 6 is a direction mark (U+202E)"),
        ("Qori\u200f", "direction_mark", "Letter 5 is a direction mark (U+200F)"),
        ("Minera\nQori", "line_break", "There is a line break after “Minera”."),
        ("Minera\u2028Qori", "line_break", "There is a line break after “Minera”."),
        ("Minera\r\nQori", "line_break", "There is a line break after “Minera”."),
        ("Las M\u0456na", "mixed_alphabets", "The word “M\u0456na” mixes Latin and Cyrillic letters: its letter 2"),
        ("M\u0391an", "mixed_alphabets", "its letter 2 is Greek."),
        ("\u0434'Oro", "mixed_alphabets", "mixes Latin and Cyrillic letters: its letter 1 is Cyrillic."),
        ("Min\u0561", "mixed_alphabets", "its letter 4 is Armenian."),
        ("Qx\u0301\u0302\u0323\u0324ri", "stacked_marks", "More than two marks stand on letter 2, “x”."),
        ("Q\u20de\u20df\u20e0ori", "stacked_marks", "More than two marks stand on letter 1, “Q”."),
        ("\u200b\u200b", "nothing_visible", "There is nothing here but invisible letters."),
        (" \u00ad\u200d ", "nothing_visible", "There is nothing here but invisible letters."),
        ("\u202e\u3164", "nothing_visible", "There is nothing here but invisible letters."),
        ("Mina \ue000", "unreadable_letter", "Letter 6 cannot be read (U+E000)."),
        ("Mina \ufffd", "unreadable_letter", "Letter 6 cannot be read (U+FFFD)."),
    ],
)
def test_what_deceives_is_refused_with_its_place(name: str, code: str, words: str) -> None:
    found, said = refusal(name)
    assert found == code
    assert words in said


def test_half_a_letter_is_refused() -> None:
    assert refusal("Mina \ud800") == ("unreadable_letter", "Letter 6 cannot be read (U+D800). Type it anew.")


def test_the_refusal_is_said_in_spanish_too() -> None:
    with translation.override("es"):
        assert refusal("M\u0456na")[1].startswith("La palabra “M\u0456na” mezcla")
        assert "La letra 5 es invisible" in refusal("Mine\u200bra")[1]


@given(st.text(max_size=12))
def test_whatever_is_kept_is_kept_alike_the_next_time_and_shows_every_letter(text: str) -> None:
    try:
        kept = clean_name(text)
    except ValidationError:
        return
    assert clean_name(kept) == kept
    assert not [letter for letter in kept if is_unseen(letter) and letter not in "\u200c\u200d"]
    assert "\n" not in kept


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Acta  N.º 3.pdf", "Acta N.º 3.pdf"),
        ("recibo_五矿.PDF", "recibo_五矿.PDF"),
        ("receipt", "receipt"),
    ],
)
def test_the_name_of_a_file_keeps_its_ending(name: str, kept: str) -> None:
    assert clean_file_name(name) == kept


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("\u200b\u200b.pdf", "nothing here but invisible letters"),
        (".pdf", "“.pdf” has no name before its ending"),
        ("rec\u202efdp.pdf", "The name of the file “recfdp.pdf” cannot be kept. Letter 4 is a direction mark"),
        ("recib\u043e.pdf", "mixes Latin and Cyrillic letters"),
    ],
)
def test_a_file_of_a_name_that_deceives_is_refused_by_name(name: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        clean_file_name(name)
    assert words in refused.value.messages[0]
