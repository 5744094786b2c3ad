"""The ledger when two people write at the same moment, each really committing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.core.exceptions import ValidationError
from django.db import connections

from accounts.models import User
from communities.models import Disbursement
from communities.services.ledger import state_side
from tests.cast import COMPANY, gather_cast, open_mine, says


def test_two_corrections_at_once_leave_one_standing(committed: str) -> None:
    """Each saw the same words; PostgreSQL lets one go first, and the other is told."""
    cast = gather_cast()
    flow = open_mine(cast.monitor, cast.company).disbursement
    before, ready = flow.statements.standing().get(side=COMPANY).pk, Barrier(2)

    def correct(person: User, amount: int) -> str:
        try:
            ready.wait(timeout=20)
            state_side(
                actor=person,
                disbursement=Disbursement.objects.get(pk=flow.pk),
                said=says(COMPANY, amount),
                seen=before,
                reason="Read again",
            )
        except ValidationError as error:
            return str(error.code)
        finally:
            connections.close_all()
        return "stated"

    with ThreadPoolExecutor(2) as pool:
        said = [pool.submit(correct, person, amount) for person, amount in ((cast.monitor, 1), (cast.colleague, 2))]
        assert sorted(one.result() for one in said) == ["edited_meanwhile", "stated"]
    assert flow.statements.standing().filter(side=COMPANY).count() == 1
