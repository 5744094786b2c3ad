"""Reading a tree from its file, and refusing what does not hold together: with the line, the node and the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from compliance.evaluation import canonical
from compliance.evaluation.canonical import spell
from compliance.evaluation.criteria.registry import Measure
from compliance.evaluation.framework import (
    HUNDRED,
    LANGUAGES,
    MISSING_RULES,
    OBLIGATION_LEVELS,
    Band,
    FrameworkError,
    Texts,
    read_yaml,
)
from compliance.evaluation.framework_files import FOLDER as FRAMEWORKS
from compliance.evaluation.framework_files import place, text_of
from compliance.evaluation.strictness import DUTY_BEARERS, beyond, problems_of_parameters
from compliance.evaluation.trees.examples import TreeExample, read_tree_examples
from compliance.evaluation.trees.rolling import Result, roll_up
from compliance.evaluation.trees.rules import (
    COMBINES,
    NOT_APPLICABLE_WORD,
    SILENCES,
    SUBJECTS,
    TRANSFORMS,
    VIEWS,
    AnswerMap,
    Node,
    Scale,
    Tree,
)

FOLDER = FRAMEWORKS / "trees"
"""The trees that come with Minka."""
Measures = Mapping[str, Measure]
"""Measures by the name that a framework uses."""
DEEPEST = 40
MOST_NODES = 5000


@dataclass(frozen=True)
class TreeFile:
    """One version, with its worked examples."""

    tree: Tree
    examples: tuple[TreeExample, ...]


def read_trees(folder: Path, measures: Measures | None = None) -> list[TreeFile]:
    """Every tree of a folder, by code and version. Raises FrameworkError with file, line and reason."""
    read = [(path, read_tree(path, measures)) for path in sorted(folder.glob("*.yaml"))]
    for index, (path, one) in enumerate(read):
        for other_path, other in read[:index]:
            if one.tree.code == other.tree.code and overlap(one.tree, other.tree):
                raise FrameworkError(
                    f"{place(path, 'valid_from')}: versions {other.tree.version} ({other_path.name}) and "
                    f"{one.tree.version} of {one.tree.code} are in force on the same day"
                )
    return sorted((one for _, one in read), key=lambda one: (one.tree.code, one.tree.version))


def overlap(one: Tree | AnswerMap | Scale, other: Tree | AnswerMap | Scale) -> bool:
    """Whether there is a day on which both are in force."""
    return one.in_force(other.valid_from) or other.in_force(one.valid_from)


def read_tree(path: Path, measures: Measures | None = None) -> TreeFile:
    """The tree in one file. Raises FrameworkError with file, line and reason."""
    text = text_of(path)
    data = read_yaml(text, path.name)
    try:
        return parse_tree(data, measures)
    except FrameworkError as error:
        raise FrameworkError(f"{place_in_tree(path, text, str(error))}: {error}") from error


def parse_tree(data: Mapping[str, Any], measures: Measures | None = None) -> TreeFile:
    """Build and check a tree from its values as they were read; with `measures`, a leaf must name one of them."""
    own = {name: value for name, value in data.items() if name != "examples"}
    if isinstance(own.get("root"), Mapping):
        own["root"] = spelled_out(own["root"], (), Counter())
    try:
        tree = canonical.read(Tree, own, "tree")
    except ValueError as error:
        raise FrameworkError(str(error).removeprefix("tree.")) from error
    for problem in problems(tree, measures):
        raise FrameworkError(problem)
    for problem in problems_of_a_silent_tree(tree):
        raise FrameworkError(problem)
    return TreeFile(tree, read_tree_examples(tree, data.get("examples", ())))


def spelled_out(node: Any, above: tuple[int, ...], counted: Counter[str]) -> Any:
    """A node as it was read, with its transforms in full; raises FrameworkError for a circle and for what has no end."""
    if not isinstance(node, Mapping):
        return node
    code = str(node.get("code", "root"))
    if id(node) in above:
        raise FrameworkError(f"{code}: it stands below itself, in a circle")
    if len(above) >= DEEPEST:
        raise FrameworkError(f"{code}: more than {DEEPEST} nodes lie one below the other")
    counted["nodes"] += 1
    if counted["nodes"] > MOST_NODES:
        raise FrameworkError(f"{code}: more than {MOST_NODES} nodes")
    full = dict(node)
    if isinstance(node.get("children"), list):
        full["children"] = [spelled_out(child, (*above, id(node)), counted) for child in node["children"]]
    if isinstance(node.get("transform"), list):
        full["transform"] = [transform_of(step) for step in node["transform"]]
    return full


def transform_of(step: Any) -> Any:
    """`ln1p` and `{divide_by: 8}` in full."""
    if isinstance(step, str):
        return {"step": step}
    if isinstance(step, Mapping) and len(step) == 1:
        return {"step": next(iter(step)), "number": next(iter(step.values()))}
    return step


def place_in_tree(path: Path, text: str, what: str) -> str:
    """File and line of what a message begins with: the path of a value, or the code of a node."""
    begins = what.partition(":")[0].partition(",")[0].strip()
    line = lines_by_code(yaml.compose(text, Loader=yaml.BaseLoader)).get(begins)
    return place(path, what) if line is None else f"{path.name}:{line}"


def lines_by_code(top: Any) -> dict[str, int]:
    """The line on which each code stands; the last one where a code stands twice."""
    lines: dict[str, int] = {}
    seen: set[int] = set()
    waiting = [top]
    while waiting:
        node = waiting.pop(0)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == "code" and isinstance(value, yaml.ScalarNode):
                    lines[value.value] = max(value.start_mark.line + 1, lines.get(value.value, 0))
                waiting.append(value)
    return lines


# What is refused


def problems(tree: Tree, measures: Measures | None) -> Iterator[str]:
    """What does not hold together, each beginning with its place."""
    if tree.format != 2:
        yield "format: this reads format 2"
    if tree.version < 1:
        yield "version: versions count from 1"
    if tree.subject not in SUBJECTS:
        yield f"subject: {tree.subject} is none of {', '.join(sorted(SUBJECTS))}"
    if tree.valid_to is not None and tree.valid_to < tree.valid_from:
        yield "valid_to: it ends before it starts"
    if not 0 <= tree.decimals <= 6:
        yield "decimals: between 0 and 6"
    if not tree.sources:
        yield "sources: say where the rules come from"
    for view in tree.views:
        if view not in VIEWS:
            yield f"views: {view} is none of {', '.join(sorted(VIEWS))}"
    yield from untranslated("names", tree.names)
    if tree.left_open:
        yield from untranslated("left_open", tree.left_open)
    yield from problems_of_bands("bands", tree.bands)
    codes = Counter(node.code for node in tree.root.below())
    for code, times in codes.items():
        if times > 1:
            yield f"{code}: {times} nodes have this code"
    for name, maps in tree.answers.items():
        yield from problems_of_answers(tree, name, maps)
    yield from problems_below(tree, tree.root, measures, falls=False)


def problems_of_answers(tree: Tree, name: str, maps: tuple[AnswerMap, ...]) -> Iterator[str]:
    """A map without words, days of which nobody could say which map holds, and days without a map."""
    where = f"answers.{name}"
    if not maps:
        yield f"{where}: no map"
        return
    for index, one in enumerate(maps):
        here = f"{where}[{index}]"
        if not one.points:
            yield f"{here}: no words"
        if NOT_APPLICABLE_WORD in one.points:
            yield f"{here}: {NOT_APPLICABLE_WORD} has no points; it takes the question out"
        if strangers := sorted(one.names.keys() - one.points.keys()):
            yield f"{here}: names for {', '.join(strangers)}, which have no points"
        for word, texts in one.names.items():
            yield from untranslated(f"{here}.names.{word}", texts)
        if one.valid_to is not None and one.valid_to < one.valid_from:
            yield f"{here}: it ends before it starts"
        for other in maps[:index]:
            if overlap(one, other):
                yield f"{here}: two maps of {name} are in force on the same day"
    yield from days_without(tree, where, maps)


def days_without(tree: Tree, where: str, dated: Iterable[AnswerMap | Scale]) -> Iterator[str]:
    """The first day, of those on which the framework is in force, on which nothing is."""
    day = tree.valid_from
    for one in sorted(dated, key=lambda one: one.valid_from):
        if one.valid_from > day:
            break
        if one.valid_to is None:
            return
        day = max(day, one.valid_to + timedelta(days=1))
    if tree.valid_to is None or day <= tree.valid_to:
        yield f"{where}: nothing is in force on {day}"


def problems_below(tree: Tree, node: Node, measures: Measures | None, falls: bool) -> Iterator[str]:
    """What is wrong with a node and those below it; `falls`: a higher number here lowers the whole."""
    yield from untranslated(node.code, node.names)
    if node.question:
        yield from untranslated(node.code, node.question, "question")
    yield from problems_of_bands(node.code, node.bands)
    if node.missing not in MISSING_RULES:
        yield f"{node.code}: missing {node.missing} is none of {', '.join(sorted(MISSING_RULES))}"
    if node.level and node.level not in OBLIGATION_LEVELS:
        yield f"{node.code}: level {node.level} is none of {', '.join(sorted(OBLIGATION_LEVELS))}"
    if node.duty_bearer and node.duty_bearer not in DUTY_BEARERS:
        yield f"{node.code}: duty_bearer {node.duty_bearer} is none of {', '.join(sorted(DUTY_BEARERS))}"
    if node.range and (len(node.range) != 2 or node.range[0] >= node.range[1]):
        yield f"{node.code}: a range is the least and the most"
    if node.is_leaf:
        yield from problems_of_leaf(tree, node, measures)
        if node.missing == "M0" and falls:
            yield f"{node.code}: M0 where a higher number lowers the whole would reward silence"
        return
    yield from problems_of_combining(tree, node)
    if node.rescale is not None:
        if node.rescale.low == node.rescale.high or node.rescale.to_low == node.rescale.to_high:
            yield f"{node.code}: the two ends of a rescale differ"
            return
        falls ^= (node.rescale.low < node.rescale.high) != (node.rescale.to_low < node.rescale.to_high)
    for child in node.children:
        yield from problems_below(tree, child, measures, falls ^ (child.weight < 0))


def problems_of_leaf(tree: Tree, node: Node, measures: Measures | None) -> Iterator[str]:
    """A leaf asks, measures or reads, and only one of them."""
    code = node.code
    kinds = [name for name in ("ask", "measure", "column") if getattr(node, name)]
    if node.children:
        yield f"{code}: it has children, so say how they combine"
    elif len(kinds) != 1:
        yield f"{code}: a leaf has one of ask, measure, column; it has {', '.join(kinds) or 'none'}"
    if node.ask and node.ask != "reviewer":
        yield f"{code}: {node.ask} does not answer; a reviewer does"
    if node.answers and not node.ask:
        yield f"{code}: only what is asked has answers"
    if node.answers and node.answers not in tree.answers:
        yield f"{code}: there are no answers {node.answers}"
    if node.ask and not node.answers and not node.range:
        yield f"{code}: an answer in numbers needs a range"
    if node.column and not node.range:
        yield f"{code}: a column needs a range, or nobody knows where an empty cell lies"
    if node.transform and not node.column:
        yield f"{code}: only a column is transformed"
    for step in node.transform:
        if step.step not in TRANSFORMS:
            yield f"{code}: transform {step.step} is none of {', '.join(sorted(TRANSFORMS))}"
        if step.step == "divide_by" and step.number == 0:
            yield f"{code}: it divides by 0"
    if node.measure and measures is not None:
        yield from problems_of_measure(tree, node, measures)
    if (node.linear or node.parameters) and not node.measure:
        yield f"{code}: only a measure has a scale or parameters"
    if any(scale.floor == scale.ceiling for scale in node.linear):
        yield f"{code}: a scale needs a floor and another ceiling"
    for index, scale in enumerate(node.linear):
        if any(overlap(scale, other) for other in node.linear[:index]):
            yield f"{code}: two scales are in force on the same day"
    if node.linear:
        yield from days_without(tree, code, node.linear)
    for name in ("caps", "rescale", "minimum_known", "minimum_count", "may_be_given"):
        if getattr(node, name):
            yield f"{code}: {name} belongs to a node with children"


def problems_of_measure(tree: Tree, node: Node, measures: Measures) -> Iterator[str]:
    """A measure that is not there, a value that it needs and does not get, and an end that it cannot reach."""
    measure = measures.get(node.measure)
    if measure is None:
        yield f"{node.code}: there is no measure {node.measure}"
        return
    for _place, reason in problems_of_parameters(node, measure, tree.valid_from, tree.valid_to):
        yield f"{node.code}: {reason}"
    for value in (value for scale in node.linear for value in (scale.floor, scale.ceiling)):
        if beyond(measure, value):
            yield f"{node.code}: {value} is beyond what {node.measure} can give"


def problems_of_combining(tree: Tree, node: Node) -> Iterator[str]:
    """What an inner node says of its children."""
    code = node.code
    if node.combine not in COMBINES:
        yield f"{code}: combine {node.combine} is none of {', '.join(sorted(COMBINES))}"
    if leafy := [name for name in ("ask", "measure", "column", "transform", "linear") if getattr(node, name)]:
        yield f"{code}: {leafy[0]} belongs to a leaf"
    if not node.children:
        yield f"{code}: nothing to combine"
    if not 0 <= node.minimum_known <= HUNDRED:
        yield f"{code}: minimum_known is a percentage"
    for child in node.children:
        if child.weight < 0 and node.combine != "sum":
            yield f"{child.code}: a negative weight belongs in a sum"
        if child.weight != 1 and node.combine in ("min", "all_of", "ladder"):
            yield f"{child.code}: {node.combine} knows no weights"
        if child.only_adds and node.combine != "mean":
            yield f"{child.code}: only a mean has children that only add"
        if child.reaches is not None and node.combine != "ladder":
            yield f"{child.code}: it reaches something, and is no step of a ladder"
    if node.children and all(child.only_adds or child.weight == 0 for child in node.children):
        yield f"{code}: no child counts, so there is nothing to add to"
    if node.combine == "ladder":
        yield from problems_of_ladder(node)
    below = {one.code for one in node.below()} - {code}
    for cap in node.caps:
        if not cap.where:
            yield f"{code}: a cap says where it fails"
        for where in cap.where:
            if where not in tree.by_code:
                yield f"{code}: there is no node {where} to cap it"
            elif where not in below:
                yield f"{code}: {where}, which is to cap it, does not lie below it"
        if (cap.below is None) == (cap.up_to is None):
            yield f"{code}: a cap says below or up_to which number it fails"
        if cap.unknown not in SILENCES:
            yield f"{code}: what a cap does while nothing is known is one of {', '.join(sorted(SILENCES))}"


def problems_of_ladder(node: Node) -> Iterator[str]:
    """Every step reaches more than the one before it."""
    before = Decimal(0)
    for child in node.children:
        if child.reaches is None:
            yield f"{child.code}: the ladder has a hole, this step reaches nothing"
        elif child.reaches <= before:
            yield f"{child.code}: this step reaches {child.reaches}, no more than the one before it"
        else:
            before = child.reaches


def problems_of_a_silent_tree(tree: Tree) -> Iterator[str]:
    """What shows once the tree is rolled up with nothing known: steps and bands out of reach, caps that always or never hold."""
    for day in sorted({tree.valid_from, *(one.valid_from for maps in tree.answers.values() for one in maps)}):
        if tree.in_force(day):
            yield from problems_of_ends(tree, roll_up(tree, {}, day), day)


def problems_of_ends(tree: Tree, result: Result, day: date) -> Iterator[str]:
    """The same, at a node and below it."""
    node = result.node
    for child in result.children:
        if node.combine in ("all_of", "ladder", "share_met") and child.best < node.met_from:
            yield f"{child.node.code}: it is at most {child.best} on {day}, and met from {node.met_from}"
        yield from problems_of_ends(tree, child, day)
    for cap in node.caps:
        for where in cap.where:
            if cap.fails(result.find(where).best):
                yield f"{node.code}: {where} is at most {result.find(where).best}, so the cap fails whatever is known"
        if cap.at_most >= result.best:
            yield f"{node.code}: it is at most {spell(result.best)} on {day}, so a cap at {cap.at_most} holds nothing down"
    for band in node.bands or (tree.bands if node is tree.root else ()):
        if band.starts_at > result.best:
            yield f"{node.code}: it is at most {spell(result.best)} on {day}, and its band {band.grade} starts at {band.starts_at}"


def problems_of_bands(where: str, bands: tuple[Band, ...]) -> Iterator[str]:
    """Two bands of one code or one start, and a band without a name."""
    for what, values in (("code", [band.grade for band in bands]), ("start", [str(band.starts_at) for band in bands])):
        for value, times in Counter(values).items():
            if times > 1:
                yield f"{where}: {times} bands have the {what} {value}"
    for band in bands:
        yield from untranslated(where, band.names, f"band {band.grade}")


def untranslated(where: str, texts: Texts, what: str = "") -> Iterator[str]:
    """The languages in which a text is missing."""
    for language in sorted(LANGUAGES):
        if not texts.get(language, "").strip():
            yield f"{where}: {what + ': ' if what else ''}no text in {language}"
