"""Exemptions: asked for by one person, approved by another."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils.html import escape
from django.utils.translation import override

from accounts.models import AuditEntry, Job, User
from compliance.evaluation.sealed import indicators_of
from compliance.models import Exemption, Scorecard
from compliance.services.reviews import (
    approve_exemption,
    standing_of,
)
from projects.intake.messages import sentence
from projects.services.records import amend_record
from tests.cast import YEAR, Cast, Mine, appoint, person, produced
from tests.compliance.review_help import refused
from tests.projects.intake_help import map_columns, upload

pytestmark = pytest.mark.django_db


def test_an_exemption_is_approved_by_somebody_else(cast: Cast, mine: Mine, card: Scorecard) -> None:
    exemption = mine.records["exemptions"]
    with pytest.raises(PermissionDenied):
        approve_exemption(actor=cast.monitor, exemption=exemption, revision=1)
    assert "L04" in standing_of(card).undecided
    approve_exemption(actor=cast.reviewer, exemption=exemption, revision=1)
    again = lambda: approve_exemption(actor=cast.second_reviewer, exemption=exemption, revision=1)  # noqa: E731
    assert refused(again) == "already_approved"
    assert "L04" not in standing_of(produced(mine.project)).undecided


def test_a_second_request_for_an_exemption_is_refused_at_its_indicator(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    given = {
        "year": YEAR,
        "indicator": "L04",
        "reason": "No foreigner is employed at this mine.",
        "voice": "monitor",
        "reference": "Field notes 12",
    }
    answer = client.post(f"/en/work/projects/{mine.project.slug}/exemptions/add/", given)
    assert answer.context["form"].errors == {"indicator": ["There is already a request for this indicator and year."]}


def test_no_indicator_is_presumed_and_its_name_stands_beside_its_code(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    pages = f"/en/work/projects/{mine.project.slug}/exemptions/"
    (empty, _choose), *others = client.get(f"{pages}add/").context["form"].fields["indicator"].choices
    assert empty == ""
    answer = client.post(f"{pages}add/", {"year": YEAR, "indicator": "", "reason": "Short."})
    assert answer.context["form"].errors == {
        "indicator": ["Choose one."],
        "reason": ["Write at least 20 characters; this has 6."],
    }
    name = str(dict(others)["L04"])
    assert len(name) > len("L04")
    for page in (pages, f"{pages}{mine.records['exemptions'].pk}/"):
        assert escape(name) in client.get(page).content.decode()


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_file_may_name_an_indicator_as_the_form_does(cast: Cast, mine: Mine, language: str) -> None:
    with override(language):
        named = str(indicators_of("PE")["L03"])
    rows = "".join(
        f"{mine.project.name},2020,{written},Nothing was bought in this year.\n" for written in (named, "X99")
    )
    text = f"project,year,indicator,why it does not apply\n{rows}"
    batch = map_columns(cast.monitor, upload(cast.monitor, "rows.csv", text.encode(), "exemptions"))
    good, wrong = batch.rows.order_by("number")
    assert good.errors == []
    with override("en"):
        [said] = [sentence(one) for one in wrong.errors]
    assert said == "“X99” is no indicator of the rules here. Write its code, such as L03."


def reword(exemption: Exemption, actor: User, words: str = "Only nationals are employed at this mine.") -> None:
    """Amend the reason, as somebody else may who sees it."""
    row = Exemption.objects.select_related("source").get(pk=exemption.pk)
    row.reason = words
    amend_record(actor=actor, record=row, source=row.source, revision=row.source.revision, reason="Clearer")


def test_an_approved_exemption_is_audited_and_promises_its_scorecard(cast: Cast, mine: Mine) -> None:
    exemption = mine.records["exemptions"]
    Job.objects.all().delete()
    approve_exemption(actor=cast.reviewer, exemption=exemption, revision=1)
    entry = AuditEntry.objects.about(exemption).latest("pk")
    assert (entry.actor, entry.verb) == (cast.reviewer, "approve")
    promised = Job.objects.get()
    assert (promised.subject, promised.owner) == (f"project/{mine.project.pk}/{YEAR}", cast.reviewer)


def test_words_that_were_changed_after_they_were_read_are_not_approved(
    reviewer: Client, cast: Cast, mine: Mine
) -> None:
    exemption = mine.records["exemptions"]
    listed = reviewer.get("/en/work/scorecards/exemptions/").content.decode()
    assert '<input type="hidden" name="revision" value="1">' in listed
    reword(exemption, cast.colleague)
    approve = f"/en/work/scorecards/exemptions/{exemption.pk}/approve/"
    assert (
        refused(lambda: approve_exemption(actor=cast.reviewer, exemption=exemption, revision=1)) == "edited_meanwhile"
    )
    answer = reviewer.post(approve, {"revision": "1"}, follow=True)
    assert b"The reason was changed after you opened the list" in answer.content
    reviewer.post(approve, {"revision": "2"})
    exemption.refresh_from_db()
    assert exemption.approved_by == cast.reviewer


def test_whoever_worded_an_exemption_or_speaks_for_the_mine_does_not_approve_it(cast: Cast, mine: Mine) -> None:
    exemption = mine.records["exemptions"]
    both = person("both", cast.ngo, "monitor")
    appoint(both, cast.regulator, "reviewer")
    reword(exemption, both)
    appoint(cast.operator, cast.regulator, "reviewer")
    for actor in (both, cast.operator):
        with pytest.raises(PermissionDenied, match="Somebody else must approve it"):
            approve_exemption(actor=actor, exemption=exemption, revision=2)
    approve_exemption(actor=cast.reviewer, exemption=exemption, revision=2)
    reword(exemption, cast.monitor, "Nobody from abroad is employed at this mine.")
    exemption.refresh_from_db()
    exemption.approved_by = None
    exemption.save(update_fields=["approved_by"])
    approve_exemption(actor=cast.reviewer, exemption=exemption, revision=3)
