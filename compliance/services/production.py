"""From facts to sealed scorecards: gather, judge, store; the same facts and rules give the same scorecard."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import ExtractYear, Greatest
from django.utils import timezone

from accounts.models import User
from accounts.services.jobs import Claim, JobKind
from communities.models import Commitment, Disbursement, Obligation
from compliance.evaluation import canonical
from compliance.evaluation.framework import Framework
from compliance.evaluation.gathering import Pair, Scope, gather
from compliance.evaluation.scoring import Judgement, judge
from compliance.models import PolicyFramework, Scorecard, ScorecardHead
from compliance.services.frameworks import rules_of
from projects.models import AssessmentCondition, Disclosure, EmploymentReturn, ImpactAssessment
from projects.services.records import promise_evaluation

CHUNK = 500


Key = tuple[int, int, str]
"""A project, a year, and the fingerprint of the facts about them."""


@dataclass(frozen=True)
class Produced:
    """One judged project and year, ready to be stored."""

    key: Key
    facts_text: str
    judgement_text: str
    score: Decimal | None
    worst: Decimal | None
    best: Decimal | None
    coverage: Decimal | None
    grade: str


@dataclass(frozen=True)
class Batch:
    """What one look at the database gave: the framework applied, when and which facts were read, and the new results."""

    framework: PolicyFramework
    read_at: datetime
    keys: list[Key]
    new: list[Produced]


def evaluate(pairs: Collection[Pair], *, on: date | None = None) -> Batch:
    """Judge every pair by the framework in force, from one consistent look at the database; writes nothing.

    Facts of which a scorecard by this framework is kept already are not judged again.
    """
    framework = PolicyFramework.objects.in_force()
    rules = rules_applied(framework)
    with one_look() as read_at:
        gathered = gather(Scope(frozenset(pairs), on or timezone.localdate()))
    texts = {pair: canonical.dumps(facts) for pair, facts in gathered.items()}
    keys = [(*pair, canonical.fingerprint(text)) for pair, text in texts.items()]
    existing = scorecards_of(framework, keys)
    new = [produced(key, texts[key[:2]], judge(rules, gathered[key[:2]])) for key in keys if key not in existing]
    return Batch(framework, read_at, keys, new)


def produced(key: Key, facts_text: str, judgement: Judgement) -> Produced:
    """A judgement as it is stored: its text keeps every digit, the columns as many as they hold."""
    figures = (judgement.score, judgement.worst, judgement.best, judgement.coverage)
    score, worst, best, coverage = (in_column(figure) for figure in figures)
    text = canonical.dumps_plain(judgement.to_json())
    return Produced(key, facts_text, text, score, worst, best, coverage, judgement.grade or "")


def in_column(figure: Decimal | None) -> Decimal | None:
    """A figure cut to the places of its column: rounded up, 74.99996 would stand as 75 beside the grade below it."""
    return None if figure is None else figure.quantize(COLUMN_PLACE, ROUND_DOWN)


COLUMN_PLACE = Decimal(1).scaleb(-Scorecard._meta.get_field("score").decimal_places)


def rules_applied(framework: PolicyFramework) -> Framework:
    """The rules of a framework, read once a process: a version that was loaded never changes."""
    rules = RULES.get(framework.sha256)
    if rules is None:
        rules = RULES[framework.sha256] = rules_of(framework)
    return rules


RULES: dict[str, Framework] = {}
"""Rules by the framework's fingerprint."""


@transaction.atomic
def store(batch: Batch) -> int:
    """Store new scorecards and move the heads; a head never goes back to facts read earlier. Returns how many are new."""
    new = insert_scorecards(batch)
    scorecards = scorecards_of(batch.framework, batch.keys)
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
            [(*key[:2], scorecards[key], batch.read_at) for key in sorted(batch.keys)],
        )
    return new


def insert_scorecards(batch: Batch) -> int:
    """Add rows, one statement each in one go: texts this long make one statement with all of them ten times as slow.

    Returns how many were added: another worker may have stored the same meanwhile.
    """
    if not batch.new:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO compliance_scorecard
                (project_id, year, facts_sha256, framework_id, facts_text, judgement_text, score, worst, best, coverage,
                 grade, computed_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now())
            ON CONFLICT DO NOTHING
            """,
            [
                (
                    *p.key,
                    batch.framework.pk,
                    p.facts_text,
                    p.judgement_text,
                    p.score,
                    p.worst,
                    p.best,
                    p.coverage,
                    p.grade,
                )
                for p in batch.new
            ],
        )
        return int(cursor.rowcount)


def scorecards_of(framework: PolicyFramework, keys: Collection[Key]) -> dict[Key, int]:
    """The stored scorecards of these facts by this framework; the projects let the index find them."""
    rows = Scorecard.objects.filter(
        framework=framework,
        project__in={project for project, _year, _sha256 in keys},
        year__in={year for _project, year, _sha256 in keys},
        facts_sha256__in=[sha256 for _project, _year, sha256 in keys],
    ).values_list("project_id", "year", "facts_sha256", "pk")
    return {(project, year, sha256): pk for project, year, sha256, pk in rows}


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


PERIOD_FACTS = (
    (EmploymentReturn, "project", "period_end"),
    (Disclosure, "project", "period_end"),
    (Obligation, "project", "due_on"),
    (Commitment, "agreement__project", "due_on"),
    (AssessmentCondition, "assessment__project", "due_on"),
)
"""What a year is reported on by; a phase or a study alone opens no year, but enters those that are open."""


def reporting_pairs(projects: Collection[int] | None = None, *, year: int | None = None) -> set[Pair]:
    """Projects and years that the record reports on, of some projects or of all, up to the running year.

    A project about which nothing of any period is recorded has the year of its latest study.
    """
    within = {} if projects is None else {"project__in": projects}
    pairs: set[Pair] = set(ScorecardHead.objects.filter(**within).values_list("project_id", "year"))
    for model, of_project, day in PERIOD_FACTS:
        rows = model._default_manager.order_by()
        rows = rows if projects is None else rows.filter(**{f"{of_project}__in": projects})
        pairs |= set(rows.values_list(of_project, ExtractYear(day)).distinct())
    flows = Disbursement.objects.filter(project__isnull=False, **within).order_by()
    pairs |= set(flows.values_list("project_id", "year").distinct())
    reported = {project for project, _year in pairs}
    studies = ImpactAssessment.objects.filter(**within).exclude(project__in=reported).order_by("project")
    latest = Greatest("submitted_on", "approved_on", "works_started_on")
    for project, day in studies.values_list("project").annotate(latest=Max(latest)).filter(latest__isnull=False):
        pairs.add((project, day.year))
    last = timezone.localdate().year
    return {(key, of_year) for key, of_year in pairs if of_year <= last and year in (None, of_year)}


def open_years_of(project: int) -> set[int]:
    """Years of a project that the record reports on."""
    return {year for _project, year in reporting_pairs({project})}


def request_evaluation(pairs: Iterable[Pair], *, actor: User | None) -> None:
    """Promise the scorecards of these pairs to the worker."""
    with transaction.atomic():
        promise_evaluation(pairs, owner=actor, priority=5)


def compute_claimed(claim: Claim) -> list[Batch]:
    """Judge what the claimed jobs ask for, and the later years of the same projects that are reported on."""
    first_year: dict[int, int] = {}
    for job in claim.jobs:
        project, year = int(job.payload["project"]), int(job.payload["year"])
        first_year[project] = min(year, first_year.get(project, year))
    pairs = {(project, year) for project, year in reporting_pairs(first_year) if year >= first_year[project]}
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
