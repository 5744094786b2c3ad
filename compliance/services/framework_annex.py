"""The annex to a framework: what its grades rest on, over the cards that it judged, in two languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from compliance.evaluation.audit import MINIMUM_CARDS, SAME_FROM, Audit, LeftOut, Pair, audit
from compliance.evaluation.certainty import AGGREGATION, ANSWER, GEOMETRIC, METHOD
from compliance.evaluation.framework import Framework
from compliance.evaluation.judgement import Judgement
from compliance.evaluation.sealed import judgement_of, rules_of
from compliance.models import PolicyFramework, Publication, Scorecard, ScorecardHead
from compliance.public_pages.document import read_all
from projects.models import Project

LANGUAGES = ("en", "es")


def audit_of(framework: PolicyFramework, *, published: bool) -> Audit:
    """Audit one version by the scorecards that stand, or by what is published; two queries at most."""
    return audit(rules_of(framework), published_by(framework) if published else standing_by(framework))


def standing_by(framework: PolicyFramework) -> Iterator[Judgement]:
    """The scorecards that stand and that this version judged, as they were computed."""
    heads = ScorecardHead.objects.filter(project__in=Project.objects.all()).values("scorecard")
    cards = Scorecard.objects.filter(framework=framework, pk__in=heads).defer("facts_text").order_by("pk")
    for card in cards.iterator(chunk_size=500):
        card.framework = framework
        yield judgement_of(card)


def published_by(framework: PolicyFramework) -> Iterator[Judgement]:
    """What is published and was judged by this version, reviewers' scores included."""
    current = Publication.objects.current().filter(scorecard__framework=framework).order_by("sequence")
    for document in read_all(current.iterator(chunk_size=100)):
        yield document.scorecard


def annex(found: Audit, *, published: bool) -> str:
    """The annex as Markdown: headings, sentences and tables in English and Spanish."""
    framework = found.framework
    share = f"{100 * found.flips / found.graded:.0f}" if found.graded else "–"
    which = (
        gettext_noop("Scorecards: %(number)s, as they are published, with reviewers’ scores.")
        if published
        else gettext_noop("Scorecards: %(number)s that stand, as they were computed.")
    )
    blocks = [
        heading("#", gettext_noop("How sure are the grades?")),
        f"{name_of(framework.names)}: {framework.code} {framework.version}, `{framework.fingerprint}`. {METHOD}.",
        *sentences(which, {"number": found.cards}),
        heading("##", gettext_noop("Grades that do not hold")),
        *sentences(
            gettext_noop(
                "Of %(graded)s grades %(flips)s (%(share)s %%) do not hold in nine of ten ways of weighing. "
                "%(ungraded)s scorecards have no grade."
            ),
            {"graded": found.graded, "flips": found.flips, "share": share, "ungraded": found.cards - found.graded},
        ),
        *table(
            [gettext_noop("What decides where a grade does not hold"), gettext_noop("Scorecards")],
            [[assumption(framework, *key), number] for key, number in found.decides.items()],
        ),
        heading("##", gettext_noop("Left out one by one")),
        *sentences(
            gettext_noop(
                "What becomes of the overall grade and score where an indicator, or a whole policy, is not asked for. "
                "The others carry its weight, and where it is a gate it no longer caps."
            ),
            {},
        ),
        *left_out(gettext_noop("Indicator"), {one.code: one.names for one in framework.indicators}, found.indicators),
        *left_out(gettext_noop("Policy"), {one.code: one.names for one in framework.policies}, found.policies),
        heading("##", gettext_noop("Pairs that say the same")),
        *sentences(
            gettext_noop(
                "Rank correlation of the scores of two indicators, where both are known; from %(same)s on a pair is listed. "
                "Of %(silent)s pairs nothing is said: both are known on fewer than %(cards)s scorecards, or one never varies."
            ),
            {"same": SAME_FROM, "silent": found.too_few, "cards": MINIMUM_CARDS},
        ),
        *pairs(framework, found.same),
    ]
    return "\n\n".join(blocks) + "\n"


def heading(level: str, words: str) -> str:
    """A heading in both languages."""
    return f"{level} {both(words)}"


def left_out(first: str, names: Mapping[str, Mapping[str, str]], found: Iterable[LeftOut]) -> list[str]:
    """One row for each that counts on any card."""
    return table(
        [
            first,
            gettext_noop("Scorecards on which it counts"),
            gettext_noop("Grades that change"),
            gettext_noop("Mean change of the score"),
        ],
        [
            [f"{one.code} {name_of(names[one.code])}", one.cards, one.grades_changed, signed(one.mean_change)]
            for one in found
            if one.cards
        ],
    )


def pairs(framework: Framework, found: Iterable[Pair]) -> list[str]:
    """One row for each pair that says the same."""
    return table(
        [gettext_noop("Indicator"), gettext_noop("Indicator"), gettext_noop("Correlation"), gettext_noop("Scorecards")],
        [
            [indicator(framework, one.first), indicator(framework, one.second), one.correlation, one.cards]
            for one in found
        ],
    )


def assumption(framework: Framework, kind: str, code: str) -> str:
    """An assumption, as it stands in a table."""
    if kind == AGGREGATION:
        geometric = gettext_noop("whether a good policy makes up for a bad one")
        return both(geometric if code == GEOMETRIC else gettext_noop("whether everything weighs alike"))
    kinds = {ANSWER: gettext_noop("what is not known or not settled")}
    words = kinds.get(kind, gettext_noop("the weight"))
    names = {one.code: one.names for one in framework.indicators} | {one.code: one.names for one in framework.policies}
    return f"{code} {name_of(names[code])}: {both(words)}"


def indicator(framework: Framework, code: str) -> str:
    """An indicator with its code and names."""
    return f"{code} {name_of(framework.indicator(code).names)}"


def name_of(names: Mapping[str, str]) -> str:
    """A name in both languages."""
    return " / ".join(names[language] for language in LANGUAGES)


def signed(points: Decimal | None) -> str:
    """A change with its sign."""
    return "–" if points is None else f"{points:+}"


def both(words: str) -> str:
    """Words in both languages on one line, once where they are the same."""
    return " / ".join(dict.fromkeys(in_languages(words)))


def sentences(words: str, values: Mapping[str, object]) -> list[str]:
    """A paragraph in each language."""
    return [text % values for text in in_languages(words)]


def in_languages(words: str) -> Iterator[str]:
    """The words in each language."""
    for language in LANGUAGES:
        with translation.override(language):
            text = gettext(words)
        yield text


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """A table of Markdown; nothing where it has no rows."""
    lines = [[both(words) for words in head], *([str(cell) for cell in row] for row in rows)]
    if len(lines) == 1:
        return []
    lines.insert(1, ["---"] * len(lines[0]))
    return ["\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)]
