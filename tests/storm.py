"""A storm of kills on the whole of Minka, and its books afterwards: `make storm`.

Writers save facts over forms and the API, and send each again until it is acknowledged; a schedule that follows from the
seed breaks one part after the other meanwhile. Then the books must balance: every acknowledged fact is there once with one
entry in the trail, no job waits, runs or fails, and every scorecard stands as a fresh evaluation of its facts.

`--control` takes the dispatcher away and throws away the jobs that wait: the books must not balance then.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import redis

from config.launcher.processes import heed_signals, pause
from config.launcher.product import MANAGE, Product
from config.launcher.servers import free_port
from config.launcher.state import PROJECT, State
from tests.flows.conftest import Answer, Visitor, database_of

YEARS = range(2012, 2026)
WRITERS = 4
LONGEST_TO_DRAIN_SECONDS = 600
LONGEST_TO_SAVE_SECONDS = 300
SILENT_SECONDS = 8
REFUSED_SECONDS = 20
HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)"(?: value="([^"]*)")?')
TO_BE_DONE = """
    SELECT kind, subject, state, error FROM accounts_job
     WHERE state = 'running' OR state = 'waiting' AND (not_before <= now() OR error <> '')
"""
STANDING = """
    SELECT head.project_id, head.year, card.facts_sha256, head.scorecard_id
      FROM compliance_scorecardhead AS head JOIN compliance_scorecard AS card ON card.id = head.scorecard_id
"""
KEPT = """
    SELECT record.marker, count(DISTINCT record.id), count(entry.id)
      FROM (SELECT id, title AS marker, 'disclosure' AS model FROM projects_disclosure
             UNION ALL SELECT id, bank_reference, 'disbursement' FROM communities_disbursement) AS record
      JOIN django_content_type AS kind ON kind.model = record.model
      LEFT JOIN accounts_auditentry AS entry
             ON entry.content_type_id = kind.id AND entry.object_id = record.id::text AND entry.verb = 'entered'
     WHERE record.marker LIKE %s
     GROUP BY record.marker
"""
TOUCHED_WITHOUT_SCORECARD = """
    SELECT count(*) FROM (VALUES {}) AS touched(slug, year) JOIN projects_project AS project USING (slug)
     WHERE NOT EXISTS (SELECT FROM compliance_scorecardhead AS head
                        WHERE head.project_id = project.id AND head.year = touched.year)
"""


class Refused(Exception):
    """Minka took what it was sent for wrong."""


@dataclass(frozen=True)
class Fact:
    """What is to be saved once, and known again by its marker."""

    marker: str
    mine: str
    year: int
    number: int


class Person(Visitor):
    """Somebody who sends again whatever was not acknowledged, as the same form or under the same key."""

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            return super()._ask(request)
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, request.full_url, str(error), 0)

    def come_in(self) -> None:
        """Sign in, however long that takes."""
        while True:
            with contextlib.suppress(AssertionError):
                self.sign_in("ana")
                return
            time.sleep(1)

    def report(self, fact: Fact) -> Callable[[], bool]:
        """What sends the form of a published report once more, and says whether it was taken."""
        path = f"/en/work/projects/{fact.mine}/disclosures/add/"
        once: dict[str, str] = {}
        fields = {
            "title": fact.marker,
            "period_end": f"{fact.year}-12-31",
            "published_on": f"{fact.year + 1}-02-03",
            "source-voice": "monitor",
            "source-state": "reported",
            "source-reference": "storm",
        }

        def send() -> bool:
            page = self.get(path)
            if "/account/login/" in page.address:
                self.come_in()
                return False
            once.update({name: value for name, value in HIDDEN.findall(page.text) if name.endswith("once")} | once)
            if page.status != http.client.OK or not once:
                return False
            hidden = dict(HIDDEN.findall(page.text))
            answer = self.send(page, hidden | fields | once)
            if answer.status in (http.client.OK, http.client.BAD_REQUEST) and answer.address.endswith("/add/"):
                raise Refused(re.findall(r'class="error.*', answer.text) or answer.text)
            return answer.status == http.client.OK and f"/{fact.mine}/disclosures/" in answer.address

        return send

    def payment(self, fact: Fact, payer: int, payee: int) -> Callable[[], bool]:
        """What sends a payment to the API once more, and says whether it was taken."""
        body = {
            "project": fact.mine,
            "payer": payer,
            "payee": payee,
            "purpose": "other",
            "year": fact.year,
            "currency": "PEN",
            "bank_reference": fact.marker,
            "paid": f"{1000 + fact.number}.{fact.number % 100:02}",
            "voice": "monitor",
            "reference": "storm",
        }

        def send() -> bool:
            token = next((cookie.value or "" for cookie in self.cookies if "csrf" in cookie.name), "")
            headers = {
                "Content-Type": "application/json",
                "Idempotency-Key": fact.marker,
                "X-CSRFToken": token,
                "Referer": self.address,
            }
            answer = self._ask(
                urllib.request.Request(f"{self.address}/api/v1/disbursements/", json.dumps(body).encode(), headers)  # noqa: S310
            )
            if answer.status in (http.client.UNAUTHORIZED, http.client.FORBIDDEN):
                self.come_in()
            if answer.status == http.client.BAD_REQUEST:
                raise Refused(answer.text)
            return answer.status == http.client.CREATED

        return send


@dataclass
class Writing:
    """Facts that several people save at the same time."""

    address: str
    facts: list[Fact]
    organisations: list[int]
    acknowledged: list[Fact] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=lambda: [0.0])
    """with a nought before the first"""
    threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.waiting = list(reversed(self.facts))
        self.threads = [threading.Thread(target=self.write, daemon=True) for _writer in range(WRITERS)]
        for thread in self.threads:
            thread.start()

    def write(self) -> None:
        """Save facts until none waits."""
        person = Person(self.address)
        person.come_in()
        while self.waiting:
            try:
                fact = self.waiting.pop()
            except IndexError:
                return
            began = time.monotonic()
            send = person.payment(fact, *self.organisations) if fact.number % 3 == 0 else person.report(fact)
            try:
                while not send():
                    if time.monotonic() - began > LONGEST_TO_SAVE_SECONDS:
                        raise Refused("never acknowledged")
                    time.sleep(0.5)
            except Refused as refusal:
                self.refused.append(f"{fact.marker}: {refusal}"[:2000])
                continue
            self.seconds.append(time.monotonic() - began)
            self.acknowledged.append(fact)

    @property
    def going_on(self) -> bool:
        """Whether anybody still writes."""
        return any(thread.is_alive() for thread in self.threads)


class Storm:
    """Breaks one part after the other; what it takes away for a while it brings back."""

    def __init__(self, product: Product, chance: random.Random) -> None:
        self.product = product
        self.chance = chance
        self.broken: Counter[str] = Counter()
        self.to_mend: list[tuple[float, Callable[[], None]]] = []
        self.faults: dict[str, Callable[[], None]] = {
            "a process of the worker": self.kill_a_child,
            "worker": lambda: product.processes["worker"].kill(),
            "worker asked to stop": lambda: product.processes["worker"].ask_to_stop(),
            "dispatcher": lambda: product.processes["dispatcher"].kill(),
            "web": lambda: product.processes["web"].kill(),
            "broker": lambda: self.signal_broker(signal.SIGKILL),
            "broker silent": self.silence_the_broker,
            "broker emptied": self.empty_the_broker,
            "database": self.stop_the_database_at_once,
            "scorecards refused": self.refuse_scorecards,
        }

    def break_something(self) -> None:
        """The next fault of the seed."""
        name = self.chance.choice(sorted(self.faults))
        self.broken[name] += 1
        self.faults[name]()

    def look_after(self, *, all_of_it: bool = False) -> None:
        """Bring back what was taken away for long enough, and start again what died."""
        due = [one for one in self.to_mend if all_of_it or one[0] <= time.monotonic()]
        self.to_mend = [one for one in self.to_mend if one not in due]
        for _when, mend in due:
            mend()
        self.product.revive()

    def kill_a_child(self) -> None:
        """One of the processes that do the jobs."""
        pid = self.product.processes["worker"].pid
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
        if children := found.stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(self.chance.choice(children)), signal.SIGKILL)

    def signal_broker(self, number: int) -> None:
        """Send a signal to the broker, where it lives."""
        broker = self.product.servers.broker
        if broker and broker.child and broker.child.running:
            os.kill(broker.child.pid, number)

    def silence_the_broker(self) -> None:
        """It holds its connections, and answers nothing for a while."""
        self.signal_broker(signal.SIGSTOP)
        self.to_mend.append((time.monotonic() + SILENT_SECONDS, lambda: self.signal_broker(signal.SIGCONT)))

    def empty_the_broker(self) -> None:
        """All ids that wait in it are gone."""
        with contextlib.suppress(redis.RedisError):
            redis.Redis.from_url(self.product.servers.environment["REDIS_URL"], socket_timeout=3).flushall()

    def stop_the_database_at_once(self) -> None:
        """Every session is cut, nothing is written down in order."""
        database = self.product.servers.database
        if database and database.child and database.child.running:
            database.child.process.send_signal(signal.SIGQUIT)
            database.child.process.wait()

    def refuse_scorecards(self) -> None:
        """A grant is broken for a while: nothing that is judged can be stored."""
        if self.grant("REVOKE INSERT ON compliance_scorecard FROM minka_app"):
            self.to_mend.append((time.monotonic() + REFUSED_SECONDS, self.allow_scorecards))

    def allow_scorecards(self) -> None:
        """Bring the grant back, as soon as the database is there to be asked."""
        if not self.grant("GRANT INSERT ON compliance_scorecard TO minka_app"):
            self.to_mend.append((time.monotonic() + 1, self.allow_scorecards))

    def grant(self, words: str) -> bool:
        """Whether the owner of the tables could say it."""
        try:
            with database_of(self.product) as connection:
                connection.execute(words)
        except psycopg.OperationalError:
            return False
        return True


def asked(product: Product, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of the product's database."""
    with database_of(product) as connection:
        return connection.execute(query, values or None).fetchall()


def planned(product: Product, seed: int, facts: int) -> list[Fact]:
    """What is saved under a seed: always the same."""
    chance = random.Random(seed)
    scout = Person(product.address)
    scout.come_in()
    mines = sorted(row["slug"] for row in json.loads(scout.get("/api/v1/projects/").text)["results"])
    return [
        Fact(f"STORM-{seed}-{number:05}", chance.choice(mines), chance.choice(YEARS), number) for number in range(facts)
    ]


def drain(product: Product, storm: Storm) -> float | None:
    """Seconds until no job waits or runs; None where that did not happen."""
    began = time.monotonic()
    while time.monotonic() - began < LONGEST_TO_DRAIN_SECONDS:
        storm.look_after()
        if not asked(product, TO_BE_DONE):
            return time.monotonic() - began
        pause(0.5)
    return None


def what_does_not_balance(product: Product, writing: Writing, seed: int) -> list[str]:
    """The books of one seed, in words; empty where they balance."""
    wrong = [f"refused: {refusal}" for refusal in writing.refused]
    kept = {marker: (rows, entries) for marker, rows, entries in asked(product, KEPT, f"STORM-{seed}-%")}
    markers = {fact.marker for fact in writing.acknowledged}
    if len(writing.acknowledged) != len(writing.facts):
        wrong.append(f"{len(writing.facts) - len(writing.acknowledged)} facts were never acknowledged")
    if lost := markers - kept.keys():
        wrong.append(f"{len(lost)} acknowledged facts are not there: {sorted(lost)[:3]}")
    if odd := {marker: counts for marker, counts in kept.items() if counts != (1, 1)}:
        wrong.append(f"{len(odd)} facts are not there exactly once with one entry: {dict(list(odd.items())[:3])}")
    if jobs := asked(product, TO_BE_DONE):
        wrong.append(f"{len(jobs)} jobs are not done: {jobs[:3]}")
    before = {row[:2]: row[2:] for row in asked(product, STANDING)}
    command = [*MANAGE, "produce_scorecards", "--all"]
    subprocess.run(command, cwd=PROJECT, env=product.servers.environment, check=True, capture_output=True)
    after = {row[:2]: row[2:] for row in asked(product, STANDING)}
    if moved := [pair for pair, card in after.items() if before.get(pair) != card]:
        wrong.append(f"{len(moved)} scorecards differ from a fresh evaluation: {moved[:3]}")
    touched = sorted({(fact.mine, fact.year) for fact in writing.acknowledged})
    places = ", ".join(["(%s, %s)"] * len(touched))
    values = [value for pair in touched for value in pair]
    if (without := asked(product, TOUCHED_WITHOUT_SCORECARD.format(places), *values)[0][0]) > 0:
        wrong.append(f"{without} years with facts have no scorecard")
    return wrong


def weather(product: Product, seed: int, facts: int, faults: int, *, control: bool) -> list[str]:
    """One seed: save and break, mend and wait, and close the books."""
    storm = Storm(product, random.Random(seed))
    drain(product, storm)
    organisations = [key for (key,) in asked(product, "SELECT id FROM accounts_organisation ORDER BY id LIMIT 2")]
    writing = Writing(product.address, planned(product, seed, facts), organisations)
    if control:
        os.kill(product.processes["dispatcher"].pid, signal.SIGSTOP)
    between = facts / (faults + 1)
    while writing.going_on:
        storm.look_after()
        if not control and len(writing.acknowledged) > between * (storm.broken.total() + 1):
            storm.break_something()
        pause(0.2)
    if control:
        with database_of(product) as connection:
            connection.execute("DELETE FROM accounts_job WHERE state = 'waiting'")
        os.kill(product.processes["dispatcher"].pid, signal.SIGCONT)
    storm.look_after(all_of_it=True)
    product.wait_until_ready()
    drained = drain(product, storm)
    wrong = what_does_not_balance(product, writing, seed)
    said = {
        "seed": seed,
        "facts": len(writing.acknowledged),
        "faults": dict(sorted(storm.broken.items())),
        "started again": dict(product.revived),
        "seconds to save, median and longest": [
            round(statistics.median(writing.seconds), 2),
            round(max(writing.seconds), 1),
        ],
        "seconds to drain": drained and round(drained, 1),
        "wrong": wrong,
    }
    print(json.dumps(said), flush=True)
    return wrong


def main() -> int:
    """0 where the books of every seed balance; with `--control` where they do not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=700)
    parser.add_argument("--faults", type=int, default=35)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 11)))
    parser.add_argument("--control", action="store_true", help="throw away the jobs that wait")
    given = parser.parse_args()
    heed_signals()
    folder = Path(tempfile.mkdtemp(prefix="storm-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        with Product(State(folder / "state"), free_port(), most_revivals=sys.maxsize, say=print) as product:
            wrong = [weather(product, seed, given.facts, given.faults, control=given.control) for seed in given.seeds]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    balanced = [not one for one in wrong]
    return 0 if (not any(balanced) if given.control else all(balanced)) else 1


if __name__ == "__main__":
    sys.exit(main())
