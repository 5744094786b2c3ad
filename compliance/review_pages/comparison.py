"""What became of a figure between two judgements, and which of four things did it: records, corrections, rules, reviewers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType

from accounts.models import AuditEntry
from communities.models import Disbursement, Statement
from compliance.evaluation.judgement import NOT_APPLICABLE, SCORED, UNKNOWN, Outcome
from projects.kinds import NamedRecords, keys_by_kind

CORRECTIONS = ("amended", "stated", "corrected", "withdrawn", "restored")
"""The verbs by which somebody changes what a record says."""

LEAST_SHOWN = Decimal("0.05")
"""Points below this are written as none."""


@dataclass(frozen=True)
class Correction:
    """Somebody changed what a record says: who, when and why."""

    record: str
    entry: AuditEntry


@dataclass(frozen=True)
class Comparison:
    """One indicator before and after."""

    before: Outcome
    after: Outcome
    corrections: tuple[Correction, ...] = ()

    @property
    def points(self) -> Decimal | None:
        """Points gained, where both were scored: what became known or unknown is neither gain nor fall."""
        before, after = self.before.known_score, self.after.known_score
        if before is None or after is None:
            return None
        moved = after - before
        return moved if abs(moved) >= LEAST_SHOWN else Decimal(0)

    @property
    def shift(self) -> str:
        """``lost`` where it was known and is not, ``found`` the other way round, else nothing."""
        states = (self.before.state, self.after.state)
        return {(SCORED, UNKNOWN): "lost", (UNKNOWN, SCORED): "found"}.get(states, "")

    @property
    def differs(self) -> bool:
        """Whether score or state is another."""
        return bool(self.points or self.before.state != self.after.state)

    @property
    def cause(self) -> str:
        """The one thing that did it, the nearest to a person's hand first."""
        before, after = self.before, self.after
        if (before.override and before.override.score) != (after.override and after.override.score):
            return "override"
        if self.shift == "lost":
            return "lost"
        if NOT_APPLICABLE in (before.state, after.state):
            return "applies" if after.applicable else "excused"
        if before.rule.decides != after.rule.decides:
            return "rule"
        if set(before.measured.records) != set(after.measured.records):
            return "records"
        return "corrected"


def compare(before: Mapping[str, Outcome], after: Outcome, corrections: Iterable[Correction] = ()) -> Comparison | None:
    """One outcome with the earlier one of the same code; nothing where there was none."""
    earlier = before.get(after.code)
    if earlier is None:
        return None
    names = {*earlier.measured.records, *after.measured.records}
    return Comparison(earlier, after, tuple(one for one in corrections if one.record in names))


def corrections_since(names: Iterable[str], since: datetime | None) -> list[Correction]:
    """Who changed which of these records since a moment, the latest first; two queries, however many records."""
    if since is None:
        return []
    keys = keys_by_kind(names)
    kinds = kinds_by_content_type(keys)
    flows = [int(key) for kind, of_kind in keys.items() if kind.model is Disbursement for key in of_kind]
    said = Statement.objects.filter(disbursement__in=flows).values_list("pk", "disbursement")
    statements = {str(pk): f"disbursement/{flow}" for pk, flow in said}
    of_statements = ContentType.objects.get_for_model(Statement).pk
    about = {Statement: list(statements)} | {kind.model: of_kind for kind, of_kind in keys.items()}
    entries = AuditEntry.objects.about_any(about).filter(verb__in=CORRECTIONS, at__gt=since).select_related("actor")
    return [
        Correction(
            statements[entry.object_id]
            if entry.content_type_id == of_statements
            else f"{kinds[entry.content_type_id].fact_name}/{entry.object_id}",
            entry,
        )
        for entry in entries
    ]


def kinds_by_content_type(kinds: Iterable[NamedRecords]) -> dict[int, NamedRecords]:
    """How the audit trail knows the records of these kinds."""
    return {ContentType.objects.get_for_model(kind.model).pk: kind for kind in kinds}
