"""Registers that give organisations numbers, and what is wrong with a number that cannot be one of theirs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum import exceptions, lei
from stdnum.au import abn
from stdnum.cl import rut
from stdnum.cn import uscc
from stdnum.pe import ruc

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text


class Scheme(models.TextChoices):
    """Registers by country, or XI where they are of none, and name: the form of codes in BODS and OCDS."""

    RUC = "PE-RUC", _("RUC (Peru)")
    LEI = "XI-LEI", _("LEI (worldwide)")
    RUT = "CL-RUT", _("RUT (Chile)")
    USCC = "CN-USCC", _("Unified social credit code (China)")
    ABN = "AU-ABN", _("ABN (Australia)")


@dataclass(frozen=True)
class Register:
    """How a register writes its numbers."""

    rules: ModuleType
    """of python-stdnum"""
    lengths: Collection[int]
    checks: slice
    """where the digits stand that follow from all others"""
    written: Text
    not_of_people: str = ""
    """the form of those that are no number of a person; empty: the register gives people none"""


REGISTERS = {
    Scheme.RUC: Register(
        ruc, {11}, slice(-1, None), _("eleven digits, of which the first two are 10, 15, 17 or 20"), "^20"
    ),
    Scheme.LEI: Register(lei, {20}, slice(-2, None), _("twenty digits and letters, of which the last two are digits")),
    Scheme.RUT: Register(rut, {8, 9}, slice(-1, None), _("seven or eight digits, and one more or a K"), "^[5-9].{8}$"),
    Scheme.USCC: Register(
        uscc, {18}, slice(-1, None), _("eighteen digits and letters, of which the first eight are digits")
    ),
    Scheme.ABN: Register(abn, {11}, slice(0, 2), _("eleven digits")),
}

WITHOUT_MARKS = frozenset({"PE"})
"""Countries whose mining register tells concessions by letters and digits alone: 01-00001-24 is 010000124 there."""


def plain_code(country: str, code: str) -> str:
    """What tells the code of a concession from others of the country, however people write it."""
    told_by = str.isalnum if country in WITHOUT_MARKS else str.isprintable
    plain = "".join(letter for letter in code if told_by(letter) and not letter.isspace())
    return plain.upper() or code


def clean_number(scheme: str, number: str) -> str:
    """The number as it is kept, without blanks and points; raises ValidationError that says which check it fails."""
    register = REGISTERS[Scheme(scheme)]
    try:
        kept: str = register.rules.compact(number)
        found = register.rules.validate(kept) if len(kept) in register.lengths else None
    except exceptions.InvalidChecksum:
        message = _(
            "“%(checks)s” is the check of the other digits and does not fit them: one of them is mistyped. Compare the "
            "number with the document."
        )
        raise ValidationError(message, "check_digits", {"checks": kept[register.checks]}) from None
    except exceptions.ValidationError:
        found = None
    if found is None:
        message = _("A number of this register has %(written)s. Compare it with the document.")
        raise ValidationError(message, "not_of_this_register", {"written": register.written})
    return kept
