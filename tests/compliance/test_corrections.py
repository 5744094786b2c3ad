"""A correction of the record is announced on the public pages, without the figures that are under review."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from compliance.models import PolicyFramework, RecordCorrection, Scorecard
from compliance.services.reviews import choose_rules
from tests.cast import COMPANY, YEAR, Cast, Mine, corrected, obligation, produced, published, says

pytestmark = pytest.mark.django_db


def front(client: Client, mine: Mine, page: str = "") -> str:
    """A public page of the mine, signed out."""
    return client.get(f"/en/projects/{mine.project.slug}/{page}").content.decode()


def correct(cast: Cast, mine: Mine, amount: str, reason: str = "Read again.") -> None:
    """Let the payer say another sum."""
    corrected(cast.monitor, mine.disbursement, says(COMPANY, amount), reason)
    produced(mine.project)


def test_a_corrected_record_is_announced_without_its_new_figure(
    client: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    published(cast, card)
    assert "under review" not in front(client, mine)
    before = client.get(f"/en/projects/{mine.project.slug}/")["ETag"]
    correct(cast, mine, "777")
    note = RecordCorrection.objects.get()
    assert (note.project_slug, note.year, note.corrected_on) == (mine.project.slug, YEAR, timezone.localdate())
    assert "R01" in note.indicators
    for page in ("", "money/"):
        text = front(client, mine, page)
        assert "was corrected on" in text
        assert "Paid against due" in text
        assert "777" not in text
    assert client.get(f"/en/projects/{mine.project.slug}/")["ETag"] != before


def test_the_notice_goes_when_the_correction_is_published_or_taken_back(
    client: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    published(cast, card)
    correct(cast, mine, "777")
    published(cast, produced(mine.project), reason="The payer corrected its figure.")
    assert not RecordCorrection.objects.exists()
    assert "under review" not in front(client, mine)


def test_a_night_without_news_and_other_rules_are_no_correction(cast: Cast, mine: Mine, card: Scorecard) -> None:
    published(cast, card)
    produced(mine.project)
    first = PolicyFramework.objects.get(code="peru-recommended-policies", version=1)
    choose_rules(actor=cast.reviewer, scorecard=card, framework=first, reason="The ministry asks for the older rules.")
    assert produced(mine.project) != card
    assert not RecordCorrection.objects.exists()


def test_a_year_that_is_not_published_has_nothing_to_correct(cast: Cast, mine: Mine, card: Scorecard) -> None:
    obligation(cast.monitor, mine.project, mine.community, date(YEAR, 5, 1))
    assert produced(mine.project) != card
    assert not RecordCorrection.objects.exists()
