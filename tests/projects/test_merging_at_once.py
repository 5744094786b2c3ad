"""A merge and a new record at the same moment, each really committing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import pytest
from django.db import IntegrityError, connections, transaction

from communities.models import Obligation
from projects.services.merging import merge
from tests.cast import YEAR, gather_cast, neighbour, obligation, open_mine


@pytest.mark.parametrize("first", ["merge", "record"])
@pytest.mark.promise("merged")
def test_a_record_entered_at_the_moment_of_a_merge_waits_and_names_nothing_that_was_merged(
    committed: str, first: str
) -> None:
    """Whichever begins first, the other waits: the record is refused, or moved with all the others."""
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    other = neighbour(cast.monitor, "Ayllu Puka Samy")
    begun = Event()

    def merged() -> str:
        merge(actor=cast.administrator, kept=own.community, merged=other, reason="The same, entered twice.")
        return "merged"

    def entered() -> str:
        obligation(cast.monitor, own.project, other, date(YEAR, 3, 1))
        return "entered"

    def run(name: str) -> str:
        try:
            with transaction.atomic():
                if name != first:
                    assert begun.wait(timeout=20)
                done = {"merge": merged, "record": entered}[name]()
                if name == first:
                    begun.set()
                    assert not Event().wait(timeout=1)  # the other one has begun, and waits for this one to commit
            return done
        except IntegrityError as error:
            return "refused" if "was merged into" in str(error) else str(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        said = [pool.submit(run, name) for name in ("merge", "record")]
        assert [one.result() for one in said] == ["merged", "refused" if first == "merge" else "entered"]
    assert not Obligation.with_withdrawn.filter(community=other).exists()
    assert Obligation.objects.filter(community=own.community).count() == (1 if first == "merge" else 2)
