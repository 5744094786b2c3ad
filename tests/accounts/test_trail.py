"""The audit trail: every verb has words, entries are found by them, and each leads to its record."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services.people import set_active
from accounts.templatetags.record_words import VERBS
from compliance.evaluation.sealed import judgement_of
from compliance.models import Review
from compliance.services.reviews import decide_indicator
from tests.cast import PASSWORD, Cast, Mine, gather_cast, given_role, open_mine, payment, produced

pytestmark = pytest.mark.django_db
TRAIL = "/en/work/audit/"
WHY = "The second quarter was counted twice in the list that the payer handed in, as its own receipts of June show."


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def auditor(client: Client, cast: Cast) -> Client:
    """The browser of somebody who reads everything."""
    client.force_login(cast.auditor)
    return client


def found(client: Client, **sought: Any) -> list[AuditEntry]:
    """The entries on the first page."""
    return [entry for entry, _url in client.get(TRAIL, sought).context["rows"]]


def trees() -> list[ast.Module]:
    """Every module of the product."""
    apps = ("accounts", "projects", "communities", "compliance", "config")
    paths = (path for app in apps for path in (Path(settings.BASE_DIR) / app).rglob("*.py"))
    return [ast.parse(path.read_text(encoding="utf-8")) for path in paths if "migrations" not in path.parts]


def verbs_written() -> Iterator[str]:
    """Every text that is handed over as a verb, by name or by place."""
    nodes = [node for tree in trees() for node in ast.walk(tree)]
    places = {
        node.name: [argument.arg for argument in node.args.args].index("verb")
        for node in nodes
        if isinstance(node, ast.FunctionDef) and "verb" in [argument.arg for argument in node.args.args]
    }
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        given = [keyword.value for keyword in call.keywords if keyword.arg == "verb"]
        if isinstance(call.func, ast.Name) and len(call.args) > places.get(call.func.id, len(call.args)):
            given.append(call.args[places[call.func.id]])
        for value in given:
            choices = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
            yield from (str(one.value) for one in choices if isinstance(one, ast.Constant))


def test_every_verb_that_anything_writes_has_words_and_every_word_is_written() -> None:
    written = set(verbs_written())
    assert {"entered", "undo requested", "stated", "deactivated"} <= written
    assert written | set(Review.Action.values) == VERBS.keys()


def test_entries_are_found_by_what_was_done_and_by_why_in_the_readers_words(auditor: Client, cast: Cast) -> None:
    given_role(cast, cast.nobody, cast.ngo, "monitor")
    set_active(actor=cast.administrator, user=cast.operator, active=False, reason="Dejó la compañía")
    assert {entry.verb for entry in found(auditor, q="GAVE a role")} == {"role_given"}
    assert {entry.verb for entry in found(auditor, q="dejo la compania")} == {"deactivated"}
    spanish = auditor.get("/es/work/audit/", {"q": "desactivo"})
    assert [entry.verb for entry, _url in spanish.context["rows"]] == ["deactivated"]
    assert found(auditor, q="no such words") == []


def test_entries_are_found_by_day(auditor: Client, cast: Cast) -> None:
    given_role(cast, cast.nobody, cast.ngo, "monitor")
    today = timezone.localdate()
    assert found(auditor, first=today, last=today)
    assert found(auditor, first=today + timedelta(1)) == []
    assert found(auditor, last=today - timedelta(1)) == []
    wrong = auditor.get(TRAIL, {"first": "31/31/2026"})
    assert wrong.context["form"].has_error("first")


def test_every_entry_about_a_record_of_a_mine_leads_to_its_page(auditor: Client, cast: Cast, mine: Mine) -> None:
    payment(cast.monitor, mine.obligation, paid="900", received="900")
    decide_indicator(
        actor=cast.reviewer,
        scorecard=produced(mine.project),
        indicator="R01",
        action="override",
        reason=WHY,
        score=Decimal(40),
    )
    given_role(cast, cast.nobody, cast.ngo, "monitor")
    rows = auditor.get(TRAIL).context["rows"]
    assert len({entry.content_type_id for entry, _url in rows}) > 12
    for entry, url in rows:
        assert url, entry
        assert auditor.get(url).status_code == 200, entry


def test_a_score_that_a_reviewer_set_stands_beside_the_one_before(auditor: Client, cast: Cast, mine: Mine) -> None:
    card = produced(mine.project)
    computed = judgement_of(card).outcome("R01").score
    for score in ("40", "45"):
        decide_indicator(
            actor=cast.reviewer, scorecard=card, indicator="R01", action="override", reason=WHY, score=Decimal(score)
        )
    later, first = found(auditor, q="overrode")
    assert [Decimal(one) for one in first.changes["score"]] == [computed, 40]
    assert [Decimal(one) for one in later.changes["score"]] == [40, 45]
    assert "40.0 → 45.0" in auditor.get(TRAIL).content.decode()


def test_a_page_of_the_trail_asks_once_for_each_kind_of_record_however_many_there_are(
    auditor: Client, cast: Cast, mine: Mine
) -> None:
    """What was written before leaves the page meanwhile, and with it its kind."""
    auditor.get(TRAIL)
    with CaptureQueriesContext(connection) as few:
        auditor.get(TRAIL)
    for number in range(5):
        payment(cast.monitor, mine.obligation, paid=str(100 + number), received=None)
    with CaptureQueriesContext(connection) as many:
        auditor.get(TRAIL)
    assert len(many) <= len(few)


def test_signing_in_and_failing_to_are_in_the_trail_without_what_was_written(auditor: Client, cast: Cast) -> None:
    cast.monitor.set_password(PASSWORD)
    cast.monitor.save()
    for email, password in (
        ("monitor@example.org", PASSWORD),
        ("monitor@example.org", "a wrong secret"),
        ("my.own.secret@example.org", "another secret"),
    ):
        Client().post("/en/account/login/", {"login": email, "password": password})
    rows = auditor.get(TRAIL, {"q": "sign"}).context["rows"]
    assert [(entry.verb, entry.actor, entry.label) for entry, _url in rows] == [
        ("unknown_account", None, "—"),
        ("signed_in", cast.monitor, "Monitor"),
    ]
    assert [url for _entry, url in rows] == [None, f"/en/work/people/{cast.monitor.pk}/"]
    (refused,) = found(auditor, q="wrong password")
    assert (refused.verb, refused.actor, refused.label) == ("password_refused", None, "Monitor")
    kept = [f"{one.label}{one.changes}{one.reason}" for one in AuditEntry.objects.filter(verb__endswith="refused")]
    assert kept == ["Monitor{}"]
    page = auditor.get(TRAIL).content.decode()
    assert not any(words in page for words in ("secret", "127.0.0.1"))


def test_a_wrong_code_is_in_the_trail_and_a_right_one_is_one_sign_in(auditor: Client, cast: Cast) -> None:
    cast.reviewer.set_password(PASSWORD)
    cast.reviewer.save()
    TOTP.activate(cast.reviewer, generate_totp_secret())
    code = RecoveryCodes.activate(cast.reviewer).get_unused_codes()[0]
    browser = Client()
    browser.post("/en/account/login/", {"login": "reviewer@example.org", "password": PASSWORD})
    for written in ("000000", code):
        browser.post("/en/account/2fa/authenticate/", {"code": written})
    verbs = [entry.verb for entry in AuditEntry.objects.about(cast.reviewer)]
    assert verbs[:2] == ["signed_in", "code_refused"]
    assert verbs.count("signed_in") == 1
