"""A folder of framework files: every version one file, read with its place in words where something is wrong.

A version that says `changes: 1` says only what differs from version 1 of its code: what it says of an indicator,
policy or band of the same code stands in place of the same words there, and a new one is added after those of its kind.
A later version takes the place of earlier ones from the first day on which it is in force, also where that lies before
theirs.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from compliance.evaluation.criteria.registry import Measure
from compliance.evaluation.examples import Example, read_examples
from compliance.evaluation.framework import Framework, FrameworkError, parse, read_yaml, without_examples
from compliance.evaluation.strictness import problems_of

FOLDER = Path(__file__).resolve().parent.parent / "frameworks"
"""The frameworks that come with Minka."""
LARGEST_FILE = 2_000_000
"""In bytes."""
KNOWN_BY = {"indicators": "code", "policies": "code", "bands": "grade", "catalogue": "code"}
"""By which value the members of a list are told apart."""


@dataclass(frozen=True)
class FrameworkFile:
    """One version, with the worked examples that stand beside its rules by indicator."""

    framework: Framework
    examples: Mapping[str, tuple[Example, ...]]


def read_folder(
    folder: Path, measures: Mapping[str, Measure] | None = None, sections: Collection[str] | None = None
) -> list[FrameworkFile]:
    """Every framework of a folder, older versions first.

    Raises FrameworkError with file, line and reason: what cannot be read or does not hold together, what would change
    a grade in silence by the measures given, and two versions or two frameworks that would be in force on the same day
    for the same mines.
    """
    found: dict[tuple[str, str], tuple[Path, Any]] = {}
    for path in sorted(folder.glob("*.yaml")):
        data = read_yaml(text_of(path), path.name)
        key = (str(data.get("code")), str(data.get("version")))
        if key in found:
            raise FrameworkError(f"{place(path, 'version')}: {key[0]} version {key[1]} is in {found[key][0].name} too")
        found[key] = (path, data)
    files = []
    for key in sorted(found, key=lambda one: (one[0], number_of(one[1]))):
        path, data = found[key]
        try:
            whole = completed(data, found)
            examples = read_examples(whole)
            framework = parse(without_examples(whole), measures, sections)
            if measures is not None and (problems := list(problems_of(framework, measures))):
                raise FrameworkError("; ".join(problems))
            files.append((path, FrameworkFile(framework, examples)))
        except FrameworkError as error:
            raise FrameworkError(f"{place(path, str(error))}: {error}") from error
    for path, problem in conflicts([(path, file.framework) for path, file in files]):
        raise FrameworkError(f"{place(path, 'valid_from')}: {problem}")
    return [file for _path, file in files]


def text_of(path: Path) -> str:
    """The text of a file. Raises FrameworkError for one that is no text or too large to be a framework."""
    if path.stat().st_size > LARGEST_FILE:
        raise FrameworkError(f"{path.name}:1: a framework is smaller than {LARGEST_FILE} bytes")
    written = path.read_bytes()
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise FrameworkError(f"{path.name}:{line}: not readable as UTF-8 text") from error


def completed(data: Mapping[str, Any], found: Mapping[tuple[str, str], tuple[Path, Any]]) -> dict[str, Any]:
    """What a file says, on top of the version that it changes."""
    own = copy.deepcopy({name: value for name, value in data.items() if name != "changes"})
    if "changes" not in data:
        return own
    base = (str(data.get("code")), str(data["changes"]))
    if base not in found or number_of(base[1]) >= number_of(str(data.get("version"))):
        raise FrameworkError(f"changes: there is no earlier version {base[1]} of {base[0]}")
    for name, by in KNOWN_BY.items():
        refuse_unclear(name, own.get(name, []), by)
    earlier = completed(found[base][1], found)
    lists = {name: by for name, by in KNOWN_BY.items() if name in earlier or name in own}
    return earlier | own | {name: merged(earlier.get(name, []), own.get(name, []), by) for name, by in lists.items()}


def number_of(version: str) -> int:
    """A version as a number; 0 where it is none, which `parse` then refuses."""
    return int(version) if version.isdecimal() else 0


def refuse_unclear(name: str, members: object, by: str) -> None:
    """Refuse what could not be told apart when it is laid over an earlier version."""
    if not isinstance(members, list) or not all(isinstance(one, dict) for one in members):
        raise FrameworkError(f"{name}: expected a list of named values")
    codes = [str(one.get(by)) for one in members]
    for code in codes:
        if codes.count(code) > 1:
            raise FrameworkError(f"{code}: {name} has it twice")


def merged(earlier: Sequence[Any], own: Sequence[Any], by: str) -> list[Any]:
    """The members of a list with what is said of them anew, and the new ones behind."""
    said = {one.get(by): one for one in own}
    kept = [one | said.pop(one.get(by), {}) for one in earlier]
    return [*kept, *said.values()]


def conflicts(frameworks: Sequence[tuple[Path, Framework]]) -> Iterator[tuple[Path, str]]:
    """Pairs of which nobody could say which one judges."""
    for index, (path, one) in enumerate(frameworks):
        for _path, other in frameworks[:index]:
            if one.code == other.code:
                if one.valid_from == other.valid_from:
                    yield path, f"versions {other.version} and {one.version} of {one.code} come into force on one day"
            elif not one.countries and not other.countries:
                yield path, f"{one.code} and {other.code} both judge every country without a framework of its own"
            elif shared := sorted({*one.countries} & {*other.countries}):
                yield path, f"{one.code} and {other.code} both judge {', '.join(shared)}"


def place(path: Path, what: str) -> str:
    """File and line of what a message begins with: the path of a value, or the code of an indicator, policy or band."""
    text = path.read_text(encoding="utf-8")
    node = yaml.compose(text, Loader=yaml.BaseLoader)
    for step in re.findall(r"\w+", what.partition(":")[0]):
        inner = entry_of(node, step)
        if inner is None:
            break
        node = inner
    return f"{path.name}:{node.start_mark.line + 1 if node else 1}"


def entry_of(node: Any, step: str) -> Any:
    """The node below one: by key, by number, or whatever holds the code, wherever in a list it stands; the last of two."""
    if isinstance(node, yaml.SequenceNode):
        return node.value[int(step)] if step.isdecimal() and int(step) < len(node.value) else None
    if not isinstance(node, yaml.MappingNode):
        return None
    entries = {key.value: value for key, value in node.value}
    if step in entries:
        return entries[step]
    members = [one for name in KNOWN_BY for one in getattr(entries.get(name), "value", [])]
    return next(
        (
            one
            for one in reversed(members)
            for key, value in one.value
            if key.value in ("code", "grade") and value.value == step
        ),
        None,
    )
