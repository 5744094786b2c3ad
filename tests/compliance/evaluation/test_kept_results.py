"""What every rule makes of its worked examples, and of each change of one thing in them, stays as it is kept.

A line that changes is a judgement that changes. `write()` writes the file anew, and `neighbours` names each change that is
tried with what it comes to; run it before and after to see which of them moves a fingerprint.
"""

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.facts import ExemptionFact, Facts, Row
from compliance.evaluation.framework import Framework
from compliance.evaluation.judgement import Judgement
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.test_examples import FILES

KEPT = Path(__file__).with_name("kept_results.txt")
DAYS = [timedelta(days=number) for number in (-400, -30, -1, 1, 30, 400)]
WORDS: dict[str, tuple[str | None, ...]] = {
    "voice": ("company", "community", "committee", "authority", "monitor", "unknown"),
    "purpose": ("health", "other", None),
    "currency": ("PEN", "USD"),
    "payer_is": (None, "agency", "operator"),
    "recipient_is": (None, "regulator"),
    "company_known_by": (None, "bank", "told", "public"),
    "recipient_known_by": (None, "receipt", "told", "public"),
    "recipient_voice": (None, "community", "company", "committee", "authority"),
    "community_says": (None, "fulfilled", "not_fulfilled"),
    "authority_says": (None, "fulfilled", "not_fulfilled"),
    "community_known_by": (None, "assembly", "told", "public"),
    "promised_by": ("", "state"),
    "decision": ("", "refused", "under-evaluation", "never-made"),
    "instrument": ("FTA", "DIA", "EIA-sd", "EIA-d", "ITS", "PAMA", "update", "social"),
    "later_day_agreed_by": ("", "community", "authority"),
    "later_day_known_by": ("", "assembly", "told", "public"),
    "placed_by": ("", "first", "later"),
    "published_by": (None, "company", "ngo"),
    "owner_kind": ("company", "person", "community_body", "unknown"),
    "verified_by_is": ("", "ngo", "regulator", "company"),
    "counted_by_is": ("", "ngo", "regulator", "company"),
    "medium": ("effluent", "receiving"),
    "declared": ("whole", "share", "not-said"),
}
"""What is written into a column of words."""
WRITTEN: dict[str, tuple[object, ...]] = {
    "Decimal": (Decimal(0), Decimal(60)),
    "int": (0, 3),
    "bool": (False, True),
    "date": (date(2024, 6, 30), date(2025, 3, 31), date(2025, 12, 31)),
}
"""What is written into a column that says nothing, by its kind."""
TWICE, AND_WITH = " twice", " and with "
"""A row stands there again, as it is or with one change."""
PHASES = [(), ("exploration",), ("development",), ("operation",), ("closure",), ("exploration", "operation")]


def rules_apart() -> list[tuple[str, str]]:
    """The newest framework of each rule and its examples, with the code of the rule."""
    newest: dict[object, tuple[str, str]] = {}
    for name, file in sorted(FILES.items()):
        for code, examples in file.examples.items():
            decides = file.framework.indicator(code).rule(file.framework.valid_from).decides
            told = tuple(canonical.dumps(one.facts.to_json()) for one in examples)
            newest[code, decides, told] = name, code
    return sorted(newest.values(), key=lambda one: (one[1], one[0]))


RULES = rules_apart()


def other_values(name: str, value: object, hint: str) -> Iterator[object]:
    """What else may stand in a column that says something, and what may be written where it says nothing."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, date):
        yield from (value + days for days in DAYS)
    elif isinstance(value, Decimal):
        yield from (Decimal(0), value + 1, 2 * value, value / 2, -value)
    elif isinstance(value, int):
        yield from (0, value + 1, 2 * value, -1)
    elif name in WORDS:
        yield from WORDS[name]
    elif value is None:
        yield from next((found for kind, found in WRITTEN.items() if kind in hint), ())


def with_values(row: Any, values: dict[str, Any]) -> Any:
    """A row that says something else."""
    return replace(row, **values)


def changed_rows(row: Row) -> Iterator[tuple[str, Row | None]]:
    """A row with each other value in each column, with what was changed; None: the row is left out."""
    yield "left out", None
    for column in dataclasses.fields(row):
        value = getattr(row, column.name)
        values = [*other_values(column.name, value, str(column.type)), *([None] if column.default is None else [])]
        for other in values:
            if other != value:
                yield f"{column.name}: {other}", with_values(row, {column.name: other})


def changed_periods(known: Facts) -> Iterator[tuple[str, Facts]]:
    """Facts of another phase, day, size or part of the year, and of a mine that is excused."""
    yield from ((f"phases: {phases}", replace(known, phases=phases)) for phases in PHASES)
    yield from ((f"as of: {days}", replace(known, as_of=known.period_end + days)) for days in DAYS)
    yield "the last quarter", replace(known, period_start=known.period_end - timedelta(days=91))
    yield "half a year", replace(known, period_end=known.period_end - timedelta(days=184))
    for stratum in ("large-or-medium", "small", "artisanal"):
        for by_word in (False, True):
            yield f"{stratum}, {by_word}", replace(known, stratum=stratum, stratum_is_bare_word=by_word)


def changed_facts(known: Facts) -> Iterator[tuple[str, Facts]]:
    """Facts with each change of one thing, with what was changed."""
    yield from changed_periods(known)
    for table, rows in known.tables.items():
        for row in {replace(one, record=""): one for one in reversed(rows)}.values():
            others = [one for one in rows if one is not row]
            twin = f"{row.record}9"
            yield f"{row.record}{TWICE}", known.with_rows(table, [*rows, replace(row, record=twin)])
            for what, changed in changed_rows(row):
                yield f"{row.record} {what}", known.with_rows(table, [*others, changed] if changed else others)
                if changed:
                    yield (
                        f"{row.record}{AND_WITH}{what}",
                        known.with_rows(table, [*rows, replace(changed, record=twin)]),
                    )


def renamed(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows under other names, which they keep for each other."""
    named = list(rows)
    names = {row.record: f"{row.record}8" for row in named}
    for row in named:
        values = ((column.name, getattr(row, column.name)) for column in dataclasses.fields(row))
        yield with_values(row, {name: names[value] for name, value in values if value in names})


def beside(known: Facts, other: Facts) -> Facts:
    """The facts of two examples in one mine."""
    both: dict[type[Row], list[Row]] = defaultdict(list)
    for row in [*known.rows, *renamed(other.rows)]:
        both[type(row)].append(row)
    return replace(known, tables={table: tuple(rows) for table, rows in both.items()})


def alone(framework: Framework, code: str) -> Framework:
    """The framework with one of its indicators."""
    indicator = framework.indicator(code)
    policies = tuple(one for one in framework.policies if one.code == indicator.policy)
    return replace(framework, indicators=(indicator,), policies=policies)


def sealed(found: Judgement) -> dict[str, Any]:
    """What is sealed of a judgement, without which framework it names."""
    return {name: value for name, value in found.to_json().items() if name != "framework"}


def neighbours(name: str, code: str, known: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each change of one thing in the facts of an example, and each other example beside them, with what comes of it."""
    framework = FILES[name].framework
    rules = alone(framework, code)
    usual = sealed(judge(rules, known.seen_by(framework.looks_at)))
    besides = ((f"beside {one.says['en']}", beside(known, one.facts)) for one in FILES[name].examples[code])
    excuse = ExemptionFact(record="exemption/1", indicator=code, reason="There is nothing to judge.")
    twice: dict[str, dict[str, Any]] = {}
    for what, changed in [*changed_facts(known), *besides, ("excused", known.with_rows(ExemptionFact, [excuse]))]:
        found = sealed(judge(rules, changed.seen_by(framework.looks_at)))
        row, _, second = what.partition(AND_WITH)
        if found != (twice[row] if second else usual):
            yield what, found
        twice[what.removesuffix(TWICE)] = found


def words_of(value: Any) -> str:
    """A value of an outcome in few signs; of records only how many there are of each kind."""
    if isinstance(value, list):
        return f"[{'; '.join(map(words_of, value))}]"
    if isinstance(value, dict):
        return " ".join(map(words_of, value.values()))
    return "?" if value is None else re.sub(r"(\.\d{6})\d+", r"\1", str(value))


def kinds(records: list[str]) -> list[str]:
    """How many records there are of each kind."""
    return [f"{number} {kind}" for kind, number in Counter(one.partition("/")[0] for one in records).items()]


def outcome_words(found: dict[str, Any]) -> str:
    """All that a rule came to; what is not known, or usual, is left out."""
    [outcome] = found["indicators"]
    said = {
        **{name: value for name, value in outcome.items() if name not in ("code", "policy", "unit")},
        "records": kinds(outcome["records"]),
        "score_at_most": None if outcome["score_at_most"] == "100" else outcome["score_at_most"],
        "computed_score": None,
    }
    return ", ".join(f"{name} {words_of(value)}" for name, value in said.items() if value not in (None, "", []))


def lines(name: str, code: str) -> Iterator[str]:
    """What a rule makes of its worked examples, and the fingerprint of all that it makes of their neighbours."""
    framework, examples = FILES[name].framework, FILES[name].examples[code]
    for example in examples:
        moved = list(neighbours(name, code, example.facts))
        yield f"{code} of {name}: {example.says['en']}"
        usual = example.facts.seen_by(framework.looks_at)
        yield f"    {outcome_words(sealed(judge(alone(framework, code), usual)))}"
        yield f"    {len(moved)} changes move it: {canonical.digest([example.facts.to_json(), moved])[:16]}"


def write() -> None:
    """Keep what the rules make of their examples today."""
    found = [line for name, code in RULES for line in lines(name, code)]
    KEPT.write_text("\n".join(found) + "\n", encoding="utf-8")


def kept(name: str, code: str) -> list[str]:
    """The lines that are kept of a rule."""
    found, taken = [], False
    for line in KEPT.read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            taken = line.startswith(f"{code} of {name}: ")
        if taken:
            found.append(line)
    return found


@pytest.mark.parametrize(("name", "code"), RULES)
def test_what_a_rule_makes_of_its_examples_and_of_each_change_in_them_stays(name: str, code: str) -> None:
    assert list(lines(name, code)) == kept(name, code)


def test_nothing_is_kept_of_a_rule_that_is_gone() -> None:
    heads = {line.partition(": ")[0] for line in KEPT.read_text(encoding="utf-8").splitlines() if line[0] != " "}
    assert heads == {f"{code} of {name}" for name, code in RULES}
