"""What docs/by-hand.md says: its sums, worked out again, and its tables beside what judgement comes to."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

from accounts.design.bands import Bands
from accounts.design.writing import figure, score
from compliance.evaluation.judgement import UNKNOWN, Judgement, Outcome, PolicyResult

TEXT = (Path(__file__).parent.parent / "docs" / "by-hand.md").read_text(encoding="utf-8")
DAY = date(2026, 11, 29)
"""up to which the document counts days"""
MINES = {"puka-willka": "Puka Willka", "khallki-pampa": "Khallki Pampa"}


def sums() -> Iterator[tuple[str, str]]:
    """Every sum of the document, and the number that it is said to come to."""
    for span in re.findall(r"`([^`]+)`", TEXT):
        if "=" in span:
            left, _equals, right = span.rpartition("=")
            yield left.strip(), right.strip()


def worked_out(text: str, like: str) -> str:
    """What a sum comes to, with as many decimals as another number."""
    plain = text.translate(str.maketrans("×÷−", "*/-", ","))
    exact = value_of(ast.parse(plain, mode="eval").body)
    places = len(like.partition(".")[2])
    number = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{number:,f}"


def value_of(node: ast.expr) -> Fraction:
    """A sum of the four kinds, without rounding."""
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    assert isinstance(node, ast.BinOp), ast.dump(node)
    left, right = value_of(node.left), value_of(node.right)
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    return left * right if isinstance(node.op, ast.Mult) else left / right


def tables(mine: str) -> list[list[str]]:
    """The rows of both tables of a mine, without their heads."""
    part = TEXT.partition(f"\n## {MINES[mine]}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    return [row for row in rows if row[0] not in ("Rule", "Policy") and not row[0].startswith("-")]


def rows_of(judgement: Judgement) -> list[list[str]]:
    """What the tables of the document must say of a judgement."""
    bands = judgement.framework.bands
    rules = [rule_row(one, bands) for one in judgement.outcomes]
    order = [row[0] for row in rules]
    policies = [policy_row(one.code, one, bands) for one in judgement.policies]
    by_policy = sorted(rules, key=lambda row: (policy_place(judgement, row[0]), order.index(row[0])))
    return [*by_policy, *policies, policy_row("whole", judgement, bands)]


def policy_place(judgement: Judgement, code: str) -> int:
    """Which policy an indicator belongs to, in the order of the framework."""
    return [one.code for one in judgement.policies].index(judgement.outcome(code).indicator.policy)


def rule_row(one: Outcome, bands: Bands) -> list[str]:
    """A rule with its figure, its points and its range."""
    if not one.applicable:
        return [one.code, "does not apply", "", "", ""]
    shown = figure(one.measured.value)
    if one.state == UNKNOWN:
        shown = "unknown"
    elif one.measured.passes is not None:
        shown = "kept" if one.measured.passes else "not kept"
    points, *ends = (score(number, bands) for number in (one.score, one.worst, one.best))
    return [one.code, shown, "left out" if one.score is None else points, *ends]


def policy_row(name: str, result: PolicyResult | Judgement, bands: Bands) -> list[str]:
    """A policy, or the whole, with its points, its range, how much is known and its grade."""
    numbers = (result.score, result.worst, result.best, result.coverage)
    return [name, *(score(one, bands) for one in numbers), str(result.grade)]
