"""Holdings from the form to the page: who owns the owners, to the end of the chain."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Job, Organisation
from compliance.evaluation.criteria.ownership import HoldingFact
from compliance.evaluation.gathering import Scope, gather
from compliance.services.conflicts import own_entries
from compliance.services.publications import find_flaws
from projects.kinds import KINDS_OF_RECORD
from projects.models import ChainMember, Holding, OwnershipStake, Project
from projects.models.records import EVALUATE
from tests.cast import YEAR, Cast, enter, gather_cast, mine, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "holdings", "sami", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A small part of the company that holds the mine is somebody's from the middle of a year on."""
    owner = Organisation.objects.get_or_create(name="Grupo Sami", kind="company")[0]
    return {"company": company.pk, "owner": owner.pk, "share_percent": "2", "starts_on": f"{year}-07-01"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


def company(name: str, **more: Any) -> Organisation:
    """An organisation without people."""
    return Organisation.objects.create(name=name, **{"kind": "company", "country": "PE"} | more)


def held(cast: Cast, of: Organisation, by: Organisation, percent: float, **days: date) -> Holding:
    """A share of a company from 2020 on, on record."""
    share = Decimal(str(percent))
    row = Holding(company=of, owner=by, share_percent=share, **{"starts_on": date(2020, 1, 1)} | days)
    return enter(cast.monitor, row)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("percent", "days", "left"),
    [(40, {}, None), (40.0001, {}, "At most 40 % is left"), (100, {"starts_on": date(2024, 1, 1)}, None)],
)
def test_on_no_day_more_than_all_of_a_company_is_held(cast: Cast, percent: float, days: Any, left: str | None) -> None:
    of, one, other = (company(name) for name in ("Mina Alta", "Uno", "Otro"))
    held(cast, of, one, 60, ends_on=date(2024, 1, 1))
    if left is None:
        held(cast, of, other, percent, **days)
        return
    with pytest.raises(ValidationError, match=left) as refused:
        held(cast, of, other, percent, **days)
    assert set(refused.value.message_dict) == {"share_percent"}
    held(cast, of, other, 40)
    with pytest.raises(IntegrityError, match="holdings_never_exceed_100_percent"), transaction.atomic():
        Holding.objects.filter(owner=other).update(share_percent=41)


def test_a_company_does_not_hold_itself(cast: Cast) -> None:
    own = company("Mina Alta")
    typed_twice = {"company": own.pk, "owner": own.pk, "share_percent": "5", "starts_on": "2020-01-01"}
    form = KINDS_OF_RECORD[KIND].form(typed_twice, actor=cast.monitor, project=None)
    assert form.errors == {"owner": ["A company does not own itself. Choose another owner."]}


def test_a_share_moves_the_scorecards_of_the_mines_that_it_reaches_and_of_no_other(cast: Cast) -> None:
    near, far = (mine(cast.monitor, name, operator=cast.company) for name in ("Near", "Far"))
    first, second = company("Uno"), company("Otro")
    enter(
        cast.monitor, OwnershipStake(project=near, owner=first, share_percent=Decimal(50), starts_on=date(2020, 1, 1))
    )
    Job.objects.all().delete()
    held(cast, first, second, 100)
    held(cast, second, company("Estado", state_owned=True), 100)
    held(cast, company("Nobody asks"), second, 10)
    assert {job.payload["project"] for job in Job.objects.filter(kind=EVALUATE)} == {near.pk}
    chains = ChainMember.objects.filter(project=far) | ChainMember.objects.filter(organisation__name="Nobody asks")
    assert not chains.exists()


def test_facts_hold_what_is_owned_on_the_last_day_of_the_year(cast: Cast) -> None:
    own, first = mine(cast.monitor, "Own", operator=cast.company), company("Uno")
    enter(cast.monitor, OwnershipStake(project=own, owner=first, share_percent=Decimal(50), starts_on=date(2020, 1, 1)))
    held(cast, first, company("Until the day before"), 10, ends_on=date(YEAR, 12, 31))
    held(cast, first, company("On the day"), 20, starts_on=date(YEAR, 12, 31), ends_on=date(YEAR + 1, 1, 1))
    held(cast, first, company("From the next day"), 30, starts_on=date(YEAR + 1, 1, 1))
    [facts] = gather(Scope(frozenset({(own.pk, YEAR)}), date(YEAR + 2, 1, 1))).values()
    assert [row.owner for row in facts[HoldingFact]] == ["On the day"]


def test_long_chains_of_many_mines_take_as_many_queries_as_a_short_one(cast: Cast) -> None:
    chain = [company(f"Empresa {number}") for number in range(7)]
    mines = [mine(cast.monitor, f"Mine {number}", operator=cast.company) for number in range(4)]
    for one in mines:
        enter(
            cast.monitor,
            OwnershipStake(project=one, owner=chain[0], share_percent=Decimal(50), starts_on=date(2020, 1, 1)),
        )
    used = []
    for count, links in ((1, chain[:2]), (4, chain[1:])):
        for of, by in pairwise(links):
            held(cast, of, by, 10)
        with CaptureQueriesContext(connection) as queries:
            found = gather(Scope(frozenset((one.pk, YEAR) for one in mines[:count]), date(2026, 1, 1)))
        used.append(len(queries))
    assert used[0] == used[1]
    assert [len(facts[HoldingFact]) for facts in found.values()] == [6, 6, 6, 6]


def test_the_public_page_follows_the_chain_to_a_state_and_says_what_nobody_knows(cast: Cast, client: Client) -> None:
    own = open_mine(cast.monitor, cast.company)
    Holding.objects.all().update(withdrawn_at=timezone.now())
    offshore, state = company("Isla Clara Holdings", country="KY"), company("Huaxin", country="CN", state_owned=True)
    held(cast, cast.company, offshore, 100)
    held(cast, offshore, state, 62)
    published(cast, produced(own.project))
    page = " ".join(client.get(f"/en/projects/{own.project.slug}/owners/").content.decode().split())
    assert "We know the last owner of 37.2 of every 100 shares." in page
    assert "For 62.8 we don’t know." in page
    assert "Company of a State" in page
    assert "La cadena de dueños" in client.get(f"/es/projects/{own.project.slug}/owners/").content.decode()
    rows = client.get(f"/en/projects/{own.project.slug}/{YEAR}/owners.csv").content.decode()
    assert "Isla Clara Holdings,Cayman Islands,company,0,60,60" in rows
    assert list(find_flaws()) == []


def test_a_mine_of_whose_owners_nobody_knows_more_says_nothing_of_a_chain(cast: Cast, client: Client) -> None:
    own = open_mine(cast.monitor, cast.company)
    Holding.objects.all().update(withdrawn_at=timezone.now())
    publication = published(cast, produced(own.project))
    assert "owners" not in publication.content
    assert "holdings" not in publication.content["facts"]
    assert "We know the last owner" not in client.get(f"/en/projects/{own.project.slug}/owners/").content.decode()


def test_whoever_entered_a_share_in_the_chain_does_not_review_the_mine(cast: Cast) -> None:
    own = open_mine(cast.monitor, cast.company)
    assert f"holding/{own.records[KIND].pk}" in own_entries(cast.monitor, own.project.pk)


def test_the_people_of_a_mine_see_its_owners_in_each_year(cast: Cast, client: Client) -> None:
    own, later = open_mine(cast.monitor, cast.company), company("Lago Verde")
    held(cast, cast.company, later, 30, starts_on=date(2023, 5, 1))
    client.force_login(cast.monitor)
    address = f"/en/work/projects/{own.project.slug}/owners/"
    assert address in client.get(f"/en/work/projects/{own.project.slug}/").content.decode()
    seen = {year: client.get(f"{address}?year={year}").content.decode() for year in ("2022", "2023", "never", "99999")}
    assert [("Lago Verde" in page) for page in seen.values()] == [False, True, True, True]
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
