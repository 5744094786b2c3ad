"""Everything of which people are told, each as a test makes it happen; and a worker that mails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Job, Merge, Notice, NoticeChoice, Organisation, Proposal, User
from accounts.models.notices import When
from accounts.services import jobs
from accounts.services.jobs import JOB_KINDS, Outcome, Promise, promise_jobs
from accounts.services.notice_kinds import promise_notices_of_failures
from accounts.services.notices import DAILY, NOTICE_KINDS
from accounts.services.proposals import confirm, propose, refuse
from communities.models import Agreement
from compliance.models import Exemption, Publication
from compliance.services.publications import approve_scorecard
from compliance.services.reviews import (
    approve_exemption,
    decide_indicator,
    reopen_scorecard,
    reply_to_query,
    return_scorecard,
)
from compliance.services.takedowns import TAKEDOWN
from projects.models import Disclosure, Project, Source
from projects.services.intake import undo_import
from projects.services.merging import merge, undo_merge
from projects.services.records import amend_record, enter_listed
from projects.services.verification import take_back_verification, verify_record
from projects.services.withdrawal import restore_record, withdraw_record
from tests.cast import (
    COMPANY,
    Cast,
    Mine,
    accept_all,
    corrected,
    enter,
    obligation,
    produced,
    published,
    says,
    take_down,
)
from tests.projects import intake_help

SECRET = "Rosa Quispe of the upper hamlet"
"""a name that stands in reasons, questions, answers, sources and names of files, and in no mail"""
PAYMENTS = b"payer,payee,year,currency,amount paid,paid on\nM,N,2025,PEN,5,30/11/2025\n"


@dataclass
class Scene:
    """The cast, and the mine of the monitor's organisation and of the company."""

    cast: Cast
    mine: Mine

    @property
    def report(self) -> Disclosure:
        """A record that the monitor entered, as it is now."""
        found: Disclosure = Disclosure.with_withdrawn.select_related("source").get(
            pk=self.mine.records["disclosures"].pk
        )
        return found

    def approved(self) -> Any:
        """The scorecard that the reviewer approved."""
        card = produced(self.mine.project)
        accept_all(self.cast.reviewer, card)
        approve_scorecard(actor=self.cast.reviewer, scorecard=card)
        return card

    def publication(self) -> Publication:
        """What the reviewer approved and the second one published."""
        return published(self.cast, produced(self.mine.project))


def asked(scene: Scene) -> Any:
    """A reviewer asks about a line."""
    card = produced(scene.mine.project)
    decide_indicator(actor=scene.cast.reviewer, scorecard=card, indicator="E01", action="query", reason=SECRET)
    return card


def answered(scene: Scene) -> None:
    """The company replies."""
    reply_to_query(actor=scene.cast.operator, scorecard=asked(scene), indicator="E01", words=SECRET)


def returned(scene: Scene) -> None:
    """The second reviewer returns what the first one approved."""
    return_scorecard(actor=scene.cast.second_reviewer, scorecard=scene.approved(), reason=SECRET)


def opened_again(scene: Scene) -> None:
    """The second reviewer opens again what was published."""
    card = scene.publication().scorecard
    reopen_scorecard(actor=scene.cast.second_reviewer, scorecard=card, reason=SECRET)


def published_anew(scene: Scene) -> None:
    """A correction is published."""
    scene.publication()
    obligation(scene.cast.monitor, scene.mine.project, scene.mine.community, date(2025, 5, 5))
    published(scene.cast, produced(scene.mine.project), SECRET)


def asked_for_takedown(scene: Scene) -> Proposal:
    """An administrator asks that a publication be taken down."""
    return propose(actor=scene.cast.administrator, kind=TAKEDOWN, record=scene.publication(), reason=SECRET)


def import_file(scene: Scene, data: bytes = PAYMENTS, target: str = "disbursements") -> Any:
    """The monitor imports a file."""
    actor = scene.cast.monitor
    batch = intake_help.map_columns(actor, intake_help.upload(actor, f"{SECRET}.csv", data, target))
    return intake_help.confirm(actor, batch)


def import_that_cannot_be_undone(scene: Scene) -> None:
    """Mines of an import are in use by now."""
    batch = import_file(scene, b"proyecto\nUno\n", "projects")
    report_on("Uno")
    intake_help.undo(scene.cast.monitor, batch)


def import_undone_in_part(scene: Scene) -> None:
    """A mine of an import comes into use after the undo has looked whether any is."""
    batch = import_file(scene, b"proyecto\nUno\n", "projects")
    undo_import(actor=scene.cast.monitor, batch=batch, reason=SECRET)
    claim = jobs.claim_job(str(Job.objects.get(state=Job.State.WAITING, kind="import.undo").pk))
    assert claim
    undo = JOB_KINDS[claim.job.kind]
    result = undo.compute(claim)
    report_on("Uno")
    while jobs.finish(claim, undo, result) is Outcome.GOES_ON:
        result = undo.compute(claim)


def report_on(name: str) -> None:
    """Somebody reports on a mine."""
    report = Disclosure(title="t", period_end=date(2024, 12, 31), published_on=date(2025, 2, 1))
    report.project, report.source = Project.objects.get(name=name), Source.objects.create(voice="company")
    report.save()


def amend(scene: Scene, actor: User | None = None) -> None:
    """A colleague amends what the monitor entered."""
    record = scene.report
    record.title = SECRET
    amend_record(
        actor=actor or scene.cast.colleague,
        record=record,
        source=record.source,
        revision=record.source.revision,
        reason=SECRET,
    )


def withdraw(scene: Scene) -> None:
    """A colleague withdraws it."""
    withdraw_record(actor=scene.cast.colleague, record=scene.report, reason=SECRET)


def restore(scene: Scene) -> None:
    """A colleague withdraws it, and takes that back."""
    withdraw(scene)
    restore_record(actor=scene.cast.colleague, record=scene.report, reason=SECRET)


def merge_two(scene: Scene) -> Merge:
    """An administrator merges an organisation that the monitor listed."""
    listed = Organisation(name=SECRET, kind=Organisation.Kind.COMPANY)
    enter_listed(actor=scene.cast.monitor, record=listed)
    return merge(actor=scene.cast.administrator, kept=scene.cast.company, merged=listed, reason=SECRET)


def unmerge(scene: Scene) -> None:
    """The merge is undone."""
    undo_merge(actor=scene.cast.administrator, made=merge_two(scene), reason=SECRET)


def correct_payment(scene: Scene) -> None:
    """A colleague asks to correct what the monitor entered, and a second person confirms it."""
    corrected(scene.cast.colleague, scene.mine.disbursement, says(COMPANY, 900, date(2025, 6, 25)), SECRET)


def verify(scene: Scene) -> None:
    """The reviewer verifies a record."""
    record = scene.report
    verify_record(actor=scene.cast.reviewer, record=record, revision=record.source.revision, note=SECRET)


def unverify(scene: Scene) -> None:
    """The reviewer takes that back."""
    verify(scene)
    record = scene.report
    take_back_verification(actor=scene.cast.reviewer, record=record, revision=record.source.revision, note=SECRET)


def approve(scene: Scene) -> None:
    """The reviewer approves an exemption."""
    exemption = Exemption.objects.get(pk=scene.mine.records["exemptions"].pk)
    approve_exemption(actor=scene.cast.reviewer, exemption=exemption, revision=exemption.source.revision)


def fail(scene: Scene) -> None:
    """Work that the monitor asked for has failed for an hour."""
    Job.objects.create(
        kind="evaluate",
        subject="project/0/2025",
        error=f"ValueError: {SECRET}",
        owner=scene.cast.monitor,
        not_before=timezone.now() + timedelta(days=1),
        failing_since=timezone.now() - timedelta(hours=1),
    )
    promise_notices_of_failures()


def due_in(scene: Scene, days: int) -> None:
    """A sum falls due in some days, or fell due before, and the daily look is taken."""
    day = timezone.localdate() + timedelta(days=days)
    obligation(scene.cast.monitor, scene.mine.project, scene.mine.community, day)
    look()


def agreement_ends(scene: Scene) -> None:
    """An agreement ends in a week."""
    day = timezone.localdate() + timedelta(days=7)
    agreed = Agreement(project=scene.mine.project, title=SECRET, signed_on=date(2020, 1, 1), ends_on=day)
    enter(scene.cast.monitor, agreed)
    look()


OPERATORS, MONITORS = {"operator"}, {"monitor", "colleague"}
ADMINISTRATORS = {"administrator", "second_administrator"}
Happens = Callable[[Scene], Any]
ALL: dict[tuple[str, str], tuple[Happens, set[str]]] = {
    ("asked", "query"): (asked, OPERATORS),
    ("answered", "reply"): (answered, {"reviewer"}),
    ("returned", "return"): (returned, {"reviewer"}),
    ("returned", "reopen"): (opened_again, {"reviewer"}),
    ("to_publish", "approve"): (Scene.approved, {"second_reviewer"}),
    ("published", "publish"): (Scene.publication, {"reviewer", *OPERATORS, *MONITORS}),
    ("published", "corrected"): (published_anew, {"reviewer", *OPERATORS, *MONITORS}),
    ("published", "taken_down"): (
        lambda scene: take_down(scene.cast, scene.publication(), SECRET),
        OPERATORS | MONITORS,
    ),
    ("second_person", ""): (asked_for_takedown, {"second_administrator"}),
    ("decided", "confirmed"): (
        lambda scene: confirm(actor=scene.cast.second_administrator, proposal=asked_for_takedown(scene)),
        {"administrator"},
    ),
    ("decided", "refused"): (
        lambda scene: refuse(actor=scene.cast.second_administrator, proposal=asked_for_takedown(scene), reason=SECRET),
        {"administrator"},
    ),
    ("work_fails", ""): (fail, ADMINISTRATORS),
    ("own_work_fails", ""): (fail, {"monitor"}),
    ("import_ends", "imported"): (import_file, {"monitor"}),
    ("import_ends", "refused"): (
        lambda scene: intake_help.upload(scene.cast.monitor, f"{SECRET}.csv", b"payer,payee\n"),
        {"monitor"},
    ),
    ("import_ends", "undone"): (
        lambda scene: intake_help.undo(scene.cast.monitor, import_file(scene)),
        {"monitor"},
    ),
    ("import_ends", "undone_in_part"): (import_undone_in_part, {"monitor"}),
    ("import_ends", "undo_refused"): (import_that_cannot_be_undone, {"monitor"}),
    ("changed", "amended"): (amend, {"monitor"}),
    ("changed", "withdrawn"): (withdraw, {"monitor"}),
    ("changed", "restored"): (restore, {"monitor"}),
    ("changed", "merged"): (merge_two, {"monitor"}),
    ("changed", "merge_undone"): (unmerge, {"monitor"}),
    ("changed", "corrected"): (correct_payment, {"monitor"}),
    ("checked", "verified"): (verify, {"monitor"}),
    ("checked", "verification_taken_back"): (unverify, {"monitor"}),
    ("checked", "approved"): (approve, {"monitor"}),
    ("due_soon", ""): (lambda scene: due_in(scene, 14), OPERATORS | MONITORS),
    ("late", ""): (lambda scene: due_in(scene, -1), OPERATORS | MONITORS),
    ("runs_out", ""): (agreement_ends, OPERATORS | MONITORS),
}
"""By kind and step: how it happens, and which parts of the cast are told."""


def told(scene: Scene, kind: str, step: str) -> set[str]:
    """The parts of those who were told it."""
    people = set(Notice.objects.filter(kind=kind, step=step).values_list("person", flat=True))
    return {name for name, value in vars(scene.cast).items() if isinstance(value, User) and value.pk in people}


def everybody_chooses(when: When) -> None:
    """Let everybody be written to about everything in one way."""
    NoticeChoice.objects.all().delete()
    NoticeChoice.objects.bulk_create(
        NoticeChoice(person=person, kind=kind, when=when) for person in User.objects.all() for kind in NOTICE_KINDS
    )


def work() -> None:
    """Do the jobs about notices that wait, as a worker would."""
    for kind in ("notices.daily", "notices.mail"):
        for job in Job.objects.filter(state=Job.State.WAITING, kind=kind):
            jobs.run(str(job.pk))


def look() -> None:
    """Take the daily look, without mailing."""
    promise_jobs([Promise(DAILY, "notices")])
    for job in Job.objects.filter(state=Job.State.WAITING, kind="notices.daily"):
        jobs.run(str(job.pk))
