"""From approval to the sealed document: two people, corrections, and what the document says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Organisation
from communities.models import LeftOutClaim, SharedWork, WorkProgress
from compliance.evaluation import canonical
from compliance.evaluation.sealed import judgement_of, rules_of
from compliance.models import Publication, Review, Scorecard, ScorecardHead
from compliance.public_pages.document import Change, read_document, shown_digests, without
from compliance.public_pages.sections import SECTIONS, Section, register
from compliance.services.documents import compose
from compliance.services.publications import approve_scorecard, find_flaws, framework_flaws, publish_scorecard, seal
from compliance.services.reviews import (
    decide_indicator,
    keep_published,
    reopen_scorecard,
    return_scorecard,
    standing_of,
)
from projects.models import (
    Accord,
    AccordMine,
    AccordPromise,
    CensusShare,
    CommitteeFinding,
    Disclosure,
    ForeignPost,
    Holding,
    Inspection,
    InspectionFinding,
    MethodInUse,
    MineName,
    OrganisationIdentifier,
    OrganisationName,
    Outline,
    OwnershipStake,
    PhasePeriod,
    SupplierCall,
    TrainingReturn,
)
from tests.cast import (
    RECIPIENT,
    YEAR,
    Cast,
    Mine,
    accept_all,
    corrected,
    employment,
    enter,
    open_mine,
    payment,
    person,
    produced,
    published,
    says,
    withdraw_payment,
)
from tests.compliance.review_help import REASON, change_workers, override, refused

pytestmark = pytest.mark.django_db


@pytest.mark.promise("another-publishes")
def test_the_approver_does_not_publish(cast: Cast, card: Scorecard) -> None:
    """Neither by the service nor past it."""
    accept_all(cast.reviewer, card)
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "not_approved"
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    with pytest.raises(PermissionDenied):
        publish_scorecard(actor=cast.reviewer, scorecard=card)
    content = publish_scorecard(actor=cast.second_reviewer, scorecard=card).content
    last = Publication.objects.latest("sequence")
    forged = content | {"sequence": 2, "previous": last.sha256, "published_at": last.published_at}
    with pytest.raises(IntegrityError, match="another_person_publishes_than_approved"), transaction.atomic():
        seal(forged, card, approved_by=cast.reviewer, published_by=cast.reviewer)
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("newcomer_publishes", [True, False])
def test_whoever_appointed_a_reviewer_lately_is_not_the_other_person_of_a_publication(
    cast: Cast, card: Scorecard, newcomer_publishes: bool
) -> None:
    """Neither by the service, which says who and until when, nor past it; others and later appointments are none of it."""
    newcomer, longer, outsider = person("newcomer"), person("longer"), person("outsider")
    for user, days in ((newcomer, 6), (longer, 8)):
        Membership.objects.create(
            user=user,
            organisation=cast.regulator,
            role="reviewer",
            granted_by=outsider,
            confirmed_by=cast.reviewer,
            given_at=timezone.now() - timedelta(days=days),
        )
    approver, publisher = (cast.reviewer, newcomer) if newcomer_publishes else (newcomer, cast.reviewer)
    accept_all(approver, card)
    approve_scorecard(actor=approver, scorecard=card)
    with pytest.raises(ValidationError, match="Newcomer was made Reviewer.* by Reviewer less than") as error:
        publish_scorecard(actor=publisher, scorecard=card)
    assert error.value.code == "lately_appointed"
    content = publish_scorecard(actor=cast.second_reviewer, scorecard=card).content
    last = Publication.objects.latest("sequence")
    forged = content | {"sequence": 2, "previous": last.sha256, "published_at": last.published_at}
    with pytest.raises(IntegrityError, match="given a role by the other"), transaction.atomic():
        seal(forged, card, approved_by=approver, published_by=publisher)
    seal(forged, card, approved_by=cast.reviewer, published_by=longer)


@pytest.mark.promise("another-publishes")
def test_an_approval_does_not_cover_what_is_decided_after_it(cast: Cast, card: Scorecard) -> None:
    """Else the second person could set a score and publish it alone."""
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    decide_indicator(
        actor=cast.second_reviewer,
        scorecard=card,
        indicator="E01",
        action="override",
        reason=REASON,
        score=Decimal(100),
    )
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "not_approved"
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    publish_scorecard(actor=cast.second_reviewer, scorecard=card)


def test_words_that_changed_after_the_approval_are_not_published_before_they_are_approved_again(
    cast: Cast, card: Scorecard
) -> None:
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    cast.ngo.contact = "Jirón Lima 5"
    cast.ngo.save()
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "changed_since_approval"
    assert not Publication.objects.exists()
    return_scorecard(actor=cast.reviewer, scorecard=card, reason="The contact changed.")
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    content = publish_scorecard(actor=cast.second_reviewer, scorecard=card).content
    assert content["project"]["reached_at"] == {"Ojo Abierto": "Jirón Lima 5"}


def test_what_was_published_is_neither_decided_nor_approved_nor_returned(cast: Cast, card: Scorecard) -> None:
    published(cast, card)
    steps: list[Callable[[], Any]] = [
        lambda: override(cast, card),
        lambda: approve_scorecard(actor=cast.reviewer, scorecard=card),
        lambda: return_scorecard(actor=cast.reviewer, scorecard=card, reason="x"),
    ]
    for step in steps:
        assert refused(step) == "already_published"


def test_a_published_decision_is_corrected_with_a_reason_by_two_people_again(cast: Cast, card: Scorecard) -> None:
    assert refused(lambda: reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="x")) == "not_published"
    first = published(cast, card)
    assert refused(lambda: reopen_scorecard(actor=cast.reviewer, scorecard=card, reason=" ")) == "required"
    reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="Folio 12 shows another day.")
    assert Publication.objects.current().get() == first
    override(cast, card)
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "not_approved"
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "required"
    second = publish_scorecard(
        actor=cast.second_reviewer, scorecard=card, correction_reason="The day of approval was read wrongly."
    )
    assert second.content["supersedes"] == first.sha256
    assert Publication.objects.current().get() == second
    assert list(find_flaws()) == []


def test_what_was_opened_again_is_left_as_published_while_nothing_was_decided_anew(cast: Cast, card: Scorecard) -> None:
    keep: Callable[[], Any] = lambda: keep_published(actor=cast.reviewer, scorecard=card)  # noqa: E731
    assert refused(keep) == "not_reopened"
    published(cast, card)
    assert refused(keep) == "not_reopened"
    reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="Folio 12 shows another day.")
    keep()
    assert standing_of(card).publication
    reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="Folio 12 shows another day.")
    override(cast, card)
    assert refused(keep) == "decided_anew"
    assert standing_of(card).given_back
    assert list(find_flaws()) == []


def test_a_decision_after_the_approval_opens_the_scorecard_again_in_the_queue(cast: Cast, card: Scorecard) -> None:
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    override(cast, card)
    head: Any = ScorecardHead.objects.with_status().get(scorecard=card)
    assert head.latest_action == Review.Action.REOPEN
    assert standing_of(card).approval is None


def test_a_returned_scorecard_is_approved_anew(cast: Cast, card: Scorecard) -> None:
    accept_all(cast.reviewer, card)
    assert refused(lambda: return_scorecard(actor=cast.second_reviewer, scorecard=card, reason="x")) == "not_approved"
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    with pytest.raises(ValidationError), transaction.atomic():
        return_scorecard(actor=cast.second_reviewer, scorecard=card, reason="")
    return_scorecard(actor=cast.second_reviewer, scorecard=card, reason="Look at folio 12 again")
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "not_approved"
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    publish_scorecard(actor=cast.second_reviewer, scorecard=card)


def test_a_publication_is_made_once_and_a_second_says_what_it_corrects(cast: Cast, mine: Mine, card: Scorecard) -> None:
    first = published(cast, card)
    assert (first.content["supersedes"], first.content["correction_reason"]) == (None, None)
    assert (first.approved_by, first.published_by) == (cast.reviewer, cast.second_reviewer)
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "already_published"
    changed = change_workers(cast, mine)
    accept_all(cast.reviewer, changed)
    approve_scorecard(actor=cast.reviewer, scorecard=changed)
    for reason in ("", "  "):
        step = lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=changed, correction_reason=reason)  # noqa: B023, E731
        assert refused(step) == "required"
    second = publish_scorecard(
        actor=cast.second_reviewer, scorecard=changed, correction_reason="The workers were counted again."
    )
    assert second.content["supersedes"] == first.sha256
    assert second.content["correction_reason"] == "The workers were counted again."
    assert second.content["changes"]
    assert (second.sequence, second.previous_sha256) == (2, first.sha256)
    assert Publication.objects.current().get() == second
    assert list(find_flaws()) == []


def test_the_reason_of_an_override_is_in_the_document_beside_both_scores(cast: Cast, card: Scorecard) -> None:
    computed = judgement_of(card).outcome("E01")
    override(cast, card, score="12.5")
    content = published(cast, card).content
    row = next(row for row in content["scorecard"]["indicators"] if row["code"] == "E01")
    assert row["override"]["reason"] == REASON
    assert Decimal(row["score"]) == Decimal("12.5")
    assert computed.score != Decimal(row["score"])
    assert list(find_flaws()) == []


def test_the_document_is_dated_by_the_day_of_the_approval_and_not_by_that_of_publishing(
    cast: Cast, card: Scorecard
) -> None:
    accept_all(cast.reviewer, card)
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        approved_on = timezone.localdate()
        approve_scorecard(actor=cast.reviewer, scorecard=card)
    content = publish_scorecard(actor=cast.second_reviewer, scorecard=card).content
    assert content["as_of"] == approved_on.isoformat()
    assert content["as_of"] != timezone.localdate().isoformat()


def test_the_document_names_owners_and_phase_of_the_last_day_and_neither_former_nor_later_ones(
    cast: Cast, mine: Mine
) -> None:
    years = ((YEAR - 8, YEAR - 6), (YEAR - 5, YEAR), (YEAR + 1, None))
    for number, (first, last) in enumerate(years):
        owner = Organisation.objects.create(name=f"Holder {number}", kind=Organisation.Kind.COMPANY, country="PE")
        enter(
            cast.monitor,
            OwnershipStake(
                project=mine.project,
                owner=owner,
                share_percent=Decimal(40),
                starts_on=date(first, 1, 1),
                ends_on=date(last, 12, 31) if last else None,
            ),
        )
    for phase, first in (("exploration", YEAR - 9), ("development", YEAR - 6)):
        ends_on = date(YEAR - 6 if phase == "exploration" else YEAR - 4, 1, 1)
        enter(
            cast.monitor,
            PhasePeriod(project=mine.project, phase=phase, starts_on=date(first, 1, 1), ends_on=ends_on),
        )
    described = published(cast, produced(mine.project)).content["project"]
    assert [stake["owner"] for stake in described["stakes"]] == ["Minera Sami"]
    assert described["phase"] == {"code": "operation", "since": "2021-01-01"}


def test_what_nobody_knows_is_unknown_in_the_document(cast: Cast) -> None:
    """The recipient has not answered: confirmed is null, and null again in the total."""
    mine = open_mine(cast.monitor, cast.company)
    enter(
        cast.monitor,
        Disclosure(project=mine.project, title="R", period_end=date(2024, 12, 31), published_on=date(2025, 2, 1)),
    )
    quiet = open_mine(cast.monitor, cast.company, "Urqu Sami")
    withdraw_payment(cast.monitor, quiet.disbursement)
    payment(cast.monitor, quiet.obligation, paid="1000", received=None)
    money = published(cast, produced(quiet.project)).content["money"]
    assert money["totals"][0]["confirmed"] is None
    assert money["totals"][0]["paid"] == "1000"
    assert money["communities"][0]["confirmed"] is None
    answered = published(cast, produced(mine.project)).content["money"]
    assert answered["totals"][0]["confirmed"] == "1000"


def test_an_answer_of_zero_is_zero_in_the_document(cast: Cast) -> None:
    mine = open_mine(cast.monitor, cast.company)
    corrected(cast.monitor, mine.disbursement, says(RECIPIENT, 0))
    money = published(cast, produced(mine.project)).content["money"]
    assert money["totals"][0]["confirmed"] == "0"


def test_two_years_approved_together_are_published_one_after_the_other(cast: Cast, mine: Mine) -> None:
    """The workers of the earlier year stand in the later document as they were published, whenever that was."""
    employment(cast.monitor, mine.project, YEAR - 1)
    cards = [produced(mine.project, year) for year in (YEAR - 1, YEAR)]
    for card in cards:
        accept_all(cast.reviewer, card)
        approve_scorecard(actor=cast.reviewer, scorecard=card)
    _before, later = (publish_scorecard(actor=cast.second_reviewer, scorecard=card) for card in cards)
    assert [row["year"] for row in later.content["employment"]] == [YEAR - 1, YEAR]
    assert list(find_flaws()) == []


# Frameworks, schemas and sections


def test_stored_rules_that_were_changed_are_a_flaw_of_every_publication_that_names_them(
    cast: Cast, card: Scorecard
) -> None:
    publication = published(cast, card)
    assert publication.content["framework"] == rules_of(card.framework).reference
    document, rules = read_document(publication), publication.scorecard.framework
    assert list(framework_flaws(publication, document)) == []
    rules.text = rules.text.replace('"gate":"44"', '"gate":"99"')
    assert [flaw.what for flaw in framework_flaws(publication, document)] == [
        "the stored rules do not have their fingerprint"
    ]


def test_an_approval_given_before_sections_were_modules_is_good_for_publishing(cast: Cast, card: Scorecard) -> None:
    """It covers the six parts that documents had then, spelled as they are spelled now; of what came later nothing is on record."""
    for later in (
        AccordMine,
        AccordPromise,
        Accord,
        CensusShare,
        CommitteeFinding,
        ForeignPost,
        Holding,
        InspectionFinding,
        Inspection,
        LeftOutClaim,
        MethodInUse,
        MineName,
        OrganisationIdentifier,
        OrganisationName,
        Outline,
        SupplierCall,
        TrainingReturn,
        WorkProgress,
        SharedWork,
    ):
        later.objects.all().delete()
    card = produced(card.project)
    accept_all(cast.reviewer, card)
    approval = approve_scorecard(actor=cast.reviewer, scorecard=card)
    content = compose(card, standing_of(card), timezone.localdate(approval.at))
    parts = {name: content[name] for name in ("project", "money", "assessments", "commitments", "communities")}
    shown: Any = without(frozenset({"owner_voice"}), parts)
    own_year = [row for row in content["employment"] if row["year"] == card.year]
    assert canonical.digest(shown | {"employment": own_year}) in shown_digests(content)
    assert approval.shown_sha256 == shown_digests(content)[0]
    publish_scorecard(actor=cast.second_reviewer, scorecard=card)
    assert list(find_flaws()) == []


def test_a_section_that_is_added_changes_no_document_that_it_has_nothing_to_say_in(cast: Cast, card: Scorecard) -> None:
    first = published(cast, card)
    accept_all(cast.reviewer, later := produced(card.project, YEAR - 1))
    approve_scorecard(actor=cast.reviewer, scorecard=later)
    added = register(
        Section(
            name="wells",
            page="environment",
            title="Wells",
            part=Change,
            describe=lambda subject: None,
            show=lambda document: {},
        )
    )
    try:
        assert "wells" not in publish_scorecard(actor=cast.second_reviewer, scorecard=later).content
        assert list(find_flaws()) == []
        assert read_document(first).shown_sha256 in {review.shown_sha256 for review in Review.objects.all()}
    finally:
        del SECTIONS[added.name]


@pytest.mark.promise("tampering")
def test_whoever_has_the_two_files_verifies_them_without_us(
    cast: Cast, card: Scorecard, client: Client, tmp_path: Path
) -> None:
    """By the program that the documentation gives, on files as the pages link them."""
    publication = published(cast, card)
    text = Path("docs/publication-document.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(program.splitlines()) <= 16
    page = client.get(f"/en/projects/{card.project.slug}/data/").content.decode()
    links = re.findall(r'href="([^"]+/\d{4}\.json|/api/v1/frameworks/[^"]+)"', page)
    files = [tmp_path / "document.json", tmp_path / "framework.json"]
    for file, link in zip(files, links, strict=True):
        file.write_bytes(client.get(link).content)
    said = subprocess.run([sys.executable, "-c", program, *files], capture_output=True, text=True, check=True).stdout
    assert said.strip() == publication.sha256
    files[1].write_bytes(files[1].read_bytes() + b" ")
    assert subprocess.run([sys.executable, "-c", program, *files], capture_output=True, check=False).returncode == 1


def test_the_framework_never_changes_and_is_asked_for_once(cast: Cast, card: Scorecard, client: Client) -> None:
    published(cast, card)
    address = f"/api/v1/frameworks/{card.framework.sha256}/"
    answer = client.get(address)
    assert answer.content.decode() == card.framework.text
    assert canonical.fingerprint(card.framework.text) == card.framework.sha256
    assert answer["ETag"] == f'"{card.framework.sha256}"'
    assert "immutable" in answer["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
