"""Every framework of any depth that comes with Minka, in words, with its golden examples reckoned on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import number, of_every_100, pick_language
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.framework import Band, Source, Texts
from compliance.evaluation.trees.examples import TreeExample
from compliance.evaluation.trees.reading import FOLDER, TreeFile, read_trees
from compliance.evaluation.trees.rolling import Result
from compliance.evaluation.trees.rules import Cap, Node, Transform, Tree

SUBJECTS = {
    "mine": gettext_lazy("Judges mines."),
    "company": gettext_lazy("Judges companies."),
    "municipality": gettext_lazy("Judges municipalities."),
    "district": gettext_lazy("Judges districts."),
    "country": gettext_lazy("Judges countries."),
}
COMBINES = {
    "mean": gettext_lazy("The mean of what stands below."),
    "sum": gettext_lazy("The sum of what stands below, each times its weight."),
    "min": gettext_lazy("The lowest of what stands below."),
    "all_of": gettext_lazy("100 when all that stands below is met, else 0."),
    "ladder": gettext_lazy("A ladder: a step counts only when all before it hold."),
    "share_met": gettext_lazy("How many of every 100 that stand below are met."),
}
SILENCES = {
    "opens": gettext_lazy("While nobody knows, only the worst case comes down."),
    "withholds": gettext_lazy("While nobody knows, there is no name."),
    "fails": gettext_lazy("While nobody knows, it counts as if it failed."),
}
MISSING = {
    "M0": gettext_lazy("Unknown counts as the least."),
    "MB": gettext_lazy("While it is unknown, nothing above it has a name."),
}
LEVELS = {
    "legal": gettext_lazy("The law asks it."),
    "required": gettext_lazy("The standard requires it."),
    "expected": gettext_lazy("The standard expects it."),
    "voluntary": gettext_lazy("Voluntary."),
}
STEPS = {
    "ln": gettext_lazy("its natural logarithm"),
    "ln1p": gettext_lazy("the natural logarithm of it and one"),
    "subtract": gettext_lazy("less %(number)s"),
    "divide_by": gettext_lazy("divided by %(number)s"),
}


@cache
def shipped() -> dict[str, TreeFile]:
    """The frameworks by the name of their page; read once a process."""
    return {f"{file.tree.code}-{file.tree.version}": file for file in read_trees(FOLDER, MEASURES)}


@dataclass(frozen=True)
class NodeRow:
    """A node with what it is worth and how it is made, in sentences, and what stands below it."""

    node: Node
    share: str
    sentences: list[str]
    bands: list[BandLine]
    below: list[NodeRow]


@dataclass(frozen=True)
class BandLine:
    """A name, and between which numbers it is given."""

    names: Texts
    words: str


@dataclass(frozen=True)
class Figure:
    """What a node came to in an example."""

    node: Node
    number: str
    name: str
    between: str
    """the range, where it is open"""
    notes: list[str]


@dataclass(frozen=True)
class ExampleCard:
    """A worked example: its sentence, where it was published, and what the rules make of it now."""

    says: Texts
    source: str
    figures: list[Figure]
    holds: bool


def page_of(file: TreeFile) -> dict[str, object]:
    """The whole page of one framework."""
    tree = file.tree
    return {
        "tree": tree,
        "subject": SUBJECTS[tree.subject],
        "bands": band_lines(tree.bands_of(tree.root)),
        "root": node_row(tree, tree.root, None),
        "examples": [example_card(tree, example) for example in file.examples],
        "sources": [source_words(source) for source in tree.sources],
    }


def node_row(tree: Tree, node: Node, above: Node | None) -> NodeRow:
    """A node in words, with those below it."""
    return NodeRow(
        node,
        share_words(node, above),
        [*made_of(tree, node), *(caps_words(tree, cap) for cap in node.caps)],
        band_lines(tree.bands_of(node)) if node.bands else [],
        [node_row(tree, child, node) for child in node.children],
    )


def share_words(node: Node, above: Node | None) -> str:
    """How much a node counts in the one above."""
    if above is None:
        return ""
    if node.reaches is not None:
        return _("Whoever holds this step and all before it has %(points)s points.") % {"points": plain(node.reaches)}
    if node.only_adds:
        return _("Counts only where it lifts the mean.")
    if node.weight == 0:
        return _("Shown, not counted.")
    if above.combine == "sum":
        words = _("Weight %(weight)s. More of it lowers the sum.") if node.weight < 0 else _("Weight %(weight)s.")
        return words % {"weight": plain(node.weight)}
    if above.combine not in ("mean", "share_met"):
        return ""
    counting = [child.weight for child in above.children if child.weight and not child.only_adds]
    if len(set(counting)) == 1:
        return ""
    return _("%(share)s of every 100 points.") % {"share": of_every_100(node.weight, sum(counting, Decimal(0)))}


def made_of(tree: Tree, node: Node) -> list[str]:
    """How the number of a node comes about."""
    sentences = [leaf_words(tree, node) if node.is_leaf else str(COMBINES[node.combine])]
    if node.combine in ("all_of", "ladder", "share_met"):
        sentences.append(_("Met is %(points)s or more.") % {"points": plain(node.met_from)})
    if node.rescale is not None:
        ends = {name: plain(getattr(node.rescale, name)) for name in ("low", "high", "to_low", "to_high")}
        sentences.append(
            _("Then %(low)s becomes %(to_low)s and %(high)s becomes %(to_high)s; nothing lies beyond.") % ends
        )
    if node.may_be_given:
        sentences.append(_("Its published figure may stand in its place."))
    if node.minimum_known:
        known = {"percent": plain(node.minimum_known)}
        sentences.append(_("It has a name once %(percent)s of every 100 of its weight are known.") % known)
    if node.minimum_count:
        sentences.append(_("For a name, at least %(count)s below it must be known.") % {"count": node.minimum_count})
    if node.missing in MISSING:
        sentences.append(str(MISSING[node.missing]))
    if node.level:
        sentences.append(str(LEVELS[node.level]))
    return sentences


def leaf_words(tree: Tree, node: Node) -> str:
    """What is asked, read or measured."""
    if node.answers:
        return "; ".join(map_words(tree, node)) + "."
    if node.measure:
        above, below = MEASURES[node.measure].divides or ("", "")
        made = f"{_(above)} ÷ {_(below)}" if above else node.measure.replace("_", " ")
        scales = [
            _("%(low)s scores 0, %(high)s scores 100") % {"low": plain(one.floor), "high": plain(one.ceiling)}
            for one in node.linear
        ]
        return _("Measured: %(what)s.") % {"what": "; ".join([made, *scales])}
    ends = {"low": plain(node.range[0]), "high": plain(node.range[1])}
    if node.column:
        steps = ", ".join([_("Column %(name)s of a table") % {"name": node.column}, *map(step_words, node.transform)])
        return _("%(steps)s; from %(low)s to %(high)s, and what lies beyond is cut.") % {"steps": steps, **ends}
    return _("A reviewer gives a number from %(low)s to %(high)s, with source and date.") % ends


def map_words(tree: Tree, node: Node) -> list[str]:
    """Each answer with its points; with its days where there are several maps."""
    maps = tree.answers[node.answers]
    return [
        (f"{one.valid_from.isoformat()}: " if len(maps) > 1 else "")
        + ", ".join(f"{word_words(one.names, word)} {plain(points)}" for word, points in one.points.items())
        for one in maps
    ]


def word_words(names: Mapping[str, Texts], word: str) -> str:
    """A word of an answer as people read it."""
    return pick_language(names[word]) if word in names else word.replace("_", " ")


def step_words(step: Transform) -> str:
    """One step of a transform."""
    return str(STEPS[step.step]) % {"number": plain(step.number)} if step.number else str(STEPS[step.step])


def caps_words(tree: Tree, cap: Cap) -> str:
    """Where a cap fails, and what silence does."""
    names = ", ".join(pick_language(tree.by_code[code].names) for code in dict.fromkeys(cap.where))
    limit = cap.below if cap.below is not None else cap.up_to
    words = {"limit": plain(limit or Decimal(0)), "most": plain(cap.at_most), "names": names}
    if cap.below is not None:
        sentence = _("It cannot be above %(most)s where one of these is below %(limit)s: %(names)s.") % words
    else:
        sentence = _("It cannot be above %(most)s where one of these is %(limit)s or less: %(names)s.") % words
    return f"{sentence} {SILENCES[cap.unknown]}"


def band_lines(bands: tuple[Band, ...]) -> list[BandLine]:
    """The names with their cuts, the highest first."""
    lines = []
    above: Decimal | None = None
    for band in bands:
        words = {"low": plain(band.starts_at), "high": "" if above is None else plain(above)}
        between = _("%(low)s to below %(high)s points") if above is not None else _("%(low)s points or more")
        lines.append(BandLine(band.names, between % words))
        above = band.starts_at
    return lines


def example_card(tree: Tree, example: TreeExample) -> ExampleCard:
    """An example with its figures reckoned now."""
    whole = example.result(tree)
    return ExampleCard(
        example.says,
        example.source,
        [figure_of(tree, whole.find(code)) for code in example.gives],
        not list(example.mistakes(tree)),
    )


def figure_of(tree: Tree, result: Result) -> Figure:
    """A result as it is shown: never rounded over a cut, with its range where that is open."""
    if not result.applies:
        return Figure(result.node, _("Does not apply"), "", "", [])
    low, high = (plain(tree.shown(result.node, end)) for end in (result.worst, result.best))
    known = result.number is not None and result.settled
    return Figure(
        result.node,
        plain(tree.shown(result.node, result.number)) if known and result.number is not None else _("We don’t know"),
        name_of(tree, result),
        _("Could be %(low)s to %(high)s.") % {"low": low, "high": high} if result.worst != result.best else "",
        [
            _("Held down by: %(name)s.") % {"name": pick_language(tree.by_code[code].names)}
            for code in dict.fromkeys(result.capped_by)
        ],
    )


def name_of(tree: Tree, result: Result) -> str:
    """The name of a band; that there is none while too little is known."""
    if result.name is None:
        return ""
    found = next((band for band in tree.bands_of(result.node) if band.grade == result.name), None)
    return pick_language(found.names) if found else _("No name yet: too little is known")


def source_words(source: Source) -> str:
    """Where rules come from, and whether we made them."""
    place = ", ".join(part for part in (source.norm, source.article) if part)
    return _("Our own: %(place)s.") % {"place": place} if source.policy else f"{place}."


def plain(value: Decimal) -> str:
    """A number with the decimals that it has, below zero with a minus sign."""
    whole = value == value.to_integral_value()
    decimals = None if whole else -int(value.normalize().as_tuple().exponent)
    return ("−" if value < 0 else "") + number(abs(value), decimals)
