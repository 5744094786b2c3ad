"""Walking every address as everybody: the world that is walked through, and what each answer amounts to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from itertools import islice
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import LocalePrefixPattern

from accounts.models import ApiToken, Job, Membership, Notice, Proposal, RoleRequest, User
from accounts.roles import Role
from accounts.services.appointments import ask_for_role
from accounts.services.notices import notify
from accounts.services.proposals import propose
from accounts.services.tokens import make_token
from compliance.models import Answer, PolicyFramework, Publication, Scorecard
from projects.models import ImportBatch
from projects.services.notices import CHANGED
from tests.access.expectations import API, EVERYBODY, SEES, SIGNED_IN, Rule
from tests.cast import PDF, Cast, Mine, answered, digs, gather_cast, lies_in, open_mine, produced, published
from tests.projects.intake_help import map_columns, upload

HEADING = b"payer,payee,year,currency,amount paid,paid on\n"
ABSENT = 999_999_999
ANONYMOUS = "anonymous"
ANSWERED, REFUSED, NOT_THERE, NO_METHOD, SIGN_IN = "answered", "refused", "not there", "no such method", "sign in"


@dataclass
class World:
    """A mine that the monitor follows, one of a stranger's in another country, and what grew on both."""

    cast: Cast
    own: Mine
    other: Mine
    card: Scorecard
    other_card: Scorecard
    batch: ImportBatch
    other_batch: ImportBatch
    job: Job
    other_job: Job
    membership: Membership
    asked: RoleRequest
    publication: Publication
    proposal: Proposal
    answer: Answer
    other_answer: Answer
    token: ApiToken
    other_token: ApiToken
    notice: Notice
    other_notice: Notice

    def objects(self, sees: str) -> dict[str, dict[str, Any]]:
        """The parts of the address in each case, named as in the table."""
        own, other = self.own, self.other
        slugs = {"own": own.project.slug, "other": other.project.slug, "absent": "no-such-mine"}
        reports = {"own": own.records["disclosures"].pk, "other": other.records["disclosures"].pk, "absent": ABSENT}
        records: dict[str, dict[str, Any]] = {
            case: {"slug": slugs["own" if case == "absent" else case], "kind": "disclosures", "pk": pk}
            for case, pk in reports.items()
        }
        records["other behind own"] = records["own"] | {"pk": reports["other"]}
        communities = {
            case: {"kind": "communities", "pk": pk}
            for case, pk in {"own": own.community.pk, "other": other.community.pk, "absent": ABSENT}.items()
        }
        flows = {"own": own.disbursement.pk, "other": other.disbursement.pk, "absent": ABSENT}
        projects: dict[str, dict[str, Any]] = {
            case: {"slug": slug, "kind": "disclosures"} for case, slug in slugs.items()
        }
        followers: dict[str, dict[str, Any]] = {
            case: {"slug": mine.slug, "pk": mine.assignments.get().pk}
            for case, mine in (("own", own.project), ("other", other.project))
        }
        followers["absent"] = followers["own"] | {"pk": ABSENT}
        followers["other behind own"] = followers["own"] | {"pk": followers["other"]["pk"]}
        objects: dict[str, dict[str, dict[str, Any]]] = {
            "": {"": {}},
            "project": projects,
            "project of mine": projects,
            "table": {
                case: {"slug": slug, "kind": "employment", "period": "2025-07-01_2025-09-30"}
                for case, slug in slugs.items()
            }
            | {"no table": {"slug": slugs["own"], "kind": "disclosures", "period": "2025-07-01_2025-09-30"}},
            "project to withdraw": projects,
            "record": records,
            "record of mine": records,
            "record to withdraw": records,
            "community": communities,
            "community of mine": communities,
            "community to withdraw": communities,
            "row to merge": {
                "known": {"code": "organisations", "pk": self.cast.company.pk},
                "absent": {"code": "organisations", "pk": ABSENT},
            },
            "merge": {"absent": {"pk": ABSENT}},
            "section of the start page": {"known": {"code": "due"}, "absent": {"code": "nothing"}},
            "list": {"known": {"code": "organisations"}, "absent": {"code": "nothing"}},
            "row of a list": {
                "known": {"code": "organisations", "pk": self.cast.company.pk},
                "absent": {"code": "minerals", "pk": "nothing"},
            },
            "kind of record": {"known": {"kind": "communities"}, "absent": {"kind": "disclosures"}},
            "evidence": keys(own=own.evidence.pk, other=other.evidence.pk),
            "original": keys(own=own.evidence.pk, other=other.evidence.pk),
            "source to erase": keys(
                own=own.records["disclosures"].source_id, other=other.records["disclosures"].source_id
            ),
            "payment": keys(own=flows["own"], other=flows["other"]),
            "payment of mine": keys(own=flows["own"], other=flows["other"]),
            "side": {
                "own, payer": {"pk": flows["own"], "side": "company"},
                "own, recipient": {"pk": flows["own"], "side": "recipient"},
                "own, no such side": {"pk": flows["own"], "side": "nobody"},
                "other, payer": {"pk": flows["other"], "side": "company"},
                "absent, payer": {"pk": ABSENT, "side": "company"},
            },
            "scorecard": {
                case: row | {"indicator": "E01", "framework": PolicyFramework.objects.latest("pk").pk}
                for case, row in keys(own=self.card.pk, other=self.other_card.pk).items()
            },
            "import": keys(own=self.batch.pk, other=self.other_batch.pk),
            "exemption": keys(own=own.records["exemptions"].pk, other=other.records["exemptions"].pk),
            "follower": followers,
            "import target": {"known": {"target": "disbursements"}, "absent": {"target": "nothing"}},
            "failed run": {
                "own": {"pk": self.job.pk},
                "other": {"pk": self.other_job.pk},
                "absent": {"pk": uuid.UUID(int=0)},
            },
            "person": {"known": {"pk": self.cast.monitor.pk}, "absent": {"pk": ABSENT}},
            "membership": {"known": {"pk": self.membership.pk}, "absent": {"pk": ABSENT}},
            "role request": {"known": {"pk": self.asked.pk}, "absent": {"pk": ABSENT}},
            "proposal": {"known": {"pk": self.proposal.pk}, "absent": {"pk": ABSENT}},
            "subject of a framework": {
                case: {"name": "irma-1-1", "kind": "mine", "key": slug} for case, slug in slugs.items()
            },
            "token": keys(own=self.token.pk, other=self.other_token.pk),
            "notice": keys(own=self.notice.pk, other=self.other_notice.pk),
            "answer": keys(own=self.answer.pk, other=self.other_answer.pk),
            "publication": {"known": {"pk": self.publication.pk}, "absent": {"pk": ABSENT}},
        }
        objects |= {
            f"record of {code}": keys(own=record.pk, other=other.records[code].pk)
            for code, record in own.records.items()
        }
        return objects[sees]


def keys(**known: Any) -> dict[str, dict[str, Any]]:
    """Addresses by key, with one of nothing."""
    return {case: {"pk": pk} for case, pk in (known | {"absent": ABSENT}).items()}


def token_for(owner: User) -> ApiToken:
    """A token that somebody made."""
    token = ApiToken(user=owner, name="Nightly copy")
    make_token(token=token)
    return token


def failed_job(owner: User) -> Job:
    """Work that somebody asked for and that failed for good."""
    return Job.objects.create(kind="evaluate", subject=f"project/0/{owner.pk}", error="ValueError: facts", owner=owner)


def noticed(person: User, mine: Mine) -> Notice:
    """What somebody is told of a record of a mine."""
    notify(CHANGED, [person.pk], record=mine.records["disclosures"], cause="walk", step="amended")
    return Notice.objects.get(person=person, cause="walk")


def build_world() -> World:
    """Enter everything; the monitor's mine is published, the stranger's is not."""
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company, "Puka Sami")
    other = open_mine(cast.stranger, cast.other_company, "Yana Mayu", country="CL")
    digs(own.project, "copper")
    lies_in(own.project, "030501")
    digs(other.project, "gold")
    for kept in (own.evidence, other.evidence):
        kept.original.save("receipt.pdf", ContentFile(PDF))
    first, second = (
        map_columns(actor, upload(actor, name, HEADING + b"M,N,2025,PEN,5,30/11/2025\n"))
        for actor, name in ((cast.monitor, "puka-rows.csv"), (cast.stranger, "yana-rows.csv"))
    )
    card = produced(own.project)
    publication = published(cast, card)
    return World(
        cast,
        own,
        other,
        card,
        produced(other.project),
        first,
        second,
        job=failed_job(cast.monitor),
        other_job=failed_job(cast.stranger),
        membership=Membership.objects.get(user=cast.monitor),
        asked=ask_for_role(actor=cast.second_administrator, user=cast.nobody, organisation=cast.ngo, role=Role.MONITOR),
        publication=publication,
        proposal=propose(actor=cast.second_administrator, kind="takedown", record=publication, reason="Too much"),
        answer=answered(cast.reviewer, own.project),
        other_answer=answered(cast.reviewer, other.project),
        token=token_for(cast.monitor),
        other_token=token_for(cast.stranger),
        notice=noticed(cast.monitor, own),
        other_notice=noticed(cast.stranger, other),
    )


@dataclass(frozen=True)
class Address:
    """One address of the resolver: its name with the namespace, the view behind it, and the parts that it takes."""

    name: str
    view: Any
    parts: frozenset[str]
    path: str

    @property
    def permission(self) -> str | None:
        """What `requires` asks for."""
        permission: str | None = getattr(self.view, "permission", None)
        return permission


def addresses(resolver: URLResolver | None = None, namespace: str = "", within: str = "") -> Iterator[Address]:
    """Every address that the resolver knows; the path is without the language."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = within if isinstance(pattern.pattern, LocalePrefixPattern) else f"{within}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            name = f"{namespace}:{pattern.name}" if namespace else pattern.name or ""
            yield Address(name, pattern.callback, frozenset(pattern.pattern.regex.groupindex), path)
        else:
            yield from addresses(pattern, pattern.namespace or namespace, path)


def url_of(address: Address, given: dict[str, Any]) -> str:
    """The path, with those of the given parts that the address takes."""
    return reverse(address.name, kwargs={name: value for name, value in given.items() if name in address.parts})


def clients_of(world: World) -> dict[str, Client]:
    """A browser for everybody, signed in; and one of somebody whom nobody knows."""
    clients = {name: Client() for name in EVERYBODY}
    for name, client in clients.items():
        client.force_login(world.cast[name])
    return clients | {ANONYMOUS: Client()}


def ask(client: Client, method: str, url: str) -> Any:
    """One request whose effects are taken back, in the database and in the browser."""
    kept = client.cookies.output()
    with transaction.atomic():
        response = client.generic(method, url, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(kept.replace("Set-Cookie: ", ""))
    return response


def amounts_to(response: Any) -> str:
    """What an answer means to whoever asked."""
    status = response.status_code
    if status == 302 and "/account/login/" in response["Location"]:
        return SIGN_IN
    named = {403: REFUSED, 404: NOT_THERE, 405: NO_METHOD}
    if status in named:
        return named[status]
    assert status in {200, 302, 400, 415, 422}, f"{status} is no answer that anybody expects"
    return ANSWERED


def expected(address: str, rule: Rule, who: str, method: str, case: str) -> str:
    """What the table says."""
    allowed = rule.get if method in {"GET", "HEAD"} else rule.post
    if who == ANONYMOUS:
        return REFUSED if address in API else SIGN_IN
    if allowed is None:
        return NO_METHOD
    if who not in allowed:
        return REFUSED
    if who not in SEES[rule.sees][case]:
        return NOT_THERE
    return REFUSED if who in rule.refused_there else ANSWERED


@dataclass(frozen=True)
class Step:
    """One request of the walk, what the table expects, and what came."""

    address: str
    case: str
    method: str
    who: str
    expected: str
    got: str
    response: Any

    def __str__(self) -> str:
        return f"{self.method} {self.address} ({self.case}) as {self.who}: {self.got}, not {self.expected}"


RULES = SIGNED_IN | API


def walk(
    world: World,
    clients: dict[str, Client],
    who: Iterable[str],
    among: Iterable[Address],
    methods: str = "GET POST",
    objects: int | None = None,
) -> Iterator[Step]:
    """Ask for every address as these people, about every object, or the first so many."""
    for address in among:
        rule = RULES.get(address.name)
        if rule is None:
            continue
        for case, given in islice(world.objects(rule.sees).items(), objects):
            for method in methods.split():
                for name in who:
                    response = ask(clients[name], method, url_of(address, given))
                    wanted = expected(address.name, rule, name, method, case)
                    yield Step(address.name, case, method, name, wanted, amounts_to(response), response)


def differences(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps that went otherwise than the table says."""
    return (step for step in steps if step.got != step.expected)
