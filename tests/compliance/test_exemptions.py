"""Exemptions: asked for by one person, approved by another."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from compliance.models import Scorecard
from compliance.services.reviews import (
    approve_exemption,
    standing_of,
)
from tests.cast import (
    YEAR,
    Cast,
    Mine,
    produced,
)
from tests.compliance.review_help import refused

pytestmark = pytest.mark.django_db


def test_an_exemption_is_approved_by_somebody_else(cast: Cast, mine: Mine, card: Scorecard) -> None:
    exemption = mine.records["exemptions"]
    with pytest.raises(PermissionDenied):
        approve_exemption(actor=cast.monitor, exemption=exemption)
    assert "L04" in standing_of(card).undecided
    approve_exemption(actor=cast.reviewer, exemption=exemption)
    assert refused(lambda: approve_exemption(actor=cast.second_reviewer, exemption=exemption)) == "already_approved"
    assert "L04" not in standing_of(produced(mine.project)).undecided


def test_a_second_request_for_an_exemption_is_refused_at_its_indicator(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    given = {"year": YEAR, "indicator": "L04", "reason": "No foreigner is employed at this mine.",
             "voice": "monitor", "reference": "Field notes 12"}  # fmt: skip
    answer = client.post(f"/en/work/projects/{mine.project.slug}/exemptions/add/", given)
    assert answer.context["form"].errors == {"indicator": ["There is already a request for this indicator and year."]}
