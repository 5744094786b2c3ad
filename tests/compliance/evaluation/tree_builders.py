"""Trees in few words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from compliance.evaluation.trees.leaves import readings_of_answers
from compliance.evaluation.trees.reading import parse_tree
from compliance.evaluation.trees.rolling import Result, roll_up
from compliance.evaluation.trees.rules import Tree

DAY = date(2025, 6, 30)


def said(code: str, **more: Any) -> dict[str, Any]:
    """A leaf that takes a number from 0 to 100."""
    return {"code": code, "names": both(code), "ask": "reviewer", "range": ["0", "100"], **more}


def joined(code: str, combine: str, *children: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A node above others."""
    return {"code": code, "names": both(code), "combine": combine, "children": list(children), **more}


def both(text: str) -> dict[str, str]:
    """The same text in both languages."""
    return {"en": text, "es": text}


def written(root: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A framework with this tree."""
    source = {"norm": "A norm", "article": "1", "covers": ["weight"], "valid_from": "2020-01-01"}
    whole = {"format": "2", "code": "trial", "version": "1", "names": both("Trial"), "subject": "mine"}
    return {**whole, "valid_from": "2020-01-01", "sources": [source], "root": root, **more}


def tree(root: Mapping[str, Any], **more: Any) -> Tree:
    return parse_tree(written(root, **more)).tree


def rolled(root: Mapping[str, Any], answers: Mapping[str, Any], **more: Any) -> Result:
    """What a tree makes of some answers."""
    made = tree(root, **more)
    return roll_up(made, readings_of_answers(made, {code: str(one) for code, one in answers.items()}, DAY), DAY)


def figures(result: Result) -> tuple[Any, Any, Any]:
    """Number, worst and best; untyped, so that tests may compare them with plain numbers."""
    return result.number, result.worst, result.best
