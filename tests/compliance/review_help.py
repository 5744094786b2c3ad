"""What tests of review do again and again."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from compliance.models import Review, Scorecard
from compliance.services.openings import open_line
from compliance.services.reviews import decide_indicator
from projects.models import EmploymentReturn
from projects.services.records import amend_record
from tests.cast import (
    Cast,
    Mine,
    produced,
)

REASON = "The register of the ministry, folio 12, shows another day of approval than the study that we were sent."


def override(cast: Cast, card: Scorecard, code: str = "E01", score: str = "50", reason: str = REASON) -> Review:
    """The reviewer's own score, of a line that was opened."""
    open_line(actor=cast.reviewer, scorecard=card, indicator=code)
    return decide_indicator(
        actor=cast.reviewer, scorecard=card, indicator=code, action="override", reason=reason, score=Decimal(score)
    )


def refused(step: Callable[[], Any]) -> str:
    """The code of the rule that a step breaks."""
    with pytest.raises(ValidationError) as error, transaction.atomic():
        step()
    found = error.value.error_dict if hasattr(error.value, "error_dict") else {"": [error.value]}
    return str(next(iter(found.values()))[0].code)


def change_workers(cast: Cast, mine: Mine) -> Scorecard:
    """A fact changes, by amendment, and the scorecard follows."""
    row = EmploymentReturn.objects.select_related("source").get(pk=mine.records["employment"].pk)
    row.district_fte = Decimal(10)
    amend_record(
        actor=cast.monitor, record=row, source=row.source, revision=row.source.revision, reason="Counted again"
    )
    return produced(mine.project)
