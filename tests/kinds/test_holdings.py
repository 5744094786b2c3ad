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
from django.utils import timezone, translation

from accounts.models import Job, Organisation
from compliance.evaluation.criteria.ownership import HoldingFact
from compliance.evaluation.gathering import Scope, gather
from compliance.services.conflicts import own_entries
from compliance.services.publications import find_flaws
from projects.kinds import KINDS_OF_RECORD
from projects.models import ChainMember, Holding, OwnershipStake, Project
from projects.models.records import EVALUATE
from projects.services.merging import merge, undo_merge
from tests.cast import YEAR, Cast, enter, gather_cast, mine, open_mine, produced, published
from tests.projects.intake_help import codes, confirm, map_columns, upload

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


@pytest.mark.parametrize(
    ("days", "asked"),
    [
        ({"starts_on": "2022-01-01"}, True),
        ({"starts_on": "2024-01-01"}, False),
        ({"starts_on": "2019-01-01", "ends_on": "2020-01-01"}, False),
        ({"starts_on": "2022-01-01", "circle_in_document": "on"}, False),
    ],
)
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "own each other in a circle: Uno ← Otro ← Mina Alta ← Uno."), ("es", "en círculo: Uno ← Otro ← Mina Alta")],
)
def test_a_circle_of_owners_is_asked_about_at_the_owner_where_all_are_held_on_one_day(
    cast: Cast, days: dict[str, str], asked: bool, language: str, words: str
) -> None:
    top, one, other = (company(name) for name in ("Mina Alta", "Uno", "Otro"))
    held(cast, top, one, 60)
    held(cast, other, top, 60, ends_on=date(2024, 1, 1))
    held(cast, other, company("Nadie más"), 5)
    given = {"company": one.pk, "owner": other.pk, "share_percent": "5", **days}
    with translation.override(language):
        form = KINDS_OF_RECORD[KIND].form(given, actor=cast.monitor, project=None)
        assert form.errors.keys() == ({"owner"} if asked else set())
        assert not asked or words in form.errors["owner"][0]


def test_a_share_that_stands_is_amended_without_a_question_about_itself(cast: Cast) -> None:
    share = held(cast, company("Mina Alta"), company("Uno"), 60)
    given = {"company": share.company_id, "owner": share.owner_id, "share_percent": "5", "starts_on": "2020-01-01"}
    assert KINDS_OF_RECORD[KIND].form(given, instance=share, actor=cast.monitor, project=None).is_valid()


def test_a_circle_of_owners_is_asked_about_in_a_file_too_also_where_its_own_rows_close_it(cast: Cast) -> None:
    on_record, *_others = [company(name) for name in ("Mina Alta", "Uno", "Otro", "Tres")]
    held(cast, on_record, Organisation.objects.get(name="Uno"), 60)
    lines = [
        "Uno,Mina Alta,5,2020-01-01,",
        "Otro,Tres,10,2020-01-01,",
        "Tres,Otro,10,2021-01-01,",
        "Tres,Otro,10,2021-01-01,yes",
    ]
    heading = "company,owner,share %,from,the circle of owners stands so in the document"
    batch = map_columns(cast.monitor, upload(cast.monitor, "h.csv", "\n".join([heading, *lines]).encode(), KIND))
    assert [codes(row) for row in batch.rows.order_by("number")] == [
        {"owner": "broken_rule"},
        {},
        {"owner": "broken_rule"},
        {},
    ]
    errors = str(batch.rows.get(number=4).errors)
    assert "in a circle: Tres ← Otro ← Tres" in errors
    assert "en círculo: Tres ← Otro ← Tres" in errors
    confirm(cast.monitor, batch)
    assert Holding.objects.filter(circle_in_document=True).count() == 1


def test_two_companies_of_which_a_withdrawn_share_said_that_one_holds_the_other_are_merged(cast: Cast) -> None:
    kept, merged = company("Mina Alta"), company("Mina Alta S.A.")
    share = held(cast, kept, merged, 100)
    Holding.objects.filter(pk=share.pk).update(withdrawn_at=timezone.now())
    merge(actor=cast.administrator, kept=kept, merged=merged, reason="One company.")
    assert Holding.with_withdrawn.get().owner == kept
    with pytest.raises(IntegrityError, match="a_company_does_not_hold_itself"), transaction.atomic():
        Holding.with_withdrawn.update(withdrawn_at=None)


def test_what_is_known_of_a_company_moves_the_mines_of_the_one_into_which_it_is_merged(cast: Cast) -> None:
    own, kept, merged = mine(cast.monitor, "Own", operator=cast.company), company("Uno"), company("Uno S.A.")
    enter(cast.monitor, OwnershipStake(project=own, owner=kept, share_percent=Decimal(50), starts_on=date(2020, 1, 1)))
    held(cast, merged, company("Estado", state_owned=True), 100)
    judged = Job.objects.filter(kind=EVALUATE, payload__project=own.pk)
    judged.delete()
    made = merge(actor=cast.administrator, kept=kept, merged=merged, reason="One company.")
    assert judged.exists()
    judged.delete()
    undo_merge(actor=cast.administrator, made=made, reason="They are two.")
    assert judged.exists()


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


def test_a_stake_of_a_later_year_brings_nothing_into_an_earlier_one(cast: Cast) -> None:
    own, first, later = mine(cast.monitor, "Own", operator=cast.company), company("Uno"), company("Otro")
    for owner, day in ((first, date(YEAR, 1, 1)), (later, date(YEAR + 1, 1, 1))):
        enter(cast.monitor, OwnershipStake(project=own, owner=owner, share_percent=Decimal(50), starts_on=day))
    second = company("Dos")
    held(cast, later, second, 100)
    held(cast, second, company("Tres"), 100)
    found = gather(Scope(frozenset({(own.pk, YEAR), (own.pk, YEAR + 1)}), date(YEAR + 2, 1, 1)))
    assert not found[own.pk, YEAR][HoldingFact]
    assert [row.owner for row in found[own.pk, YEAR + 1][HoldingFact]] == ["Dos", "Tres"]


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
    tree = page.partition("Where the shares end")[0].partition("every 100 shares.")[2]
    assert tree.count("says so.") == 3
    assert "says so." not in page.partition("All owners, direct and through others")[2].partition("</table>")[0]
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


def test_the_people_of_a_mine_see_its_owners_on_any_day(cast: Cast, client: Client) -> None:
    own, later = open_mine(cast.monitor, cast.company), company("Lago Verde")
    held(cast, cast.company, later, 30, starts_on=date(2023, 5, 1), ends_on=date(2024, 2, 29))
    client.force_login(cast.monitor)
    address = f"/en/work/projects/{own.project.slug}/owners/"
    assert address in client.get(f"/en/work/projects/{own.project.slug}/").content.decode()
    days = ("30/04/2023", "2023-05-01", "28/02/2024", "29/02/2024", "")
    seen = {day: client.get(address, {"day": day}).content.decode() for day in days}
    assert [("Lago Verde" in page) for page in seen.values()] == [False, True, True, False, False]
    assert "On 1 May 2023, as it is on record today." in seen["2023-05-01"]
    assert "is not a date" in client.get(address, {"day": "never"}).content.decode()
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
