"""States of complaints: what became of each, on which day, and who says that it is resolved."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Organisation
from compliance.evaluation.criteria.complaints import ComplaintFact
from compliance.public_pages.complaints import state_words
from projects.models import ComplaintStep, EnvironmentalComplaint, Project
from tests.cast import enter, gather_cast, open_mine

KIND, FOUND_BY, BY_COMPANIES = "complaint-steps", "admitted", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A complaint of the year was admitted ten days after it came; another one is entered where there is none."""
    complaints = EnvironmentalComplaint.objects.filter(project=mine)
    complaint = complaints.filter(received_on__year=year).first()
    if complaint is None:
        other = EnvironmentalComplaint(
            project=mine, received_on=date(year, 3, 3), lodged_at="company", subject="noise", code=f"K-{year}"
        )
        entered_by = complaints.earliest("pk").source.entered_by
        assert entered_by
        complaint = enter(entered_by, other)
    return {"complaint": complaint.pk, "state": "admitted", "reached_on": f"{year}-03-13"}


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"state": "admitted"}, []),
        ({"state": "resolved", "resolved_by_word_of": "company"}, []),
        ({"state": "resolved"}, ["only_what_is_resolved_says_who_says_so"]),
        ({"state": "archived", "resolved_by_word_of": "authority"}, ["only_what_is_resolved_says_who_says_so"]),
    ],
)
def test_who_says_that_it_is_resolved_is_said_there_and_nowhere_else(
    columns: dict[str, Any], refused: list[str]
) -> None:
    rules: Any = ComplaintStep._meta.constraints[1:]
    assert [rule.name for rule in rules if rule.broken_by({"resolved_by_word_of": ""} | columns)] == refused


@pytest.mark.parametrize(
    ("state", "word", "voice", "words"),
    [
        ("received", "", "", "Received; nothing more is on record"),
        ("answered", "", "authority", "Answered"),
        ("answered", "", "company", "Answered (as the mine tells it)"),
        ("dropped", "", "community", "Not followed up (as the community tells it)"),
        ("archived", "", "unknown", "Archived (nobody knows whose word this is)"),
        ("resolved", "complainant", "community", "Resolved, says whoever complained"),
        ("resolved", "complainant", "authority", "Resolved, says whoever complained (as an authority tells it)"),
        (
            *("resolved", "authority", "authority"),
            "Resolved, says the authority; whoever complained has not said so",
        ),
        ("resolved", "company", "company", "Only the company says that it is resolved"),
        (
            *("resolved", "complainant", "committee"),
            "Resolved, says whoever complained (as a monitoring committee tells it)",
        ),
    ],
)
def test_each_word_for_it_is_a_sentence_of_its_own(state: str, word: str, voice: str, words: str) -> None:
    row = ComplaintFact(
        record="environmental-complaint/1",
        subject="water",
        received_in=2025,
        complaints=None,
        state=state,
        resolved_by_word_of=word,
        state_voice=voice,
    )
    assert state_words(row) == words


@pytest.mark.django_db
def test_nothing_becomes_of_a_complaint_before_it_was_received() -> None:
    cast = gather_cast()
    open_mine(cast.monitor, cast.company)
    complaint = EnvironmentalComplaint.objects.get()
    with pytest.raises(ValidationError) as refused:
        ComplaintStep(complaint=complaint, state="answered", reached_on=date(2025, 3, 2)).clean()
    assert refused.value.error_dict["reached_on"][0].code == "before_it_was_received"
