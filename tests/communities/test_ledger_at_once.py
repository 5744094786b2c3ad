"""The ledger when two people write at the same moment, each really committing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.core.exceptions import ValidationError
from django.db import connections

from accounts.models import Proposal, User
from communities.models import Disbursement
from communities.services.ledger_requests import ask_to_correct
from tests.cast import COMPANY, gather_cast, open_mine, says


def test_of_two_corrections_asked_for_at_once_one_waits(committed: str) -> None:
    """Each saw the same words; PostgreSQL lets one go first, and the other is told."""
    cast = gather_cast()
    flow = open_mine(cast.monitor, cast.company).disbursement
    before, ready = flow.statements.standing().get(side=COMPANY).pk, Barrier(2)

    def correct(person: User, amount: int) -> str:
        try:
            ready.wait(timeout=20)
            ask_to_correct(
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
        return "asked"

    with ThreadPoolExecutor(2) as pool:
        said = [pool.submit(correct, person, amount) for person, amount in ((cast.monitor, 1), (cast.colleague, 2))]
        assert sorted(one.result() for one in said) == ["asked", "asked_already"]
    assert Proposal.objects.waiting().count() == 1
    assert flow.statements.standing().get(side=COMPANY).pk == before
