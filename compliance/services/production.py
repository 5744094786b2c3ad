"""From facts to sealed scorecards: gather, judge, store; the same facts and rules give the same scorecard."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models.functions import ExtractYear
from django.utils import timezone

from accounts.models import User
from accounts.services.jobs import Claim, JobKind
from communities.models import Commitment, Disbursement, Obligation
from compliance.evaluation import canonical
from compliance.evaluation.gathering import Pair, Scope, gather
from compliance.evaluation.scoring import Judgement, judge
from compliance.models import PolicyFramework, Scorecard, ScorecardHead
from compliance.services.frameworks import rules_of
from projects.models import AssessmentCondition, Disclosure, EmploymentReturn, ImpactAssessment
from projects.services.records import promise_evaluation

CHUNK = 500


@dataclass(frozen=True)
class Produced:
    """One judged project and year, ready to be stored."""

    project: int
    year: int
    facts_text: str
    facts_sha256: str
    judgement_text: str
    judgement: Judgement


@dataclass(frozen=True)
class Batch:
    """What one look at the database gave: the framework applied, when the facts were read, and the results."""

    framework: PolicyFramework
    read_at: datetime
    produced: list[Produced]


def evaluate(pairs: Collection[Pair], *, on: date | None = None) -> Batch:
    """Judge every pair by the framework in force, from one consistent look at the database; writes nothing."""
    framework = PolicyFramework.objects.in_force()
    rules = rules_of(framework)
    with one_look() as read_at:
        gathered = gather(Scope(frozenset(pairs), on or timezone.localdate()))
    produced = []
    for (project, year), facts in gathered.items():
        judgement = judge(rules, facts)
        text = canonical.dumps(facts)
        produced.append(
            Produced(project, year, text, canonical.digest(facts), canonical.dumps(judgement.to_json()), judgement)
        )
    return Batch(framework, read_at, produced)


@transaction.atomic
def store(batch: Batch) -> int:
    """Store new scorecards and move the heads; a head never goes back to facts read earlier. Returns how many are new."""
    wanted = {(p.project, p.year, p.facts_sha256): p for p in batch.produced}
    existing = existing_scorecards(batch)
    new = [
        Scorecard(
            project_id=p.project,
            year=p.year,
            framework=batch.framework,
            facts_text=p.facts_text,
            facts_sha256=p.facts_sha256,
            judgement_text=p.judgement_text,
            score=p.judgement.score,
            worst=p.judgement.worst,
            best=p.judgement.best,
            coverage=p.judgement.coverage,
            grade=p.judgement.grade or "",
        )
        for key, p in wanted.items()
        if key not in existing
    ]
    Scorecard.objects.bulk_create(new, ignore_conflicts=True)
    keys = existing_scorecards(batch)
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO compliance_scorecardhead (project_id, year, scorecard_id, facts_read_at, produced_at)
            VALUES (%s, %s, %s, %s, now())
            ON CONFLICT (project_id, year) DO UPDATE
            SET scorecard_id = EXCLUDED.scorecard_id,
                facts_read_at = EXCLUDED.facts_read_at,
                produced_at = CASE WHEN compliance_scorecardhead.scorecard_id = EXCLUDED.scorecard_id
                                   THEN compliance_scorecardhead.produced_at ELSE now() END
            WHERE compliance_scorecardhead.facts_read_at < EXCLUDED.facts_read_at
            """,
            [(project, year, keys[project, year, sha], batch.read_at) for project, year, sha in sorted(wanted)],
        )
    return len(new)


def existing_scorecards(batch: Batch) -> dict[tuple[int, int, str], int]:
    """Keys of the stored scorecards with the facts of this batch."""
    rows = Scorecard.objects.filter(
        framework=batch.framework, facts_sha256__in=[p.facts_sha256 for p in batch.produced]
    ).values_list("project_id", "year", "facts_sha256", "pk")
    return {(project, year, sha): pk for project, year, sha, pk in rows}


@contextmanager
def one_look() -> Iterator[datetime]:
    """A read-only transaction in which every query sees the same moment; gives that moment by the database's clock."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT clock_timestamp()")
        yield cursor.fetchone()[0]


def produce_scorecards(
    pairs: Collection[Pair], *, progress: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Evaluate and store in bounded steps, by hand or from a test; returns how many scorecards are new."""
    new = 0
    done = 0
    for chunk in batched_pairs(pairs):
        new += store(evaluate(chunk))
        done += len(chunk)
        progress(done, len(pairs))
    return new


def batched_pairs(pairs: Collection[Pair]) -> Iterator[list[Pair]]:
    """Steps of a size that keeps memory flat."""
    ordered = sorted(pairs)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def reporting_pairs(*, project: int | None = None, year: int | None = None) -> set[Pair]:
    """Projects and years about which the record holds anything dated, or a scorecard already stands."""
    dated = (
        (ImpactAssessment, "project", "works_started_on"),
        (AssessmentCondition, "assessment__project", "due_on"),
        (EmploymentReturn, "project", "period_end"),
        (Disclosure, "project", "period_end"),
        (Obligation, "project", "due_on"),
        (Commitment, "agreement__project", "due_on"),
    )
    pairs: set[Pair] = set(ScorecardHead.objects.values_list("project_id", "year"))
    for model, of_project, day in dated:
        rows = model._default_manager.filter(**{f"{day}__isnull": False}).order_by()
        pairs |= set(rows.values_list(of_project, ExtractYear(day)).distinct())
    pairs |= set(
        Disbursement.objects.filter(project__isnull=False).order_by().values_list("project_id", "year").distinct()
    )
    last = timezone.localdate().year
    return {
        (key, of_year)
        for key, of_year in pairs
        if of_year <= last and project in (None, key) and year in (None, of_year)
    }


def request_evaluation(pairs: Iterable[Pair], *, actor: User | None) -> None:
    """Promise the scorecards of these pairs to the worker."""
    with transaction.atomic():
        promise_evaluation(pairs, owner=actor, priority=5)


def compute_claimed(claim: Claim) -> list[Batch]:
    """Judge what the claimed jobs ask for, and the later years of the same projects that already stand."""
    asked = {(int(job.payload["project"]), int(job.payload["year"])) for job in claim.jobs}
    first_year: dict[int, int] = {}
    for project, year in sorted(asked, reverse=True):
        first_year[project] = year
    standing = ScorecardHead.objects.filter(project__in=first_year).values_list("project_id", "year")
    last = timezone.localdate().year
    pairs = {pair for pair in asked | {(p, y) for p, y in standing if y >= first_year[p]} if pair[1] <= last}
    batches = []
    for done, chunk in enumerate(batched_pairs(pairs)):
        claim.report(done * CHUNK, len(pairs))
        batches.append(evaluate(chunk))
    claim.report(len(pairs), len(pairs))
    return batches


def store_claimed(claim: Claim, batches: list[Batch]) -> None:
    """Store all of it in the finishing transaction."""
    for batch in batches:
        store(batch)


EVALUATION = JobKind(compute=compute_claimed, write=store_claimed, batch=200)
