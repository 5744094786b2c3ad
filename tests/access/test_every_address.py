"""Every address × method × role × object does what the table says, and nothing more is to be seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, override_settings

from accounts import roles
from accounts.api import RolePermission
from accounts.roles import PERMISSIONS, Role
from communities.models.communities import CommunityQuerySet
from communities.models.ledger import DisbursementQuerySet
from compliance.models.scorecards import ScorecardHeadQuerySet
from projects.kinds import KINDS_OF_RECORD
from projects.models.intake import ImportQuerySet
from projects.models.projects import ProjectQuerySet
from projects.views import records
from tests.access.expectations import (
    API,
    ENTER,
    EVERYBODY,
    FOR_MACHINES,
    OF_NO_MINE,
    OPEN_DOORS,
    OWN_DOORS,
    PRIVATE,
    PUBLIC,
    RULES_BY_GROUP,
    SIGNED_IN,
)
from tests.access.walk import (
    ANONYMOUS,
    ANSWERED,
    NO_METHOD,
    NOT_THERE,
    REFUSED,
    SIGN_IN,
    Address,
    World,
    addresses,
    amounts_to,
    ask,
    differences,
    url_of,
    walk,
)

ALL = list(addresses())
OF_ROLE = {
    Role.MONITOR: "monitor",
    Role.REVIEWER: "reviewer",
    Role.ADMINISTRATOR: "administrator",
    Role.AUDITOR: "auditor",
    Role.OPERATOR: "operator",
}


PUKA, YANA = (b"Puka Sami", b"puka-rows.csv"), (b"Yana Mayu", b"yana-rows.csv")
HIDDEN = {"stranger": PUKA, "monitor": YANA, "operator": YANA, "nobody": PUKA + YANA, ANONYMOUS: PUKA + YANA}


def content_of(response: Any) -> bytes:
    """What came, also where it came in parts."""
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.promise("every-address")
def test_every_address_is_in_the_table_and_no_other() -> None:
    assert {address.name for address in ALL} == {*SIGNED_IN, *API, *PUBLIC, *FOR_MACHINES, *OPEN_DOORS, *OWN_DOORS}
    assert sum(len(group) for group in RULES_BY_GROUP) == len({name for group in RULES_BY_GROUP for name in group})


@pytest.mark.parametrize("who", sorted(EVERYBODY | {ANONYMOUS}))
@pytest.mark.promise("every-address")
def test_everybody_gets_what_the_table_says_and_nothing_else(
    world: World, clients: dict[str, Client], who: str
) -> None:
    """Also: no cache keeps an answer, what is not theirs looks as if it were not there, and no page tells of it."""
    absent: dict[tuple[str, str], set[bytes]] = {}
    wrong, told = [], []
    for step in walk(world, clients, [who], ALL):
        if step.got != step.expected:
            wrong.append(str(step))
        if who != ANONYMOUS:
            assert step.response["Cache-Control"] == "no-store", step
        if step.got == NOT_THERE:
            absent.setdefault((step.address, step.method), set()).add(step.response.content)
        elif step.method == "GET" and any(words in content_of(step.response) for words in HIDDEN.get(who, ())):
            told.append(str(step))
    assert wrong == []
    assert told == []
    assert {key: len(bodies) for key, bodies in absent.items() if len(bodies) > 1} == {}


@pytest.mark.parametrize("who", sorted(EVERYBODY | {ANONYMOUS}))
def test_there_are_no_other_methods_for_anybody(world: World, clients: dict[str, Client], who: str) -> None:
    """HEAD is for nobody but who may GET and says nothing, OPTIONS tells of nobody's mine, and the rest is refused."""
    for step in walk(world, clients, [who], ALL, "HEAD OPTIONS PUT PATCH DELETE", objects=1):
        content = content_of(step.response)
        if step.method == "HEAD":
            assert step.got in {step.expected, NO_METHOD}, step
            assert content == b"", step
        elif step.method == "OPTIONS":
            assert step.got in {SIGN_IN, REFUSED} or who != ANONYMOUS, step
            assert not any(words in content for words in (*PUKA, *YANA)), step
        else:
            assert step.got in ({SIGN_IN, REFUSED} if who == ANONYMOUS else {REFUSED, NO_METHOD}), step


@pytest.mark.parametrize(("who", "words"), [(who, words) for who, words in HIDDEN.items() if who in ENTER])
@pytest.mark.promise("others-mines")
def test_no_list_and_no_choice_tells_of_another_organisations_mine(
    world: World, clients: dict[str, Client], who: str, words: tuple[bytes, ...]
) -> None:
    """Every kind of record: its list, its search, and its form."""
    visible = world.other if who == "stranger" else world.own
    for kind in KINDS_OF_RECORD.values():
        within = f"projects/{visible.project.slug}/" if kind.project_path else ""
        for more in ("", "?q=a", "add/"):
            answer = clients[who].get(f"/en/work/{within}{kind.code}/{more}")
            hidden_kind = who == "operator" and kind.code in PRIVATE
            assert answer.status_code in ({404} if hidden_kind else {200, 403})
            assert not any(hidden in answer.content for hidden in words), answer.wsgi_request.path


def test_reviewers_see_no_mine_of_another_country(world: World, clients: dict[str, Client]) -> None:
    for address in ("/en/work/projects/", "/en/work/disbursements/", "/en/work/scorecards/"):
        page = clients["reviewer"].get(address).content
        assert b"Puka Sami" in page
        assert b"Yana Mayu" not in page.replace(b"Ayllu Yana Mayu", b"")


@pytest.mark.parametrize("code", sorted(KINDS_OF_RECORD))
def test_each_kind_of_record_is_there_for_its_own_people_and_for_nobody_else(
    world: World, clients: dict[str, Client], code: str
) -> None:
    """Reading, listing and amending; a record is not found behind another project's address either."""
    for mine, who, other in ((world.own, "monitor", "stranger"), (world.other, "stranger", "monitor")):
        within = f"projects/{mine.project.slug}/" if KINDS_OF_RECORD[code].project_path else ""
        page = f"/en/work/{within}{code}/{mine.records[code].pk}/"
        elsewhere = world.other if mine is world.own else world.own
        for url in (page, f"{page}amend/"):
            assert clients[who].get(url).status_code == 200
            assert clients[other].get(url).status_code == (200 if code in OF_NO_MINE and url == page else 404)
            if within:
                behind = url.replace(mine.project.slug, elsewhere.project.slug)
                assert clients[other].get(behind).status_code == 404
                assert clients["administrator"].get(behind).status_code in {403, 404}


# Public addresses


def public_cases(world: World, address: Address) -> dict[str, dict[str, Any]]:
    """Published, not published, and not there at all."""
    own, other = world.own, world.other
    cases: dict[str, dict[str, dict[str, Any]]] = {
        "": {"": {}},
        "project": {
            "published": {"slug": own.project.slug},
            "unpublished": {"slug": other.project.slug},
            "absent": {"slug": "no-such-mine"},
        },
        "project and year": {
            "published": {"slug": own.project.slug, "year": 2025},
            "unpublished": {"slug": other.project.slug, "year": 2025},
            "unpublished year": {"slug": own.project.slug, "year": 2024},
            "absent": {"slug": "no-such-mine", "year": 2025},
        },
        "community": {
            "published": {"slug": own.community.slug},
            "unpublished": {"slug": other.community.slug},
            "absent": {"slug": "no-such-place"},
        },
        "mineral": {
            "published": {"code": "copper"},
            "unpublished": {"code": "gold"},
            "absent": {"code": "no-such-mineral"},
        },
        "area": {
            "published": {"country": "pe", "code": "030501"},
            "unpublished": {"country": "pe", "code": "150101"},
            "absent": {"country": "pe", "code": "no-such-code"},
        },
        "country of owners": {
            "published": {"code": "pe"},
            "unpublished": {"code": "cl"},
            "absent": {"code": "no-such-country"},
        },
        "publication": {
            "published": {"sha256": world.publication.sha256},
            "unpublished": {"sha256": world.other_card.facts_sha256},
            "absent": {"sha256": "0" * 64},
        },
    }
    cases["table of a project and year"] = {
        case: given | {"section": "employment"} for case, given in cases["project and year"].items()
    }
    station = own.records["monitoring-stations"].pk
    cases["station"] = {case: given | {"station": station} for case, given in cases["project"].items()}
    cases["station"] |= {"unknown station": cases["station"]["published"] | {"station": station + 100}}
    cases["parameter at a station"] = {
        case: given | {"parameter": "copper"} for case, given in cases["station"].items()
    }
    cases["framework"] = {
        "published": {"sha256": world.card.framework.sha256},
        "absent": {"sha256": "0" * 64},
    }
    cases["shipped framework"] = {"published": {"name": "irma-1-1"}, "absent": {"name": "gone-1"}}
    return cases[PUBLIC[address.name]]


@pytest.mark.parametrize("who", [ANONYMOUS, "administrator"])
def test_public_addresses_know_nobody_and_show_only_what_is_published(
    world: World, clients: dict[str, Client], who: str
) -> None:
    """No cookie is set or looked at, no session is touched, and the unpublished looks like the absent."""
    for address in [a for a in ALL if a.name in PUBLIC and a.name not in {"", "readyz"}]:
        absent = set()
        for case, given in public_cases(world, address).items():
            response = ask(clients[who], "GET", url_of(address, given))
            assert amounts_to(response) == (ANSWERED if case in {"", "published"} else NOT_THERE), (address.name, case)
            assert "Cookie" not in response.get("Vary", ""), address.name
            assert not response.cookies, address.name
            assert not response.wsgi_request.session.accessed, address.name
            assert not response.wsgi_request.session.modified, address.name
            if amounts_to(response) == NOT_THERE:
                absent.add(response.content)
            else:
                assert b"Yana Mayu" not in response.content, address.name
        assert len(absent) <= 1, address.name


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_public_addresses_take_nothing(world: World, clients: dict[str, Client], method: str) -> None:
    for address in [a for a in ALL if a.name in PUBLIC and a.name not in {"", "livez", "readyz"}]:
        for given in public_cases(world, address).values():
            assert amounts_to(ask(clients[ANONYMOUS], method, url_of(address, given))) == "no such method"


@pytest.mark.parametrize(("token", "status"), [("", 404), ("prometheus", 401)])
def test_what_is_for_machines_is_for_nobody_without_the_token(
    clients: dict[str, Client], token: str, status: int
) -> None:
    for address in [a for a in ALL if a.name in FOR_MACHINES]:
        for client in clients.values():
            with override_settings(METRICS_TOKEN=token):
                assert client.get(url_of(address, {})).status_code == status
                assert client.post(url_of(address, {})).status_code == 405


# The way in and one's own account

SENDS_BACK = {"account_logout", "mfa_authenticate"}
"""Open, and on to the sign-in page for whoever is not in the middle of anything."""


def test_ones_own_account_is_behind_sign_in_and_the_way_in_is_open(world: World, clients: dict[str, Client]) -> None:
    for address in [a for a in ALL if a.name in OWN_DOORS | OPEN_DOORS]:
        for method in ("GET", "POST"):
            answer = ask(clients[ANONYMOUS], method, url_of(address, {"key": "x-y", "uidb36": "1", "token": "x"}))
            assert (amounts_to(answer) == SIGN_IN) == (address.name in OWN_DOORS) or address.name in SENDS_BACK
            for name in EVERYBODY:
                assert world.cast[name].full_name.encode() not in answer.content, address.name


# With a guard off, the walk differs


@pytest.mark.parametrize(
    ("permission", "role"), [(permission, role) for permission, given in PERMISSIONS.items() for role in sorted(given)]
)
def test_a_role_lost_from_a_permission_is_noticed(
    world: World, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch, permission: str, role: Role
) -> None:
    monkeypatch.setitem(roles.PERMISSIONS, permission, PERMISSIONS[permission] - {role})
    in_order = sorted(ALL, key=lambda address: address.permission != permission)
    assert next(differences(walk(world, clients, [OF_ROLE[role]], in_order)), None)


@pytest.mark.parametrize(
    ("permission", "role"),
    [(permission, role) for permission, given in PERMISSIONS.items() for role in sorted(set(Role) - given)],
)
def test_a_role_gained_in_a_permission_is_noticed(
    world: World, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch, permission: str, role: Role
) -> None:
    monkeypatch.setitem(roles.PERMISSIONS, permission, PERMISSIONS[permission] | {role})
    in_order = sorted(ALL, key=lambda address: address.permission != permission)
    assert next(differences(walk(world, clients, [OF_ROLE[role]], in_order)), None)


class Anybody(frozenset[str]):
    """A permission that every set of roles has, the empty one included."""

    def __and__(self, other: object) -> frozenset[str]:
        return frozenset({"anybody"})


def guard_of(view: Any) -> Any:
    """The cell in which `requires` keeps its permission."""
    while "permission" not in view.__code__.co_freevars:
        view = view.__wrapped__
    return dict(zip(view.__code__.co_freevars, view.__closure__, strict=True))["permission"]


def test_a_view_without_its_guard_is_noticed(
    world: World, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(roles.PERMISSIONS, "anything", Anybody())
    guarded = [address for address in ALL if address.permission]
    assert len(guarded) >= 50
    unnoticed = []
    for address in guarded:
        cell = guard_of(address.view)
        kept, cell.cell_contents = cell.cell_contents, "anything"
        try:
            everybody = sorted(EVERYBODY, key=lambda name: name != "nobody")
            if next(differences(walk(world, clients, everybody, [address])), None) is None:
                unnoticed.append(address.name)
        finally:
            cell.cell_contents = kept
    assert unnoticed == []


def test_an_api_without_its_guard_is_noticed(
    world: World, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RolePermission, "has_permission", lambda *_: True)
    for address in [a for a in ALL if a.name in API]:
        assert next(differences(walk(world, clients, ["nobody"], [address])), None), address.name


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (ProjectQuerySet, "projects:page"),
        (CommunityQuerySet, "records:page-anywhere"),
        (DisbursementQuerySet, "ledger:page"),
        (ImportQuerySet, "imports:page"),
    ],
)
def test_rows_that_are_no_longer_narrowed_are_noticed(
    world: World, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch, rows: Any, name: str
) -> None:
    monkeypatch.setattr(rows, "visible_to", lambda self, _user: self)
    among = [address for address in ALL if address.name == name]
    assert next(differences(walk(world, clients, ["monitor", "stranger"], among, "GET")), None)


def test_a_queue_that_is_no_longer_narrowed_is_noticed(
    world: World, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScorecardHeadQuerySet, "visible_to", lambda self, _user: self)
    assert b"Yana Mayu" in clients["monitor"].get("/en/work/scorecards/").content


def test_evidence_that_is_asked_about_by_no_rule_is_noticed(
    world: World, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "EVIDENCE_RULES", [lambda _actor, _evidence: True])
    address = next(a for a in ALL if a.name == "records:evidence")
    assert next(differences(walk(world, clients, ["stranger"], [address])), None)
