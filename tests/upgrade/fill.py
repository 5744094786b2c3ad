"""What a database in use holds and the demo does not: imports at every step, exemptions, corrections, work that waits.

It is written for the code beside it and runs once for each stored database (`dump.py`).
"""

from __future__ import annotations

from decimal import Decimal

from django.test import Client

from accounts.models import Job, User
from accounts.services import jobs
from compliance.models import Exemption, Review, Scorecard, ScorecardHead
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.services.reviews import (
    accept_undecided,
    approve_exemption,
    decide_indicator,
    keep_published,
    reopen_scorecard,
    return_scorecard,
)
from projects.models import Disclosure, Project
from projects.services.records import amend_record
from tests.cast import enter, open_all
from tests.projects.intake_help import confirm, map_columns, undo, upload

PAYMENTS = "payer,payee,project,year,currency,amount paid,amount received,paid on\n"
REASON = "The register of the ministry, folio 12, shows another day than the study that we were sent, and it is the original."


def fill() -> None:
    """Go on where the demo ends, as its people would."""
    people = {user.email.partition("@")[0]: user for user in User.objects.all()}
    work()
    import_files(people["ana"])
    exempt(people["ana"], people["rosa"])
    enter_by_program(people["diego"])
    work()
    review(people["rosa"], people["julian"])
    change_a_published_year(people["ana"])
    work()
    ask_for_work(people["ana"])


def work() -> None:
    """Do what waits, as the worker would."""
    while waiting := Job.objects.filter(state=Job.State.WAITING).first():
        jobs.run(str(waiting.pk))


def payments(*lines: str) -> bytes:
    """A file of payments."""
    return (PAYMENTS + "\n".join(lines) + "\n").encode()


def import_files(ana: User) -> None:
    """Two imported, one undone, one that waits for confirmation, one that waits for its columns, one refused."""
    payer = "Minera Anta Killa (demo)"
    imported = payments(
        f"{payer},Ministerio de Prueba (demo),Musuq Chaski,2025,PEN,1200.50,1000,02/03/2025",
        f"{payer},Ministerio de Prueba (demo),Musuq Chaski,2025,PEN,77,77,31/11/2025",
    )
    confirm(ana, map_columns(ana, upload(ana, "payments.csv", imported)))
    mines = b"Project name,Operator,Country,Minerals\nRumi Wasi,Minera Rumi (demo),PE,copper\n"
    confirm(ana, map_columns(ana, upload(ana, "mines.csv", mines, "projects")))
    undone = payments(f"{payer},Ministerio de Prueba (demo),Musuq Chaski,2024,PEN,500,,02/03/2024")
    undo(ana, confirm(ana, map_columns(ana, upload(ana, "undone.csv", undone))))
    waiting = payments(f"{payer},Ministerio de Prueba (demo),Musuq Chaski,2023,PEN,600,,02/03/2023")
    map_columns(ana, upload(ana, "waiting.csv", waiting))
    upload(ana, "columns.csv", b"who,to whom,when,coin,how much\nMinera X,Ministerio,2025,PEN,5\n")
    upload(ana, "refused.csv", b"%PDF-1.7\n")


def exempt(ana: User, rosa: User) -> None:
    """One exemption approved, on a scorecard that is being reviewed, and one that waits."""
    for slug, approved in (("anta-killa", True), ("yana-phuyu", False)):
        project = Project.objects.get(slug=slug)
        reason = "There is nothing of the kind at this mine in this year."
        exemption = enter(ana, Exemption(project=project, year=2025, indicator="L04", reason=reason, requested_by=ana))
        if approved:
            approve_exemption(actor=rosa, exemption=exemption, revision=exemption.source.revision)


def enter_by_program(diego: User) -> None:
    """A payment of the company's own program, with the answer that is kept for its key."""
    client = Client()
    client.force_login(diego)
    owed = Project.objects.get(slug="anta-killa").obligations.filter(due_on__year=2025).first()
    assert owed
    answer = client.post(
        "/api/v1/disbursements/",
        {"project": "anta-killa", "obligation": owed.pk, "paid": "90.00", "paid_on": "2025-07-01", "voice": "company"},
        content_type="application/json",
        headers={"Idempotency-Key": "stored-with-the-database"},
    )
    assert answer.status_code == 201, answer.content


def card_of(slug: str, year: int) -> Scorecard:
    """The scorecard that stands."""
    return ScorecardHead.objects.select_related("scorecard").get(project__slug=slug, year=year).scorecard


def review(rosa: User, julian: User) -> None:
    """A correction, one left as published, one open again with a question, one approved, and one returned."""
    corrected = card_of("kusi-urpi", 2024)
    reopen_scorecard(actor=julian, scorecard=corrected, reason="The study of 2019 was not looked at.")
    open_all(rosa, corrected)
    decide_indicator(
        actor=rosa,
        scorecard=corrected,
        indicator="E01",
        action=Review.Action.OVERRIDE,
        reason=REASON,
        score=Decimal(60),
    )
    approve_scorecard(actor=rosa, scorecard=corrected)
    publish_scorecard(actor=julian, scorecard=corrected, correction_reason="Another day of approval was shown.")
    kept = card_of("kusi-urpi", 2023)
    reopen_scorecard(actor=julian, scorecard=kept, reason="To be looked at once more.")
    keep_published(actor=rosa, scorecard=kept)
    asked = card_of("titi-pallay", 2024)
    reopen_scorecard(actor=julian, scorecard=asked, reason="The bank has written.")
    decide_indicator(
        actor=rosa,
        scorecard=asked,
        indicator="R02",
        action=Review.Action.QUERY,
        reason="When did the bank send it back?",
    )
    for year in (2025, 2023):
        card = card_of("yana-phuyu", year)
        open_all(rosa, card)
        accept_undecided(actor=rosa, scorecard=card)
        approve_scorecard(actor=rosa, scorecard=card)
    return_scorecard(actor=julian, scorecard=card, reason="Look at the second study again.")


def change_a_published_year(ana: User) -> None:
    """A record of a published year changes, so that what stands is no longer what is published."""
    record = (
        Disclosure.objects.filter(project__slug="puka-willka", period_end__year=2025).select_related("source").get()
    )
    assert record.published_on
    record.published_on = record.published_on.replace(day=record.published_on.day % 28 + 1)
    amend_record(actor=ana, record=record, source=record.source, revision=record.source.revision, reason="Mistyped.")


def ask_for_work(ana: User) -> None:
    """Promise work that the next version finds waiting."""
    record = Disclosure.objects.filter(project__slug="yana-phuyu").select_related("source").first()
    assert record
    amend_record(actor=ana, record=record, source=record.source, revision=record.source.revision, reason="Read again.")
