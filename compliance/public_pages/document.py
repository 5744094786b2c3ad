"""The publication document, read into types by the schema that it names; the one place that opens its text.

`minka-publication/1` holds the framework and repeats its rules and words at every indicator.
`minka-publication/2` names the framework by fingerprint; the framework is published at an address of its own.
`minka-publication/3` hides small numbers of people, names the rows of which it hides any, and commits itself to them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, TypeVar, cast

from compliance.evaluation import canonical
from compliance.evaluation.certainty import Certainty
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Framework, Texts
from compliance.evaluation.judgement import Judgement
from compliance.evaluation.sealed import RULES, rules_of
from compliance.evaluation.small_numbers import CoveredRow
from compliance.models import PolicyFramework, Publication

Json = dict[str, Any]
T = TypeVar("T")

FIRST_SCHEMA, EXACT_SCHEMA, SCHEMA = "minka-publication/1", "minka-publication/2", "minka-publication/3"
SCHEMAS = (FIRST_SCHEMA, EXACT_SCHEMA, SCHEMA)

ENVELOPE = (
    "schema",
    "sequence",
    "previous",
    "published_at",
    "demo",
    "as_of",
    "period",
    "supersedes",
    "correction_reason",
)
SEALED_ALREADY = ("facts", "framework", "scorecard", "changes", "small_numbers")
"""What scorecard, framework and publications seal; everything else got its words from the record of the day."""


class UnreadableDocument(ValueError):
    """A document of a schema that is not known here, or that is not what its schema says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference to the publication before."""

    kind: str
    """grade, money, policy or indicator"""
    code: str = ""
    """of the policy or indicator"""
    label: Texts = field(default_factory=dict)
    """its name, in documents of the first schema"""
    before: str | None
    after: str | None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastYear:
    """What the year before came to."""

    year: int
    score: str | None
    grade: str | None


@dataclass(frozen=True, kw_only=True)
class Document:
    """Everything that the public may see of one mine and year. Parts of sections are asked for by their class.

    All of it is read when it is asked for, and then raises UnreadableDocument where it is not as it should be.
    """

    schema: str
    sequence: int
    previous: str | None
    published_at: datetime
    demo: bool
    as_of: date
    """the day of approval, up to which lateness was counted"""
    year: int
    period_start: date
    period_end: date
    supersedes: str | None
    correction_reason: str
    sealed: Json = field(repr=False, compare=False)
    stored: Callable[[str], Framework] = field(repr=False, compare=False)
    """the framework of a fingerprint"""

    def rows(self, part: type[T], name: str) -> tuple[T, ...]:
        """A section's list of parts; none where the document does not have it."""
        return cast(
            tuple[T, ...], self._part(part, name, lambda data: tuple(canonical.read(part, row) for row in data))
        )

    def one(self, part: type[T], name: str) -> T:
        """A section's part; an empty one, of which nothing is known, where the document does not have it."""
        return cast(T, self._part(part, name, lambda data: canonical.read(part, data or {})))

    def _part(self, part: type, name: str, read: Callable[[Any], object]) -> object:
        if name not in self._parts:
            self._parts[name] = readable(lambda: read(self.sealed.get(name, ())))
        return self._parts[name]

    @cached_property
    def _parts(self) -> dict[str, object]:
        return {}

    @property
    def slug(self) -> str:
        """The mine's address."""
        return str((self.sealed.get("project") or {}).get("slug") or self.sealed["facts"]["project"])

    @property
    def name(self) -> str:
        """The mine's name; its address where it is not known."""
        return str((self.sealed.get("project") or {}).get("name") or self.slug)

    @cached_property
    def facts(self) -> Facts:
        """The sealed facts."""
        return readable(lambda: Facts.from_json(self.sealed["facts"]))

    @property
    def hides_small_numbers(self) -> bool:
        """Whether it was sealed by the rule that small numbers are hidden, whether it has any or not."""
        return self.schema not in (FIRST_SCHEMA, EXACT_SCHEMA)

    @cached_property
    def covered(self) -> tuple[CoveredRow, ...]:
        """The rows of facts of which counts are hidden."""
        return readable(lambda: tuple(canonical.read(CoveredRow, row) for row in self.sealed.get("small_numbers", ())))

    @cached_property
    def framework_sha256(self) -> str:
        """The fingerprint of its rules, whether it holds or names them."""
        rules = self.sealed["framework"]
        return canonical.digest(rules) if self.schema == FIRST_SCHEMA else str(rules["sha256"])

    @cached_property
    def framework(self) -> Framework:
        """The rules that it was graded by."""
        if self.schema == FIRST_SCHEMA:
            return readable(lambda: framework_of(canonical.dumps_plain(self.sealed["framework"])))
        return readable(lambda: self.stored(self.framework_sha256))

    @cached_property
    def scorecard(self) -> Judgement:
        """What the mine came to, reviewers' scores included."""
        return readable(lambda: Judgement.from_json(self.sealed["scorecard"], self.framework))

    @cached_property
    def certainty(self) -> Certainty | None:
        """How sure its grade is; None where nothing applies, and in documents of before this was tried."""
        data = self.sealed["scorecard"].get("certainty")
        return readable(lambda: canonical.read(Certainty, data)) if data else None

    @cached_property
    def last_year(self) -> LastYear | None:
        """What was published of the year before; None where nothing was."""
        data = self.sealed["scorecard"].get("previous")
        return readable(lambda: canonical.read(LastYear, data)) if data else None

    @cached_property
    def last_grades(self) -> dict[str, str | None]:
        """The grades of the year before by policy."""
        return {row["code"]: row.get("previous_grade") for row in self.sealed["scorecard"]["policies"]}

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What moved since the publication before."""
        return readable(lambda: tuple(canonical.read(Change, row) for row in self.sealed["changes"]))

    @cached_property
    def shown_sha256(self) -> str:
        """The fingerprint of what an approver saw beside the sealed facts, where no small number is hidden."""
        return shown_digest(self.sealed)

    def shows_what_was_approved(self, shown_sha256: str, workers: Json) -> bool:
        """Whether an approver saw this, with this fingerprint; approvers see all workers of the year in numbers."""
        others = [row for row in self.sealed.get("employment", ()) if row["year"] != self.year]
        exact = {"employment": [*others, workers]} if self.covered else {}
        return shown_sha256 in shown_digests(self.sealed | exact)


def readable(read: Callable[[], T]) -> T:
    """What was read. Raises UnreadableDocument where it cannot be."""
    try:
        return read()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableDocument(f"{type(error).__name__}: {error}") from error


def shown_digest(sealed: Json) -> str:
    """The fingerprint of what live rows gave words to: every part of a section that the document holds.

    Workers of earlier years stand as other publications gave them, and may be published meanwhile.
    """
    shown = {name: part for name, part in sealed.items() if name not in (*ENVELOPE, *SEALED_ALREADY)}
    if "employment" in shown:
        shown["employment"] = [row for row in shown["employment"] if row["year"] == sealed["period"]["year"]]
    return canonical.digest(shown)


YOUNGER = (
    frozenset({"owner_voice"}),
    frozenset({"sources", "conditions"}),
    frozenset({"staff"}),
    frozenset({"paid_known", "received_known", "told", "community_known", "authority_document"}),
)
"""What sections say since a release, the newest first: it adds to what was shown before, and changes none of it."""


def shown_digests(sealed: Json) -> list[str]:
    """The fingerprints by which an approval knows what it covers: of today, and of each release that said less."""
    digests = [shown_digest(sealed)]
    for names in YOUNGER:
        sealed = cast(Json, without(names, sealed))
        digests.append(shown_digest(sealed))
    return digests


def without(names: frozenset[str], part: object) -> object:
    """A part of a document without some of its values, however deep."""
    if isinstance(part, dict):
        return {name: without(names, value) for name, value in part.items() if name not in names}
    return [without(names, one) for one in part] if isinstance(part, list | tuple) else part


@lru_cache(maxsize=16)
def framework_of(text: str) -> Framework:
    """The rules that a canonical text spells."""
    return Framework.from_json(json.loads(text))


def read_document(publication: Publication) -> Document:
    """A publication's document, with its framework from the same database. Raises UnreadableDocument."""
    alias = publication._state.db or "default"
    return read_text(publication.document, lambda sha256: stored_framework(sha256, alias))


def stored_framework(sha256: str, alias: str) -> Framework:
    """The loaded framework of a fingerprint. Raises UnreadableDocument where there is none."""
    known = RULES.get(sha256)
    if known:
        return known
    row = PolicyFramework.objects.using(alias).filter(sha256=sha256).first()
    if row is None:
        raise UnreadableDocument(f"no framework with the fingerprint {sha256} is stored")
    return rules_of(row)


def read_text(text: str, stored: Callable[[str], Framework]) -> Document:
    """Read a document by the schema that it names. Raises UnreadableDocument where that is not known here."""
    return readable(lambda: document_from(json.loads(text), stored))


def document_from(sealed: Json, stored: Callable[[str], Framework]) -> Document:
    """A document that is JSON already."""
    if sealed["schema"] not in SCHEMAS:
        raise UnreadableDocument(f"the schema {sealed['schema']} is not known here, only {', '.join(SCHEMAS)}")
    published_at, period = datetime.fromisoformat(sealed["published_at"]), sealed["period"]
    return Document(
        schema=sealed["schema"],
        sequence=sealed["sequence"],
        previous=sealed["previous"],
        published_at=published_at,
        demo=sealed["demo"],
        as_of=date.fromisoformat(sealed["as_of"]) if "as_of" in sealed else published_at.date(),
        year=period["year"],
        period_start=date.fromisoformat(period["start"]),
        period_end=date.fromisoformat(period["end"]),
        supersedes=sealed["supersedes"],
        correction_reason=sealed["correction_reason"] or "",
        sealed=sealed,
        stored=stored,
    )


def read_all(publications: Iterable[Publication]) -> Iterator[Document]:
    """The documents of a list with their results; those that cannot be read here are left out of it."""
    for publication in publications:
        document = read_if_possible(publication)
        if document is not None:
            yield document


def read_if_possible(publication: Publication) -> Document | None:
    """A publication's document, of which the result can be read; None where that is not possible here."""
    try:
        document = read_document(publication)
        _result = document.scorecard
    except UnreadableDocument:
        return None
    return document
