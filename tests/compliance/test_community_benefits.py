"""What a community reads of work, purchases and shared works: as far as the mine tells, and only the works that are for it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from communities.models import Influence, SharedWork, WorkProgress
from compliance.evaluation.criteria.shared_works import SharedWorkFact
from compliance.public_pages.communities import Neighbour
from compliance.public_pages.community import works_for
from tests.cast import YEAR, Cast, enter, neighbour, open_mine, produced, published
from tests.compliance.test_minerals import words

pytestmark = pytest.mark.django_db(databases=["default", "public"])


def planned(cast: Cast, mine: Any, facility: str, **given: Any) -> SharedWork:
    """A work that was to be done in the year."""
    days = {"planned_from": date(YEAR, 1, 1), "planned_until": date(YEAR, 6, 30)}
    made: SharedWork = enter(
        cast.monitor, SharedWork(project=mine, name=f"A {facility}", facility=facility, **days, **given)
    )
    return made


def test_a_community_reads_how_many_neighbours_work_what_was_bought_and_which_works_are_for_it(
    client: Client, cast: Cast
) -> None:
    mine = open_mine(cast.monitor, cast.company)
    other = neighbour(cast.monitor, "Otra")
    enter(cast.monitor, Influence(project=mine.project, community=other, degree="direct", recognition="recognised"))
    canal = planned(cast, mine.project, "water", community=mine.community)
    planned(cast, mine.project, "clinic", community=other)
    enter(cast.monitor, WorkProgress(work=canal, as_of=date(YEAR, 12, 31), actual_percent=28))
    published(cast, produced(mine.project))
    page = words(client, f"/en/communities/{mine.community.slug}/")
    assert "80 of 200 workers live in the districts of direct influence." in page
    assert "went to suppliers in the districts." in page
    assert "Water supply" in page
    assert "Clinic" not in page
    assert "28 % is done" in page.replace("\xa0", " ")
    assert "No work is on record that is for us alone." not in page
    theirs = words(client, f"/en/communities/{other.slug}/")
    assert "Clinic" in theirs
    assert "Water supply" not in theirs


class Told:
    """A document with two neighbours and two works."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.facts = {
            SharedWorkFact: [
                SharedWorkFact(record="shared-work/1", facility="road", community="Ayllu"),
                SharedWorkFact(record="shared-work/2", facility="school"),
            ]
        }

    def rows(self, _part: Any, _name: str) -> list[Neighbour]:
        """Its neighbours."""
        return [near(name) for name in self.names]


def near(name: str) -> Neighbour:
    """A neighbour."""
    said: dict[str, Any] = {"degree": "direct", "recognition": "recognised", "languages": ()}
    return Neighbour(slug=name.lower(), name=name, kind="campesina", district="Sisa", **said)


def test_a_work_is_for_the_community_that_it_names_unless_two_neighbours_are_called_so() -> None:
    told: Any = Told("Ayllu", "Otra")
    assert [row.record for row in works_for(told, near("Ayllu")) or ()] == ["shared-work/1"]
    assert works_for(told, near("Otra")) == []
    assert works_for(told, None) is None
    doubled: Any = Told("Ayllu", "Ayllu")
    assert works_for(doubled, near("Ayllu")) is None
