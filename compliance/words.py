"""The words for what judgement says in codes: what is missing or needs care, what rules do, and who says so."""

from collections.abc import Iterable

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.design.bands import Bands, letter_of
from accounts.design.writing import as_decimal, pick_language
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.criteria.registry import Measure
from compliance.evaluation.framework import Policy
from compliance.evaluation.judgement import Outcome
from compliance.evaluation.words import CODES

SOURCES = (
    gettext_noop("Minka recommended policy"),
    gettext_noop("art. 8, at least half for the first and second priorities of social funds; we ask it of all money"),
    gettext_noop("EITI Data Importer decision log"),
    gettext_noop("display threshold of 10 percent"),
    gettext_noop("royalties, 1 percent"),
    gettext_noop("royalties, 100,000 dollars"),
    gettext_noop("the floor of US EITI in soles, rounded"),
    gettext_noop("the floor of US EITI in euros, rounded"),
    gettext_noop("L01; D.S. 040-2014-EM art. 57.5 asks for preference without a quota"),
    gettext_noop("art. 4; exclusions art. 3, exonerations art. 6"),
    gettext_noop("E01, cap of the overall score"),
    gettext_noop("E03; D.S. 028-2008-EM asks for the whole plan"),
    gettext_noop("P03; D.S. 040-2014-EM art. 57.3 asks that agreements be met within their deadlines"),
    gettext_noop("requirement 4.8, no older than the second to last complete accounting period"),
    gettext_noop("US EITI reconciliation"),
    gettext_noop("EITI Standard 2023"),
    gettext_noop("whose word counts"),
    gettext_noop("least sum that decides"),
    gettext_noop("arts. 24 to 26"),
    gettext_noop("arts. 13 and 14"),
    gettext_noop("arts. 14 and 15"),
    gettext_noop("DIA and FTA are for exploration"),
    gettext_noop("art. 57.3, agreements are kept within their terms"),
    gettext_noop("art. 57.5, preference for local people, without a quota"),
    gettext_noop("art. 57.6, preference for local suppliers, without a quota"),
    gettext_noop("art. 8, social funds: 60 of every 100 for the first priority"),
    gettext_noop("art. 8 as amended by D.S. 238-2016-EF, social funds: half for the first and second priorities"),
    gettext_noop("C01, where points begin and cap of the overall score"),
    gettext_noop("C02, where points end"),
    gettext_noop("C03, where points begin"),
    gettext_noop("E01, E03, every study is listed"),
    gettext_noop("E03, each meeting by its day"),
    gettext_noop("E05, where points end"),
    gettext_noop("E06, where points end"),
    gettext_noop("E07; the programme of the approved study says how many"),
    gettext_noop("E08, every study is listed"),
    gettext_noop("E08, where points begin"),
    gettext_noop("I01; the agreed schedule of each work says what was planned"),
    gettext_noop("J01; EITI Standard 2023, part 3, gives the form of the figure"),
    gettext_noop("K01; GRI 404-1 gives the form of the figure"),
    gettext_noop("L06; D.S. 040-2014-EM art. 57.6 asks for preference without a quota"),
    gettext_noop("T02; EITI Standard 2023 requirement 2.5 gives the form of the figure"),
    gettext_noop("and D.S. 013-2002-EM, DIA or EIA-sd"),
    gettext_noop("annex"),
    gettext_noop("annex 1, limits for any moment and for the mean of a year"),
    gettext_noop("annex, standards by category"),
    gettext_noop("art. 11, the guarantee covers the cost"),
    gettext_noop("art. 30, at the fifth year"),
    gettext_noop("art. 38, people who have to move"),
    gettext_noop("art. 4 and annex 1, effluents keep the limits"),
    gettext_noop("art. 5.2, outside the mixing zone, what the approved study names"),
    gettext_noop("art. 50, the first 12 business days"),
    gettext_noop("art. 6 as amended by Ley 31381"),
    gettext_noop("art. 6 as amended by Ley 31530"),
    gettext_noop("art. 6 as amended by Ley 31788"),
    gettext_noop("art. 6 as amended by Ley 31822"),
    gettext_noop("art. 6; D.S. 014-92-TR, arts. 18 to 20"),
    gettext_noop("art. 8, by the approved schedule"),
    gettext_noop("arts. 14 and 15, what the approved study obliges to is followed and checked"),
    gettext_noop("arts. 46, 50 and 55, each year within its first 12 business days"),
    gettext_noop("arts. 6 and 11, a guarantee that covers the cost of closing"),
    gettext_noop("arts. 6 and 8, closing step by step, reported each half-year"),
)
"""What frameworks say in one language about their sources; sealed as it is, and translated where it is shown."""

POLICY_QUESTIONS = {
    "REV": _("Does the money reach the communities?"),
    "LOC": _("Do neighbours get the jobs?"),
    "ENV": _("Were the studies done in time, and kept?"),
    "PAR": _("Were people heard, and promises kept?"),
    "TRA": _("Does the mine publish its figures?"),
}
"""What each policy of frameworks that do not say it themselves asks, in plain words."""

POLICY_WORDS = {"REV": _("Money"), "LOC": _("Jobs"), "ENV": _("Studies"), "PAR": _("Voice"), "TRA": _("Data")}
"""One short word for each policy of frameworks that have none of their own, for the heads of narrow columns."""
MISSING = {
    "M0": _("What the rule asks for is not known: counted as 0 until it is."),
    "MX": _("What the rule asks for is not known: left out until it is, and less is known."),
    "MB": _("What the rule asks for is not known: no grade until it is."),
}
"""What the rule for missing data does to a figure that is unknown."""

CAUSES = {
    "override": _("reviewer’s score"),
    "lost": _("no longer known"),
    "excused": _("no longer applies"),
    "applies": _("applies now"),
    "rule": _("rule changed"),
    "records": _("new records"),
    "corrected": _("corrected"),
}
"""Why a figure is another than before."""

AGREEMENT = {
    "arrived": _("both sides agree"),
    "confirmed": _("confirmed"),
    "claimed": _("one side has not answered"),
    "disputed": _("in dispute"),
    "late": _("late"),
    "unpaid": _("not paid"),
    "unknown": _("not known"),
}
"""What is known of a payment or a promise when every side that was asked is heard."""

VOICES = {
    "company": _("Company"),
    "community": _("Community"),
    "committee": _("Monitoring committee"),
    "authority": _("Public authority"),
    "monitor": _("Monitor"),
    "unknown": _("Not known"),
}
"""By the code of a voice what it is called alone."""

SPEAKERS = {
    "company": _("the mine"),
    "community": _("the community"),
    "committee": _("a monitoring committee"),
    "authority": _("an authority"),
    "monitor": _("a monitor"),
}
"""By the code of a voice what it is called in a sentence; of any other nobody knows whose it is."""


def measured_by(voice: str) -> str:
    """Who measured something, as a part of a sentence."""
    if voice not in SPEAKERS:
        return gettext("we don’t know who measured it")
    return gettext("measured by %(who)s") % {"who": SPEAKERS[voice]}


def taker_words(voice: str) -> str:
    """Who measured something, below a heading that asks it."""
    return str(SPEAKERS.get(voice, _("not known")))


def policy_question(policy: Policy) -> str:
    """What a policy asks: in the words of its framework, else in ours; empty where neither says it."""
    return pick_language(policy.question) if policy.question else str(POLICY_QUESTIONS.get(policy.code, ""))


def policy_word(policy: Policy) -> str:
    """A short word for a policy: its framework's, else ours; its code where neither has one."""
    return pick_language(policy.short_names) if policy.short_names else str(POLICY_WORDS.get(policy.code, policy.code))


def words_of(codes: Iterable[str]) -> list[str]:
    """The words for each code."""
    return [code_words(code) for code in codes if code]


def code_words(code: str) -> str:
    """The words for a code of judgement; one of an old document that is given no more shows as it is, with spaces."""
    return gettext(CODES[code]) if code in CODES else code.replace("-", " ")


def measure_of(outcome: Outcome) -> Measure | None:
    """The measure that an outcome was measured by; None in an old document where it is no more."""
    return MEASURES.get(outcome.rule.measure)


def currency_of(outcome: Outcome) -> str:
    """The currency whose figure decides; empty where the measure is not in money, or nothing is decided."""
    measure = measure_of(outcome)
    return outcome.measured.decided_by.partition(" ")[0] if measure and measure.in_money else ""


def currencies_of(outcome: Outcome) -> list[str]:
    """The currencies of the parts of a figure in money."""
    measure = measure_of(outcome)
    names = [part.name for part in outcome.measured.breakdown] if measure and measure.in_money else []
    return sorted({name.partition(" ")[0] for name in names})


def letters_between(worst: object, best: object, bands: Bands) -> str:
    """``B or A``, ``D to A``: the grades of a range of scores; empty where there is one or none."""
    ends = as_decimal(worst), as_decimal(best)
    if ends[0] is None or ends[1] is None:
        return ""
    low, high = letter_of(ends[0], bands), letter_of(ends[1], bands)
    if low == high:
        return ""
    letters = [band.grade for band in bands]
    beside = letters.index(low) - letters.index(high) == 1
    words = gettext("%(worst)s or %(best)s") if beside else gettext("%(worst)s to %(best)s")
    return words % {"worst": low, "best": high}


SIDES_OF_MONEY = {
    ("confirmed",): _("%(currency)s, confirmed"),
    ("public",): _("%(currency)s, for public bodies"),
    ("public", "confirmed"): _("%(currency)s, for public bodies, confirmed"),
}
"""What the name of a part of a figure in money says behind its currency."""


def part_words(name: str) -> str:
    """What one part of a figure is about; a currency or an employer is its own word."""
    currency, *sides = name.split(" ")
    if words := SIDES_OF_MONEY.get(tuple(sides)):
        return str(words) % {"currency": currency}
    return gettext(CODES[name]) if name in CODES else name
