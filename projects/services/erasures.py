"""Erasing personal data: the words and files of one source go with the word of two people; fingerprints and reason stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import connection, models
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import IdempotentAnswer, Organisation, Proposal, User
from accounts.record_addresses import ADDRESSES
from accounts.roles import Role
from accounts.services.audit import state_of, write_audit
from accounts.services.jobs import JOB_KINDS, MOST_URGENT, Claim, JobKind, Promise, promise_jobs
from accounts.services.letters import NEWS, News
from accounts.services.proposals import PROPOSAL_KINDS, ProposalKind, people_who_decide
from projects.models import Erasure, Evidence, ImportRow, Source
from projects.models.records import Sourced
from projects.services.records import concerned_pairs, may_amend, promise_evaluation

ERASURE = "erasure"
ERASE_FILES = "erase_files"
SHORTEST = 4
"""Words shorter than this are not looked for elsewhere: they stand in everything."""


@dataclass(frozen=True)
class Held:
    """What is sealed and holds some of what is erased: its name, and where it is read or taken down."""

    name: str
    address: str


WHERE_ELSE: list[Callable[[Any, Iterable[str]], list[Held]]] = []
"""How the apps that seal tell where any of some texts stand about a record; they add themselves."""


def record_with(source: Source) -> Any:
    """The record, the statement about a payment, or else the proposal that has the source; None where nothing has it."""
    with_sources = [model for model in apps.get_models() if has_source(model)]
    for model in sorted(with_sources, key=lambda one: not issubclass(one, Sourced)):
        if found := model._base_manager.filter(source=source).first():
            return found
    return Proposal.objects.filter(details__source=source.pk).first()


def has_source(model: Any) -> bool:
    """Whether rows of a model say by `source` where they come from."""
    return any(column.name == "source" and column.related_model is Source for column in model._meta.concrete_fields)


def may_ask(actor: User, source: Source) -> bool:
    """Whoever entered it, for their organisation, and administrators; nobody where nothing is left to erase."""
    return (may_amend(actor, source) or actor.may("people.manage")) and bool(words_of(source) or files_of(source))


def words_of(source: Source) -> list[str]:
    """What the source says in words."""
    return [str(value) for name in Source.WORDS if (value := getattr(source, name))]


def files_of(source: Source) -> list[Evidence]:
    """Its files that were not erased."""
    return list(source.evidence.filter(erasure__isnull=True))


def page_of(source: Source) -> str:
    """Where the record of a source is read; empty where it has no page."""
    record = record_with(source)
    pages = ADDRESSES.get(type(record))
    if record is None or pages is None:
        return ""
    values = type(record)._base_manager.filter(pk=record.pk).values_list(*pages.columns.values()).get()
    return reverse(pages.name, kwargs={**pages.fixed, **dict(zip(pages.columns, values, strict=True))})


def sealed_with(source: Source) -> list[Held]:
    """What is sealed and holds some of its words, or names one of its files."""
    record = record_with(source)
    texts = [word for word in (source.reference, source.speaker) if len(word) >= SHORTEST]
    texts += [text for file in files_of(source) for text in (file.sha256, file.name)]
    return [held for look in WHERE_ELSE for held in look(record, texts)] if texts else []


def erase(actor: User, proposal: Proposal, source: Source) -> None:
    """Empty the words of a source, its files, and what the trail, its row of an import and kept answers hold of them."""
    source = Source.objects.select_for_update().get(pk=source.pk)
    record, words = record_with(source), words_of(source)
    own = {column.attname for column in record._meta.concrete_fields}
    erasure = Erasure.objects.create(
        proposal=proposal,
        source=source,
        content_type=ContentType.objects.get_for_model(record),
        object_id=str(record.pk),
        columns=sorted((Source.columns_of_words() | {"evidence"}) - own),
        reason=proposal.reason,
        erased_at=timezone.now(),
        still_in=[[held.name, held.address] for held in sealed_with(source)],
    )
    erase_words(source)
    erase_files(source, erasure)
    erase_from_row(source.import_row, words)
    erase_from_answers(words)
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_from_trail(%s)", [erasure.pk])
    write_audit(actor=actor, verb="erased", record=record, before=state_of(record), reason=proposal.reason)
    promise_evaluation(concerned_pairs(getattr(record, "disbursement", record)), owner=actor)


def erase_words(source: Source) -> None:
    """Empty them; what a reviewer verified with them is verified no longer."""
    source.organisation, source.reference, source.speaker = None, "", ""
    source.take_back_verification()
    source.revision += 1
    source.save()


def erase_files(source: Source, erasure: Erasure) -> None:
    """Let each row keep kind, size and fingerprint, and promise that the bytes go."""
    files = list(source.evidence.select_for_update().filter(erasure__isnull=True))
    stored = [name for file in files for name in (file.file.name, file.original.name) if name]
    Evidence.objects.filter(pk__in=[file.pk for file in files]).update(file="", original="", name="", erasure=erasure)
    promise_jobs(
        [Promise(ERASE_FILES, f"erasure/{erasure.pk}", {"stored": stored}, priority=MOST_URGENT)] if stored else []
    )


def erase_from_row(row: ImportRow | None, words: Iterable[str]) -> None:
    """Empty the cells of the row that it was imported from where they say the same."""
    if row is not None:
        row.cells = emptied(row.cells, set(words))
        row.corrections = emptied(row.corrections, set(words))
        row.marks = b""
        row.save(update_fields=["cells", "corrections", "marks"])


def erase_from_answers(words: Iterable[str]) -> None:
    """Empty what the API keeps to answer the same request once more."""
    for word in (word for word in words if len(word) >= SHORTEST):
        said = IdempotentAnswer.objects.annotate(text=Cast("answer", models.TextField()))
        for answer in said.filter(text__icontains=word):
            answer.answer = emptied(answer.answer, {word})
            answer.save(update_fields=["answer"])


def emptied(value: Any, words: set[str]) -> Any:
    """The same, with nothing in the place of each text that is one of the words."""
    if isinstance(value, dict):
        return {name: emptied(one, words) for name, one in value.items()}
    if isinstance(value, list):
        return [emptied(one, words) for one in value]
    return "" if isinstance(value, str) and value.strip() in words else value


def delete_stored(claim: Claim) -> None:
    """Delete bytes that were erased; those that are gone already are gone."""
    for name in claim.job.payload["stored"]:
        default_storage.delete(name)


def nothing_to_write(_claim: Claim, _result: None) -> None:
    """The rows said so before."""


def acts_for(actor: User) -> Organisation | None:
    """The organisation for which somebody asks or decides."""
    return actor.organisation_as(Role.ADMINISTRATOR, Role.MONITOR, Role.OPERATOR, Role.REVIEWER)


def register_erasures() -> None:
    """Add the kind of proposal, its news and its job; called once, when the app is ready."""
    JOB_KINDS[ERASE_FILES] = JobKind(_("Deleting files that were erased"), delete_stored, nothing_to_write)
    NEWS[ERASURE] = News(
        _("Minka: personal data was erased"),
        _("Personal data of a record was erased. Asked for and confirmed by: %(by)s."),
    )
    PROPOSAL_KINDS[ERASURE] = ProposalKind(
        title=_("Erase personal data"),
        consequence=_(
            "The words of the source, who said it, and its files go and do not come back, also from its history. That they "
            "were there, the fingerprints of the files, the reason, and who asked and confirmed stay."
        ),
        subjects=None,
        may_ask=may_ask,
        deciders=people_who_decide,
        acts_for=acts_for,
        carry_out=erase,
        page=page_of,
    )
