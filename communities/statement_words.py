"""What may be said in public of one side's statement: the sentence follows from how the statement is known.

A paper, an assembly, an authority and a bare word are different sentences; what nobody said is in none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.design.writing import long_date
from accounts.models import Organisation
from projects.models import Source
from projects.testimony import ANOTHER_SIDE, COMMITTEE, COMPANY, NEVER_THE_OTHER_SIDE, PAPER, stands_on

WAY = Source.Way
PUBLIC_BODIES = (Organisation.Kind.AGENCY, Organisation.Kind.REGULATOR)
WITH_PAPER: Mapping[str, Any] = {
    WAY.ASSEMBLY: gettext_lazy("%(verb)s by the assembly of %(day)s; minutes held by %(holder)s."),
    WAY.RECEIPT: gettext_lazy("%(verb)s by a signed receipt of %(day)s, held by %(holder)s."),
    WAY.BANK: gettext_lazy("%(verb)s by a bank record of %(day)s, held by %(holder)s."),
    WAY.LETTER: gettext_lazy("%(verb)s by a letter or report of %(day)s, held by %(holder)s."),
    WAY.PUBLIC: gettext_lazy("%(verb)s in a published document of %(day)s."),
    "": gettext_lazy("%(verb)s, as %(holder)s entered with a file; how it is known was not asked then."),
}
WITHOUT_PAPER: Mapping[str, Any] = {
    WAY.ASSEMBLY: gettext_lazy("%(holder)s writes that the assembly of %(day)s said so; the minutes are not here."),
    WAY.RECEIPT: gettext_lazy("%(holder)s writes that there is a signed receipt of %(day)s; it is not here."),
    WAY.BANK: gettext_lazy("%(holder)s writes that there is a bank record of %(day)s; it is not here."),
    WAY.LETTER: gettext_lazy("%(holder)s writes that there is a letter or report of %(day)s; it is not here."),
    WAY.TOLD: gettext_lazy("%(holder)s writes that the recipient says so, by word of mouth on %(day)s; no paper."),
    "": gettext_lazy("%(holder)s writes that the recipient says so; no paper, and how it is known was not asked then."),
}
CONFIDENTIAL_PAPER = gettext_lazy("%(verb)s on paper; a confidential source, held by %(holder)s.")
CONFIDENTIAL_WORD = gettext_lazy("%(holder)s writes so; no paper, and a confidential source.")
COMPANY_WITH_PAPER: Mapping[str, Any] = {
    WAY.BANK: gettext_lazy("The company says so; %(holder)s holds the bank record of %(day)s."),
    WAY.LETTER: gettext_lazy("The company says so in a letter or report of %(day)s, held by %(holder)s."),
    WAY.PUBLIC: gettext_lazy("The company says so in a published document of %(day)s."),
    "": gettext_lazy("The company says so; %(holder)s holds a file."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimony:
    """How one side's statement is known, without the person who made it."""

    voice: str
    known_by: str = ""
    said_on: date | None = None
    holder: str = ""
    """the organisation that entered it, and keeps its papers"""
    files: int = 0
    confidential: bool = False
    """whether nothing is said of it but who holds it"""

    @classmethod
    def of(cls, source: Source, files: int) -> Testimony:
        """How a source says that its statement is known."""
        return cls(
            voice=source.voice,
            known_by="" if source.is_confidential else source.known_by,
            said_on=None if source.is_confidential else source.stated_on,
            holder=str(source.entered_for or ""),
            files=0 if source.is_confidential and source.known_by == WAY.TOLD else files,
            confidential=source.is_confidential,
        )

    def stands_on(self, side: str) -> str:
        """PAPER, WORD or ANOTHER_SIDE, for a statement of this side."""
        own = side == COMPANY or self.voice not in NEVER_THE_OTHER_SIDE
        return stands_on(said_by_its_side=own, known_by=self.known_by, files=self.files)

    def sentence(self, side: str, *, denied: bool = False, unknown_day: str = "") -> str:
        """Who says it and on what; `denied` where the recipient says that nothing came."""
        standing = self.stands_on(side)
        if standing == ANOTHER_SIDE:
            words = self.another_sides_words()
        elif self.confidential:
            words = str(CONFIDENTIAL_PAPER if standing == PAPER else CONFIDENTIAL_WORD)
        elif side == COMPANY:
            words = self.company_words(standing)
        elif standing == PAPER:
            words = str(WITH_PAPER.get(self.known_by, WITH_PAPER[""]))
        else:
            words = str(WITHOUT_PAPER.get(self.known_by, WITHOUT_PAPER[""]))
        return words % {
            "verb": pgettext("money", "Denied") if denied else pgettext("money", "Confirmed"),
            "day": long_date(self.said_on) if self.said_on else unknown_day or _("a day that is not known"),
            "holder": self.holder or _("whoever entered it"),
        }

    def another_sides_words(self) -> str:
        """Whose word was entered in the place of the recipient's."""
        if self.voice == COMMITTEE:
            return _(
                "Entered by %(holder)s with a monitoring committee as its only source; the recipient’s own word is not here."
            )
        return _("Entered by %(holder)s with the company as its only source; the recipient’s own word is not here.")

    def company_words(self, standing: str) -> str:
        """The payer's statement; where others made it for the payer, that they write so."""
        if self.voice != COMPANY and standing == PAPER:
            return _("%(holder)s holds a paper that shows it; the payer’s own word is not here.")
        if self.voice != COMPANY:
            return _("%(holder)s writes that it was paid; the payer’s own word is not here.")
        if standing == PAPER:
            return str(COMPANY_WITH_PAPER.get(self.known_by, COMPANY_WITH_PAPER[""]))
        return _("The company says so; no paper.")


def voice_of_payee(payee: Organisation | None) -> Source.Voice:
    """Whose word it is where a payee speaks: a community, itself or by a body of its own, or a public body.

    Of any other kind there is no voice: its statement names the organisation that makes it, and says no more.
    """
    if payee is None or payee.kind == Organisation.Kind.COMMUNITY_BODY:
        return Source.Voice.COMMUNITY
    return Source.Voice.AUTHORITY if payee.kind in PUBLIC_BODIES else Source.Voice.UNKNOWN


def public_words(side: str, way: str, *, holder: str) -> str:
    """The sentence that the public will read where a statement of today is known in this way, with a file behind it."""
    voice = COMPANY if side == COMPANY else "community"
    known = Testimony(voice=voice, known_by=way, holder=holder, files=0 if way == WAY.TOLD else 1)
    return known.sentence(side, unknown_day=_("the day that you give"))
