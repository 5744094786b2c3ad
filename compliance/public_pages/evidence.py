"""Known is what somebody said; evidenced is what stands on a file or on a document that anybody can open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.facts import Facts, PaymentFact, Row
from compliance.evaluation.framework import HUNDRED
from compliance.evaluation.judgement import Judgement, Outcome
from projects.testimony import PUBLIC


@dataclass(frozen=True)
class FactCounts:
    """Of some indicators how many apply, are known, and stand on paper in all their records."""

    applicable: int
    known: int
    on_paper: int


def on_paper(row: Row) -> bool:
    """Whether a file or a published document stands behind a record."""
    public = isinstance(row, PaymentFact) and PUBLIC in (row.company_known_by, row.recipient_known_by)
    return row.evidence > 0 or row.opens or public


def papers_of(facts: Facts) -> Mapping[str, bool]:
    """Of each record whether it stands on paper."""
    return {row.record: on_paper(row) for row in facts.rows}


def stands_on_paper(outcome: Outcome, papers: Mapping[str, bool]) -> bool:
    """Whether an indicator is known, and every record that it rests on stands on paper; one without records does not."""
    records = outcome.measured.records
    return outcome.known and bool(records) and all(papers.get(record, False) for record in records)


def counts_of(outcomes: Sequence[Outcome], papers: Mapping[str, bool]) -> FactCounts:
    """How many indicators apply, are known, and stand on paper."""
    applicable = [one for one in outcomes if one.applicable]
    return FactCounts(
        len(applicable), sum(one.known for one in applicable), sum(stands_on_paper(one, papers) for one in applicable)
    )


def share_on_paper(judgement: Judgement, papers: Mapping[str, bool]) -> Decimal | None:
    """Percent of the applicable weight that stands on paper, as coverage is that which is known; None where nothing applies."""
    weights = shown = ZERO
    for result in judgement.policies:
        applicable = [one for one in judgement.outcomes_of(result.code) if one.applicable and one.indicator.weight > 0]
        whole = sum((one.indicator.weight for one in applicable), ZERO)
        if not whole or not result.policy.weight:
            continue
        part = sum((one.indicator.weight for one in applicable if stands_on_paper(one, papers)), ZERO)
        weights += result.policy.weight
        shown += result.policy.weight * part / whole
    return HUNDRED * shown / weights if weights else None
