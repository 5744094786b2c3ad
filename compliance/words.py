"""The words for what judgement says in codes: units, what is missing or needs care, and who says so."""

from collections.abc import Iterable

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.design.charts import letter_of
from accounts.design.writing import long_date
from compliance.evaluation.framework import Source

UNITS = {"percent": _("of 100"), "days": _("days"), "years": _("years"), "ratio": _("ratio")}

PARTS = {
    "district": _("living in the districts"),
    "province": _("living in the province"),
    "region": _("living in the region"),
    "national": _("nationals"),
    "mandatory": _("what the mine is bound to"),
    "voluntary": _("what it promised freely"),
    "company": _("as the company alone says"),
}

REASONS = {
    "company-word-only": _("only the company says so"),
    "contractors-not-included": _("the workers of contractors are left out"),
    "disputed": _("the sides disagree"),
    "exempt": _("it was exempted"),
    "exonerated": _("an exoneration is on record"),
    "no-amount": _("an amount is missing"),
    "no-answer": _("the community has not answered"),
    "no-approval": _("no approval is on record"),
    "no-assessment": _("no impact study is on record"),
    "no-commitment-due": _("no promise was due"),
    "no-conditions-due": _("no condition of the study was due"),
    "no-day-of-fulfilment": _("the day on which it was done is missing"),
    "no-district-figure": _("nobody says how many workers live in the districts"),
    "no-employment-return": _("nobody reported the workers"),
    "no-headcount": _("the number of employees is missing"),
    "no-participation-plan": _("no plan for meetings with people is on record"),
    "no-payment-date": _("the day of a payment is missing"),
    "no-payment-recorded": _("no payment is on record"),
    "no-publication-date": _("the day of publication is missing"),
    "no-purpose": _("the purpose of a payment is missing"),
    "no-start-recorded": _("the start of the works is not on record"),
    "no-submission-date": _("the day when the study was handed in is missing"),
    "no-total": _("the number of all workers is missing"),
    "no-women-figure": _("nobody says how many workers are women"),
    "not-published": _("no report was published"),
    "nothing-due": _("nothing was due"),
    "nothing-paid": _("nothing was paid"),
    "nothing-planned": _("nothing was planned"),
    "one-side-silent": _("one side has not answered"),
    "one-sided": _("only one side reported"),
    "only-technical-form": _("only a technical form was needed"),
    "technical-form-not-enough": _("a technical form alone is on record, and it is enough for exploration only"),
    "other-currency": _("it was paid in another currency"),
    "part-unpaid": _("a part of what was owed is not shown to be paid"),
    "participation-not-recorded": _("nobody recorded which meetings were held"),
    "period-not-covered": _("nobody reports on a part of the year"),
    "phase": _("it does not apply in this phase of the mine"),
    "reconciliation-case": _("the two sides differ by more than the limit"),
    "returns-overlap": _("two reports of one employer are about the same days; the longer one counts"),
    "rule-not-in-force": _("the rule was not in force then"),
    "sides-differ": _("the two sides differ"),
    "small-base": _("the figure rests on a small number"),
    "start-not-recorded": _("the start of the works is not on record"),
    "works-not-started": _("the works have not started"),
}
"""Why a figure is unknown, does not apply or needs care."""

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
)
"""What frameworks say in one language about their sources; sealed as it is, and translated where it is shown."""

OWN_NORM = "Minka recommended policy"

POLICY_QUESTIONS = {
    "REV": _("Does the money reach the communities?"),
    "LOC": _("Do neighbours get the jobs?"),
    "ENV": _("Were the studies done in time, and kept?"),
    "PAR": _("Were people heard, and promises kept?"),
    "TRA": _("Does the mine publish its figures?"),
}
"""What each policy asks, in plain words."""

POLICY_WORDS = {"REV": _("Money"), "LOC": _("Jobs"), "ENV": _("Studies"), "PAR": _("Voice"), "TRA": _("Data")}
"""One short word for each policy, for the heads of narrow columns."""
MISSING = {
    "M0": _("Nobody reports it: counted as 0 until somebody does."),
    "MX": _("Nobody reports it: left out until somebody does, and less is known."),
    "MB": _("Nobody reports it: no grade until somebody does."),
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
    "authority": _("Public authority"),
    "monitor": _("Monitor"),
    "unknown": _("Not known"),
}


def words_of(codes: Iterable[str]) -> list[str]:
    """The words for codes of reasons; a code without words shows as it is, with spaces."""
    return [str(REASONS.get(code, code.replace("-", " "))) for code in codes if code]


def source_words(source: Source) -> str:
    """Where a rule comes from: its norm and article, and whether we recommend it or it is law."""
    if source.policy and source.norm == OWN_NORM:
        return gettext("Minka’s own rule; the law does not ask for it.")
    place = ", ".join(gettext(part) for part in (source.norm, source.article) if part)
    words = _("Recommended by us, after %(place)s.") if source.policy else _("Source: %(place)s.")
    return str(words) % {"place": place}


def source_line(source: Source) -> str:
    """The same, with the day since which it holds."""
    since = gettext("Since %(day)s.") % {"day": long_date(source.valid_from)}
    return f"{source_words(source)} {since}"


def letters_between(worst: object, best: object) -> str:
    """``B or A``, ``D to A``: the grades of a range of scores; empty where there is one or none."""
    low, high = letter_of(worst), letter_of(best)
    if not low or not high or low == high:
        return ""
    words = gettext("%(worst)s or %(best)s") if ord(low) - ord(high) == 1 else gettext("%(worst)s to %(best)s")
    return words % {"worst": low, "best": high}


def part_words(name: str) -> str:
    """What one part of a figure is about; a currency or an employer is its own word."""
    if name in PARTS:
        return str(PARTS[name])
    currency, _space, side = name.partition(" ")
    return gettext("%(currency)s, confirmed") % {"currency": currency} if side == "confirmed" else name
