"""What the law asks, and where a threshold comes from: two things in words, told apart.

That a number is ours says nothing about the law: a statute may ask for the thing itself and name no number. So nothing
here says that the law does not ask for something.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from compliance.evaluation.framework import Indicator, Provision, Rule, Source

OWN_NORM = "Minka recommended policy"

LEVELS = {
    "legal": _("The law requires it."),
    "required": _("Whoever owes it is bound to it, by law or by agreement."),
    "expected": _("Good practice expects it."),
    "voluntary": _("It is voluntary."),
}
"""How far a rule binds, by its obligation level."""

DUTY_BEARERS = {
    "company": _("The company that runs the mine."),
    "fund": _("The fund that spends the money."),
    "municipality": _("The municipality."),
    "state": _("The State."),
}
"""Who owes what an indicator asks."""

SET = {
    "threshold": (
        _("The threshold is our own; it is no legal limit."),
        _("The threshold is recommended by us, after %(place)s."),
        _("The threshold is set by law: %(place)s."),
    ),
    "floor": (
        _("What scores 0 is our own; it is no legal limit."),
        _("What scores 0 is recommended by us, after %(place)s."),
        _("What scores 0 is set by law: %(place)s."),
    ),
    "ceiling": (
        _("What scores 100 is our own; it is no legal limit."),
        _("What scores 100 is recommended by us, after %(place)s."),
        _("What scores 100 is set by law: %(place)s."),
    ),
    "rule": (
        _("The line between kept and broken is our own; it is no legal limit."),
        _("The line between kept and broken is recommended by us, after %(place)s."),
        _("The line between kept and broken is set by law: %(place)s."),
    ),
    "gate": (
        _("The cap on the overall score is our own; no law sets it."),
        _("The cap on the overall score is recommended by us, after %(place)s."),
        _("The cap on the overall score is set by law: %(place)s."),
    ),
}
"""Who set each number: we ourselves, we after somebody else, or the law."""


def law_words(rule: Rule | Indicator) -> str:
    """How far the rule binds, and by which norm, article and days."""
    found = [str(LEVELS[rule.obligation_level])]
    if laws := dict.fromkeys(provision_words(one) for one in laws_of(rule)):
        found.append(gettext("The law: %(laws)s.") % {"laws": "; ".join(laws)})
    if not rule.basis:
        found += dict.fromkeys(f"{remark}." for remark in map(remark_of, sources_of(rule)) if remark)
    return " ".join(found)


def threshold_words(rule: Rule | Indicator) -> str:
    """Where each number comes from that decides the points: one sentence for all places that say the same of it."""
    places: dict[str, dict[str, None]] = {}
    for source in sources_of(rule):
        for words, place in source_words(source):
            places.setdefault(words, {})[place] = None
    return " ".join(words % {"place": "; ".join(found)} for words, found in places.items())


def duty_words(rule: Rule | Indicator) -> str:
    """Who owes it; the name itself where rules were sealed with one that is not known."""
    return str(DUTY_BEARERS.get(rule.duty_bearer, rule.duty_bearer))


def whose_words(one: Provision) -> str:
    """Who set one number, in few words: our own, recommended after somebody, or norm, article and days of the law."""
    if not one.policy:
        return provision_words(one)
    if one.norm == OWN_NORM:
        return gettext("our own")
    return gettext("recommended by us, after %(place)s") % {"place": place_of(one)}


def laws_of(rule: Rule | Indicator) -> list[Provision]:
    """The provisions that ask for the thing itself, and those that set its number."""
    return [*rule.basis, *(source for source in sources_of(rule) if not source.policy)]


def sources_of(rule: Rule | Indicator) -> tuple[Source, ...]:
    """Where the numbers come from: those of the day, or of all days."""
    return rule.all_sources if isinstance(rule, Indicator) else rule.sources


def provision_words(one: Provision) -> str:
    """Norm and article, with the days between which it is in force."""
    words = {"place": place_of(one), "start": long_date(one.valid_from), "end": long_date(one.valid_to)}
    if one.valid_to is None:
        return gettext("%(place)s, since %(start)s") % words
    return gettext("%(place)s, from %(start)s to %(end)s") % words


def place_of(one: Provision) -> str:
    """Norm and article in the reader's language."""
    return ", ".join(gettext(part) for part in (one.norm, one.article) if part)


def remark_of(source: Source) -> str:
    """What one of our own numbers says of the law beside it, as rules did before they named a basis; empty: nothing."""
    if not (source.policy and source.norm == OWN_NORM):
        return ""
    return gettext(source.article).partition("; ")[2]


def source_words(source: Source) -> Iterator[tuple[str, str]]:
    """Who set each number that a source covers, and the place that says so."""
    covers = set(source.covers)
    if covers >= {"floor", "ceiling"}:
        covers = covers - {"floor", "ceiling"} | {"threshold"}
    ours, after, law = range(3)
    kind = law if not source.policy else ours if source.norm == OWN_NORM else after
    for part in (part for part in SET if part in covers):
        yield str(SET[part][kind]), provision_words(source) if kind == law else place_of(source)
