"""Notices: what happened for somebody, on a page of their own and by mail, at once or once a day.

A service tells it in its own transaction, so that no notice is lost, and by a cause, so that none is doubled. A notice
leads to a record; it is shown and mailed only while the person may open that. A mail says what happened, by which mine,
and where to read it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.mail import send_mail
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.writing import long_date
from accounts.locks import take_turns
from accounts.models import Notice, NoticeChoice, User
from accounts.models.notices import NoticeQuerySet, When
from accounts.record_addresses import ADDRESSES, RecordAddresses
from accounts.services.jobs import JOB_KINDS, MOST_URGENT, Claim, JobKind, Promise, promise_jobs
from accounts.services.letters import address_of, nothing_to_write, recipient_of
from accounts.services.pruning import PRUNED, delete_some
from accounts.services.regular import note_done, register_regular

MAIL = "notices.mail"
DAILY = "notices.daily"
MORNING = 7
"""the hour from which on the daily mails go out"""
MOST_RECENT = 5
MOST_COUNTED = 99
"""more unread notices than this are not counted in the header of every page"""
MOST_IN_A_MAIL = 50
ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class NoticeKind:
    """One kind of thing that people are told."""

    title: Any
    """what it is, where people choose when they are written to"""
    sentences: Mapping[str, Any]
    """what happened, by step; may name the `day`. It goes into mails, so that it names no person, sum or file"""
    roles: frozenset[str]
    """who can be told"""
    usually: When = When.DAILY
    """when it is mailed to whoever has not chosen"""
    by_letter: bool = field(default=False, kw_only=True)
    """whether a letter of its own goes out about it in any case"""
    page: str = field(default="", kw_only=True)
    """the name of the address to which it leads where it is about no record"""
    pages: Mapping[type[models.Model], RecordAddresses] = field(default_factory=dict, kw_only=True)
    """where records open, where it is not where the audit trail leads"""

    def pages_of(self, model: type[models.Model]) -> RecordAddresses | None:
        """Where records of a model open; None where they have no page."""
        return self.pages.get(model) or ADDRESSES.get(model)


NOTICE_KINDS: dict[str, NoticeKind] = {}
"""By code; each app adds its own when it is ready."""
DAILY_LOOKS: list[Callable[[date], None]] = []
"""What else is looked for once a day, and told; each app adds its own."""


@dataclass(frozen=True)
class Happening:
    """Something to tell of."""

    kind: str
    cause: str
    record: tuple[type[models.Model], int] | None = None
    step: str = ""
    mine: str = ""
    day: date | None = None


def notify(
    kind: str,
    people: Iterable[int | None],
    *,
    cause: str,
    record: models.Model | None = None,
    by: User | None = None,
    step: str = "",
    mine: str = "",
) -> None:
    """Tell some people, by their keys, in the current transaction that something happened; nobody of their own act.

    Call it before other jobs are promised. It locks mails at once that wait: whoever tells several things in one transaction
    calls `notify_all` once with all of them, which locks in one order.
    """
    told = Happening(kind, cause, (type(record), record.pk) if record else None, step, mine)
    notify_all([(told, others_than(by, people))])


def others_than(by: User | None, people: Iterable[int | None]) -> set[int]:
    """The keys of some people, without that of whoever did it."""
    return {person for person in people if person and (by is None or person != by.pk)}


def notify_all(happenings: Iterable[tuple[Happening, Collection[int]]]) -> None:
    """Tell each of some things to some people who hold a role of its kind, and promise a mail at once to whoever chose so."""
    promise_mails(write_notices(happenings), When.AT_ONCE)


def write_notices(happenings: Iterable[tuple[Happening, Collection[int]]]) -> set[int]:
    """Keep what is new of some things to tell; returns who gets a mail of it at once. The same number of queries for each kind."""
    by_kind: dict[str, list[tuple[Happening, Collection[int]]]] = {}
    for told, people in happenings:
        by_kind.setdefault(told.kind, []).append((told, people))
    at_once: set[int] = set()
    for code, of_kind in by_kind.items():
        when = when_told(code, {person for _told, people in of_kind for person in people})
        rows = [row_of(told, person, when[person]) for told, people in of_kind for person in people if person in when]
        known = Notice.objects.filter(kind=code, person__in=when, cause__in={row.cause for row in rows})
        told_before = set(known.values_list("person", "cause"))
        new = [row for row in rows if (row.person_id, row.cause) not in told_before]
        Notice.objects.bulk_create(new, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
        at_once |= {row.person_id for row in new if row.mail == When.AT_ONCE}
    return at_once


def when_told(code: str, people: Collection[int]) -> dict[int, str]:
    """When each of some people is written to about a kind; those who hold none of its roles are left out."""
    kind = NOTICE_KINDS[code]
    told = list(User.objects.holding(*kind.roles).filter(pk__in=people).values_list("pk", flat=True)) if people else []
    if not told or kind.by_letter:
        return dict.fromkeys(told, When.NEVER)
    chosen = dict(NoticeChoice.objects.filter(kind=code, person__in=told).values_list("person", "when"))
    return {person: chosen.get(person, kind.usually) for person in told}


def row_of(told: Happening, person: int, when: str) -> Notice:
    """The unsaved notice of one person."""
    model, key = told.record or (None, None)
    return Notice(
        person_id=person,
        kind=told.kind,
        cause=told.cause[:100],
        step=told.step,
        day=told.day,
        mine=told.mine,
        content_type=ContentType.objects.get_for_model(model) if model else None,
        object_id=key,
        mail=when,
    )


def promise_mails(people: Iterable[int], when: When) -> None:
    """Promise each of some people one mail with all that waits for it."""
    promise_jobs(
        Promise(MAIL, f"{when}/{person}", {"recipient": person, "when": when}, priority=MOST_URGENT)
        for person in people
    )


# Reading


def notices_of(reader: User) -> NoticeQuerySet:
    """What somebody was told, newest first, of what they may still open."""
    return seen_among(Notice.objects.filter(person=reader), reader)


def seen_among(notices: NoticeQuerySet, reader: User) -> NoticeQuerySet:
    """Those of a person's notices whose records they may open, in a role in which they are told of them."""
    seen = Q(pk__in=[])
    told: list[tuple[str, int | None]] = list(notices.order_by().values_list("kind", "content_type").distinct())
    for code, content_type in told:
        kind = NOTICE_KINDS.get(code)
        if kind is None or kind.roles.isdisjoint(reader.roles):
            continue
        if content_type is None:
            seen |= Q(kind=code, content_type__isnull=True)
        elif pages := kind.pages_of(model_of(content_type)):
            rows = pages.rows(reader).filter(pk=OuterRef("object_id"))
            seen |= Q(kind=code, content_type=content_type) & Q(Exists(rows))
    return notices.filter(seen)


def model_of(content_type: int) -> Any:
    """The model of a content type by its key."""
    return ContentType.objects.get_for_id(content_type).model_class()


def unread_count(reader: User) -> int:
    """How many notices somebody has not opened; one more than `MOST_COUNTED` where there are more."""
    return seen_among(Notice.objects.filter(person=reader).unread(), reader)[: MOST_COUNTED + 1].count()


def sentence_of(notice: Notice) -> str:
    """What happened, in the language of now."""
    words = str(NOTICE_KINDS[notice.kind].sentences[notice.step])
    return words % {"day": long_date(notice.day)} if notice.day else words


@dataclass(frozen=True)
class ShownNotice:
    """A notice as a page shows it."""

    notice: Notice
    sentence: str


def shown(notices: Iterable[Notice]) -> list[ShownNotice]:
    """Some notices with their sentences."""
    return [ShownNotice(notice, sentence_of(notice)) for notice in notices]


def recent_notices(reader: User) -> dict[str, Any]:
    """What `accounts/notices/recent.html` shows on another page: the newest unread notices, and how many there are."""
    unread = seen_among(Notice.objects.filter(person=reader).unread(), reader)
    return {"recent_notices": shown(unread[:MOST_RECENT]), "unread_notices": unread.count()}


def page_of(reader: User, notice: Notice) -> str:
    """The address to which a notice leads; empty where the person may not open it any more."""
    kind = NOTICE_KINDS[notice.kind]
    if notice.content_type is None:
        return reverse(kind.page)
    pages = kind.pages_of(model_of(notice.content_type.pk))
    key = str(notice.object_id)
    return pages.of(reader, [key]).get(key, "") if pages else ""


def mark_read(notices: NoticeQuerySet) -> None:
    """Keep that the person has seen them."""
    notices.unread().update(read_at=Now())


def nothing_waits(kind: str, record: models.Model) -> None:
    """Keep that nobody has to look at a record any more of which people were told that it waits for them."""
    about = Notice.objects.filter(kind=kind, object_id=record.pk)
    mark_read(about.filter(content_type=ContentType.objects.get_for_model(record)))


def delete_old_notices(before: datetime) -> int:
    """Delete some of what was told before then, read or not; returns how many."""
    return delete_some(Notice.objects.filter(at__lt=before))


# Choosing


def kinds_for(person: User) -> dict[str, NoticeKind]:
    """The kinds of which somebody can be told, by code."""
    return {code: kind for code, kind in NOTICE_KINDS.items() if not kind.roles.isdisjoint(person.roles)}


def chosen_by(person: User) -> dict[str, str]:
    """When somebody is written to about each kind of which they can be told."""
    chosen = dict(person.notice_choices.values_list("kind", "when"))
    return {
        code: When.AT_ONCE if kind.by_letter else chosen.get(code, kind.usually)
        for code, kind in kinds_for(person).items()
    }


@transaction.atomic
def choose(*, actor: User, chosen: Mapping[str, str]) -> None:
    """Keep when somebody is written to about some kinds; what has not been mailed yet follows."""
    open_to_choice = {code: when for code, when in chosen.items() if not NOTICE_KINDS[code].by_letter}
    for code, when in open_to_choice.items():
        NoticeChoice.objects.update_or_create(person=actor, kind=code, defaults={"when": when})
        waiting = Notice.objects.filter(person=actor, kind=code, mailed_at__isnull=True).exclude(mail=When.NEVER)
        waiting.update(mail=when)
    if When.AT_ONCE in open_to_choice.values():
        promise_mails([actor.pk], When.AT_ONCE)


# Mailing


def send_notices(claim: Claim) -> None:
    """Send one mail with all that waits for it; nothing where the person has read it, or may not open it any more.

    Workers who write to one person wait for each other, so that the second finds only what the first could not send; the
    notices themselves are not locked while the mail server is spoken to.
    """
    recipient, when = recipient_of(claim), claim.job.payload["when"]
    if recipient is None:
        return
    with transaction.atomic():
        take_turns(f"{MAIL}/{recipient.pk}")
        waiting = Notice.objects.filter(person=recipient).to_mail(when)
        rows = Notice.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)))
        told = list(seen_among(rows.unread(), recipient).order_by("pk"))
        if told:
            with translation.override(recipient.language):
                send_mail(subject_of(told), text_of(told), None, [recipient.email])
        mailed = [notice.pk for notice in told]
        rows.exclude(pk__in=mailed).update(mail=When.NEVER)
        Notice.objects.filter(pk__in=mailed).update(mailed_at=Now())


def subject_of(told: list[Notice]) -> str:
    """What stands above a mail."""
    if len(told) == 1:
        return _("Minka: %(what)s") % {"what": sentence_of(told[0]).rstrip(".")}
    words = ngettext("Minka: %(number)d notice for you", "Minka: %(number)d notices for you", len(told))
    return words % {"number": len(told)}


def text_of(told: list[Notice]) -> str:
    """What happened, each with its mine and the address where it can be read; how much more; and where mails are chosen."""
    parts = [
        "\n".join(
            [" ".join(filter(None, (sentence_of(notice), notice.mine))), address_of("people:notice", pk=notice.pk)]
        )
        for notice in told[:MOST_IN_A_MAIL]
    ]
    if (number := len(told) - MOST_IN_A_MAIL) > 0:
        more = _("and %(number)d more") % {"number": number}
        parts.append(f"{more}\n{address_of('people:notices')}")
    chosen = _("Sign in to read more: a mail says no more than this. When Minka writes to you, you choose here:")
    return "\n\n".join([*parts, f"{chosen}\n{address_of('people:notice-choices')}"])


def nothing_to_compute(_claim: Claim) -> None:
    """All is done in the transaction that finishes the job."""


def look_and_mail(_claim: Claim, _result: None) -> None:
    """Tell what today's date brings, and promise everybody who waits for it one mail."""
    for look in DAILY_LOOKS:
        look(timezone.localdate())
    note_done(DAILY, timezone.localdate())
    people = Notice.objects.to_mail(When.DAILY).order_by().values_list("person", flat=True).distinct()
    promise_mails(people, When.DAILY)


def register_jobs() -> None:
    """Make known what mails, what looks every morning, and what goes."""
    JOB_KINDS[MAIL] = JobKind(gettext_lazy("Letter: notices"), send_notices, nothing_to_write)
    look = JobKind(gettext_lazy("Notices: the daily look"), nothing_to_compute, look_and_mail)
    register_regular(DAILY, look, hour=MORNING)
    PRUNED.append(("notices", delete_old_notices))
