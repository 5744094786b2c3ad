"""The page of notices, what is chosen there, and mails through a mail server that is slow or refuses."""

from __future__ import annotations

import re
import socketserver
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import Job, Notice, NoticeChoice, User
from accounts.models.notices import When
from accounts.services.jobs import Promise, promise_jobs
from accounts.services.notices import (
    DAILY,
    choose,
    delete_old_notices,
    notify,
    recent_notices,
    unread_count,
)
from tests.cast import Cast, Mine, gather_cast, open_mine
from tests.notices_help import look, work

pytestmark = pytest.mark.django_db
PAGE = "/en/work/notices/"
CHOICES = f"{PAGE}mails/"


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def monitor(cast: Cast) -> Client:
    """The monitor's browser."""
    client = Client()
    client.force_login(cast.monitor)
    return client


def tell(person: User, mine: Mine, *causes: str, kind: str = "changed", step: str = "amended") -> None:
    """Tell somebody of a record of the mine, once for each cause."""
    for cause in causes:
        notify(kind, [person.pk], record=mine.records["disclosures"], cause=cause, step=step, mine=mine.project.name)


# The page


def test_the_page_shows_ones_own_notices_the_newest_first_and_those_that_are_unread(
    cast: Cast, mine: Mine, monitor: Client
) -> None:
    tell(cast.monitor, mine, "one")
    tell(cast.monitor, mine, "two", step="withdrawn")
    tell(cast.colleague, mine, "three", step="restored")
    text = monitor.get(PAGE).content.decode()
    assert text.index("Somebody withdrew a record") < text.index("Somebody amended a record")
    assert mine.project.name in text
    assert "took back the withdrawal" not in text
    assert "Unread: 2" in text
    first = Notice.objects.get(cause="one")
    assert monitor.get(f"{PAGE}{first.pk}/")["Location"].endswith(f"/disclosures/{first.object_id}/")
    unread = monitor.get(f"{PAGE}?unread=1").content.decode()
    assert "Somebody withdrew a record" in unread
    assert "Somebody amended a record" not in unread
    assert "Somebody amended a record" in monitor.get(PAGE).content.decode()


def test_without_notices_the_page_says_so(monitor: Client) -> None:
    text = monitor.get(PAGE).content.decode()
    assert "There is nothing new for you." in text
    assert "Mark all as read" not in text


def test_what_came_after_the_page_was_opened_stays_unread(cast: Cast, mine: Mine, monitor: Client) -> None:
    tell(cast.monitor, mine, "one", "two")
    tell(cast.colleague, mine, "one")
    [newest] = re.findall(r'name="newest" value="(\d+)"', monitor.get(PAGE).content.decode())
    tell(cast.monitor, mine, "three")
    monitor.post(f"{PAGE}read/", {"newest": newest})
    assert list(Notice.objects.unread().filter(person=cast.monitor).values_list("cause", flat=True)) == ["three"]
    assert Notice.objects.unread().filter(person=cast.colleague).exists()
    monitor.post(f"{PAGE}read/", {"newest": "everything"})
    assert Notice.objects.unread().filter(person=cast.monitor).exists()


def test_a_long_list_has_pages(cast: Cast, mine: Mine, monitor: Client) -> None:
    tell(cast.monitor, mine, *(f"cause {number}" for number in range(51)))
    assert len(monitor.get(PAGE).context["rows"]) == 50
    assert len(monitor.get(f"{PAGE}?page=2").context["rows"]) == 1


def test_every_page_says_how_many_are_new(cast: Cast, mine: Mine, monitor: Client) -> None:
    assert 'class="count"' not in monitor.get("/en/work/projects/").content.decode()
    tell(cast.monitor, mine, "one", "two")
    assert (
        '<b class="count">2<span class="hidden"> new</span></b>' in monitor.get("/en/work/projects/").content.decode()
    )


@pytest.mark.parametrize(("number", "words"), [(99, "99"), (100, "99+"), (130, "99+")])
def test_no_page_counts_more_than_ninety_nine_of_them(
    cast: Cast, mine: Mine, monitor: Client, number: int, words: str
) -> None:
    tell(cast.monitor, mine, "first")
    first = Notice.objects.get()
    copies = []
    for cause in range(1, number):
        copy = Notice(person=cast.monitor, kind=first.kind, step=first.step, cause=str(cause), mail=When.NEVER)
        copy.content_type, copy.object_id = first.content_type, first.object_id
        copies.append(copy)
    Notice.objects.bulk_create(copies)
    assert f'<b class="count">{words}<' in monitor.get("/en/work/projects/").content.decode()


def test_another_page_can_show_the_newest_that_are_unread(cast: Cast, mine: Mine) -> None:
    assert render_to_string("accounts/notices/recent.html", recent_notices(cast.monitor)).strip() == ""
    tell(cast.monitor, mine, *(f"cause {number}" for number in range(7)))
    shown = recent_notices(cast.monitor)
    text = render_to_string("accounts/notices/recent.html", shown | {"user": cast.monitor})
    assert text.count("Somebody amended a record that you entered.") == 5
    assert "All notices, 7 of them new" in text


def test_what_was_told_a_year_ago_is_forgotten_whether_read_or_not_and_nothing_else(cast: Cast, mine: Mine) -> None:
    tell(cast.monitor, mine, "read long ago", "unread for long", "read", "unread")
    year = timezone.now() - timedelta(days=365)
    Notice.objects.filter(cause__endswith="long").update(at=year - timedelta(days=1))
    Notice.objects.filter(cause__endswith="long ago").update(at=year - timedelta(days=1))
    Notice.objects.filter(cause__in=["read", "unread"]).update(at=year + timedelta(days=1))
    Notice.objects.filter(cause__startswith="read").update(read_at=timezone.now())
    assert delete_old_notices(year) == 2
    assert set(Notice.objects.values_list("cause", flat=True)) == {"read", "unread"}


# Choosing


def test_a_kind_is_chosen_by_a_button_that_names_it(cast: Cast, monitor: Client) -> None:
    text = monitor.get(CHOICES).content.decode()
    assert 'aria-label="Something of your mines is late: Daily"' in text
    assert "A reviewer asks your company" not in text
    given = dict.fromkeys(re.findall(r'name="(\w+)"\s+value="never"', text), "daily")
    assert "late" in given
    assert monitor.post(CHOICES, given | {"late": "never"}).status_code == 302
    assert NoticeChoice.objects.get(person=cast.monitor, kind="late").when == "never"
    assert not NoticeChoice.objects.filter(kind="second_person").exists()


def test_whoever_leaves_a_kind_out_is_told_so_and_nothing_is_kept(monitor: Client) -> None:
    text = monitor.post(CHOICES, {"late": "never"}).content.decode()
    assert "Choose when." in text
    text = monitor.post(CHOICES, {"late": "tomorrow"}).content.decode()
    assert "tomorrow" in text
    assert not NoticeChoice.objects.exists()


def test_what_was_not_mailed_yet_follows_the_choice(cast: Cast, mine: Mine) -> None:
    tell(cast.monitor, mine, "one")
    choose(actor=cast.monitor, chosen={"changed": When.NEVER})
    look()
    work()
    assert mail.outbox == []
    choose(actor=cast.monitor, chosen={"changed": When.DAILY})
    tell(cast.monitor, mine, "two")
    work()
    assert mail.outbox == []
    choose(actor=cast.monitor, chosen={"changed": When.AT_ONCE})
    work()
    assert len(mail.outbox) == 1


# Mails


@pytest.mark.promise("told-once")
def test_the_daily_mail_has_each_once_and_tomorrows_none_of_them(cast: Cast, mine: Mine) -> None:
    tell(cast.monitor, mine, "one", "two")
    tell(cast.monitor, mine, "three", kind="checked", step="verified")
    work()
    assert mail.outbox == []
    for _day in range(2):
        promise_jobs([Promise(DAILY, "notices")])
        work()
    [letter] = mail.outbox
    assert letter.subject == "Minka: 3 notices for you"
    assert letter.to == [cast.monitor.email]
    addresses = re.findall(r"/en/work/notices/(\d+)/", str(letter.body))
    assert sorted(addresses) == sorted(str(key) for key in Notice.objects.values_list("pk", flat=True))


def test_what_was_read_meanwhile_is_not_mailed(cast: Cast, mine: Mine) -> None:
    tell(cast.monitor, mine, "read", "unread")
    Notice.objects.filter(cause="read").update(read_at=timezone.now())
    look()
    work()
    assert [letter.subject for letter in mail.outbox] == ["Minka: Somebody amended a record that you entered"]


def test_several_things_at_once_are_one_mail_and_whoever_left_gets_none(cast: Cast, mine: Mine) -> None:
    for person in (cast.monitor, cast.colleague):
        choose(actor=person, chosen={"changed": When.AT_ONCE})
        tell(person, mine, "one", "two")
    User.objects.filter(pk=cast.colleague.pk).update(is_active=False)
    work()
    assert [letter.to for letter in mail.outbox] == [[cast.monitor.email]]


def test_whoever_was_told_already_is_promised_no_other_mail(cast: Cast, mine: Mine) -> None:
    for person in (cast.monitor, cast.colleague):
        choose(actor=person, chosen={"changed": When.AT_ONCE})
    tell(cast.monitor, mine, "one")
    work()
    Job.objects.all().delete()
    report = mine.records["disclosures"]
    notify("changed", [cast.monitor.pk, cast.colleague.pk], record=report, cause="one", step="amended")
    assert list(Job.objects.values_list("subject", flat=True)) == [f"at_once/{cast.colleague.pk}"]


def test_a_mail_names_fifty_things_and_how_many_more_there_are_and_none_is_mailed_again(cast: Cast, mine: Mine) -> None:
    tell(cast.monitor, mine, *(f"cause {number}" for number in range(52)))
    for _day in range(2):
        look()
        work()
    [letter] = mail.outbox
    assert letter.subject == "Minka: 52 notices for you"
    assert len(re.findall(r"/en/work/notices/\d+/", str(letter.body))) == 50
    assert re.search(r"and 2 more\n\S+/en/work/notices/\n", str(letter.body))
    mail.outbox.clear()
    tell(cast.colleague, mine, *(f"cause {number}" for number in range(50)))
    look()
    work()
    assert " more\n" not in mail.outbox[0].body


class Receiver(socketserver.ThreadingTCPServer):
    """A mail server that refuses, or keeps silent, as often as it is told, and then takes what comes."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        self.refusals = 0
        self.silences = 0
        self.letters: list[str] = []
        super().__init__(("127.0.0.1", 0), Conversation)


class Conversation(socketserver.StreamRequestHandler):
    """One letter, or none."""

    server: Receiver

    def say(self, words: str) -> None:
        """One line of the server."""
        self.wfile.write(f"{words}\r\n".encode())

    def handle(self) -> None:
        """Answer as servers do."""
        if self.server.silences:
            self.server.silences -= 1
            time.sleep(2)
            return
        self.say("220 here")
        while line := self.rfile.readline().decode().strip().upper():
            if line == "DATA":
                if self.server.refusals:
                    self.server.refusals -= 1
                    self.say("451 not now")
                    continue
                self.say("354 go on")
                letter = []
                while (part := self.rfile.readline().decode()) != ".\r\n":
                    letter.append(part)
                self.server.letters.append("".join(letter))
            self.say("221 bye" if line == "QUIT" else "250 fine")
            if line == "QUIT":
                return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A mail server on this machine, to which mails go."""
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=server.server_address[1],
            EMAIL_TIMEOUT=0.5,
        ):
            yield server
        server.shutdown()


@pytest.mark.parametrize("trouble", ["refusals", "silences"])
@pytest.mark.promise("told-once")
def test_a_mail_server_that_refuses_or_never_answers_is_tried_again_and_gets_the_mail_once(
    cast: Cast, mine: Mine, receiver: Receiver, trouble: str
) -> None:
    setattr(receiver, trouble, 1)
    choose(actor=cast.monitor, chosen={"changed": When.AT_ONCE})
    work()
    tell(cast.monitor, mine, "one")
    work()
    assert receiver.letters == []
    job = Job.objects.get(kind="notices.mail", state=Job.State.WAITING)
    assert job.error
    assert job.attempts == 0
    assert not Notice.objects.filter(mailed_at__isnull=False).exists()
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now() - timedelta(seconds=1))
    work()
    [letter] = receiver.letters
    assert f"To: {cast.monitor.email}" in letter
    tell(cast.monitor, mine, "one")
    work()
    assert len(receiver.letters) == 1
    assert unread_count(cast.monitor) == 1
