"""The lines of a table: all records are added and changed in one transaction, by the rules of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from typing import Any

from django.db import transaction

from accounts.copying import add_alike, add_many
from accounts.models import User
from accounts.services.audit import write_audits
from projects.models import Evidence, Source
from projects.services.records import (
    amend_record,
    company_of,
    concerned_pairs,
    days_given_by,
    promise_evaluation,
    save_source,
)

FROM_WIDE_TO_NARROW = (Source.Audience.PUBLIC, Source.Audience.ORGANISATIONS, Source.Audience.CONFIDENTIAL)


@transaction.atomic
def save_lines(
    *,
    actor: User,
    entered: Sequence[Any],
    amended: Iterable[tuple[Any, int]] = (),
    source: Source,
    said: Collection[str] = (),
    evidence: Sequence[Evidence] = (),
    reason: str = "",
) -> None:
    """Add records of one model and mine and change others, each with the revision that the person saw.

    New records are told by one source: each has its own that says the same. The others keep theirs, but for the columns that
    the person `said` anew. Raises what `enter_record` and `amend_record` raise; then nothing is saved.
    """
    for record, revision in amended:
        now = told_anew(record.source, source, said)
        amend_record(actor=actor, record=record, source=now, revision=revision, reason=reason, new_evidence=evidence)
    if entered:
        enter_records(actor=actor, records=entered, source=source, evidence=evidence)


def told_anew(kept: Source, source: Source, said: Collection[str]) -> Source:
    """The source of a record with what was said anew; with that of many records, who may read it is never widened."""
    now = copy(kept)
    for name in said:
        setattr(now, name, getattr(source, name))
    now.audience = max(kept.audience, now.audience, key=FROM_WIDE_TO_NARROW.index)
    return now


@transaction.atomic
def enter_records(*, actor: User, records: Sequence[Any], source: Source, evidence: Sequence[Evidence] = ()) -> None:
    """Add records of one model and mine that the same source tells, as `enter_record` adds one, in a few queries."""
    for record in records:
        record.clean()
    source = save_source(actor=actor, source=source, evidence=evidence, company=company_of(records[0]))
    others = add_alike(source, revision=[source.revision] * (len(records) - 1))
    behind = Source.evidence.through
    add_many(behind(source_id=key, evidence_id=file.pk) for key in others for file in evidence)
    for record, key in zip(records, [source.pk, *others], strict=True):
        record.source_id = key
    add_many(records)
    write_audits(actor=actor, verb="entered", records=records)
    promise_evaluation({*concerned_pairs(*records), *days_given_by(*records, actor=actor)}, owner=actor)
