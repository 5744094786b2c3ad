"""Publishing without small numbers of people: what is hidden, what opens it, and what could still be found.

What a row says exactly stays in the sealed facts of the scorecard. A document shows the row without its hidden counts and
commits itself to the exact one; the salt that opens the commitment is kept beside the publication (ADR 10).
"""

from __future__ import annotations

import dataclasses
import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.utils.translation import gettext_lazy as _

from compliance.evaluation import canonical
from compliance.evaluation.facts import Facts, Row
from compliance.evaluation.gathering import model_of
from compliance.evaluation.judgement import RESULT_GRADES, RESULT_NUMBERS, Judgement, Outcome, Override, PolicyResult
from compliance.evaluation.scoring import judge
from compliance.evaluation.sealed import facts_of
from compliance.evaluation.shown_results import judge_shown
from compliance.evaluation.small_numbers import (
    CoveredRow,
    Found,
    Seen,
    attack,
    columns_left_out,
    commitment_to,
    counted_columns,
    counts_of,
    cover,
    showing_of,
)
from compliance.models import Publication, RowSalt, Scorecard
from compliance.public_pages.document import Document, Json, read_document
from compliance.public_pages.employment import employment_shown
from compliance.services.documents import Basis, content_of


def hide_small_numbers(basis: Basis, *, guard: bool = True) -> tuple[Json, dict[str, str]]:
    """The document that the public may see, and the salts that open its commitments, by record."""
    subject, earlier = basis.subject, seen_before(basis.scorecard)
    shown, chosen = cover(subject.facts, earlier, guard=guard)
    exact = rows_by_record(json.loads(basis.scorecard.facts_text))
    salts = {one.record: secrets.token_hex(32) for one in chosen}
    covered = [
        dataclasses.replace(one, commitment=commitment_to(salts[one.record], exact[one.record])) for one in chosen
    ]
    content = content_of(basis, judge_shown(subject.framework, shown, covered, basis.overrides))
    if covered:
        others = [row for row in content["employment"] if row["year"] != subject.facts.year]
        content["employment"] = [*others, workers_shown(shown, covered)]
        content["small_numbers"] = canonical.plain(covered)
        rows = rows_by_record(content["facts"])
        for one in covered:
            row = rows[one.record]
            row.update(dict.fromkeys(row.keys() & columns_left_out(one)))
    return content, salts


def workers_shown(shown: Facts, covered: Sequence[CoveredRow]) -> Json:
    """The workers of the year as far as they are shown."""
    plain: Json = canonical.plain(employment_shown(shown, covered))
    return plain


def rows_by_record(facts: Json) -> dict[str, Json]:
    """The rows of sealed facts by the names of their records; changing one changes the facts."""
    tables = (rows for rows in facts.values() if isinstance(rows, list))
    return {row["record"]: row for rows in tables for row in rows if isinstance(row, dict)}


def seen_before(scorecard: Scorecard) -> Mapping[str, Sequence[Seen]]:
    """By record, what is shown of it in the documents of this mine that hide small numbers.

    Those that were sealed before show every number; that cannot be undone, and nothing is worked out by subtraction there.
    """
    seen: defaultdict[str, list[Seen]] = defaultdict(list)
    rows = Publication.objects.filter(project_slug=scorecard.project.slug).select_related("scorecard")
    for publication in rows.order_by("sequence"):
        document = read_document(publication)
        if document.hides_small_numbers:
            for row, said in rows_seen(document, publication.scorecard):
                if said not in seen[row.record]:
                    seen[row.record].append(said)
    return seen


def rows_seen(document: Document, scorecard: Scorecard) -> Iterator[tuple[Row, Seen]]:
    """The rows of a document that count people, with what each says exactly and what is shown of it."""
    covered = {one.record: one for one in document.covered}
    exact = {row.record: row for row in facts_of(scorecard).rows}
    for row in document.facts.rows:
        if counted_columns(type(row)) and row.record in exact:
            yield row, (counts_of(exact[row.record]), showing_of(row, covered.get(row.record)))


def refuse_what_tells(document: Document, scorecard: Scorecard) -> None:
    """Raise ValidationError where a document lets a small number be found, alone or with all that came before it."""
    earlier = seen_before(scorecard)
    found = [
        found_words(row, one)
        for row, seen in rows_seen(document, scorecard)
        for one in attack(counted_columns(type(row)), [*earlier.get(row.record, ()), seen])
    ]
    if document.covered:
        found += unlike_what_is_shown(document)
    if found:
        raise ValidationError(
            _("A count of fewer than five people could be worked out. Nothing is published. Found: %(found)s."),
            code="small_numbers",
            params={"found": "; ".join(found)},
        )


def found_words(row: Row, found: Found) -> str:
    """A table, a row and its column, or two columns and the difference between them."""
    model = model_of(type(row))
    columns = " − ".join(column_words(model, name) for name in found)
    return f"{model._meta.verbose_name_plural}, {row.record}: {columns}"


def column_words(model: Any, name: str) -> str:
    """A column as forms call it."""
    try:
        return str(model._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        return name


def unlike_what_is_shown(document: Document) -> Iterator[str]:
    """What a document says that is not what the counts come to which it shows."""
    again = judge_shown(document.framework, document.facts, document.covered, overrides_in(document))
    yield from unlike(document.scorecard, again)
    workers = workers_shown(document.facts, document.covered)
    if workers not in document.sealed.get("employment", ()):
        yield "workers of the year"


def unlike(published: Judgement, again: Judgement) -> Iterator[str]:
    """What one judgement says otherwise than another."""
    for name in (*RESULT_NUMBERS, *RESULT_GRADES):
        was, now = getattr(published, name), getattr(again, name)
        if was != now:
            yield f"{name} is published as {was}, and comes out as {now}"
    for result in again.policies:
        if published.policy(result.code).to_json() != result.to_json():
            yield f"{result.code} is published otherwise than it comes out"
    for outcome in again.outcomes:
        if published.outcome(outcome.code).to_json() != outcome.to_json():
            yield f"{outcome.code} is published otherwise than it comes out"


def overrides_in(document: Document) -> list[Override]:
    """The reviewers' scores that a document holds."""
    return [outcome.override for outcome in document.scorecard.outcomes if outcome.override]


def exact_judgement(publication: Publication, document: Document) -> Judgement:
    """What a publication came to, with every number, for those who may see the record."""
    if not document.covered:
        return document.scorecard
    return judge(document.framework, facts_of(publication.scorecard), overrides_in(document))


@dataclass(frozen=True)
class Opened:
    """A commitment of a publication, opened: the exact row, its salt, and whether both give what is published."""

    covered: CoveredRow
    salt: str
    text: str
    """the canonical text of the exact row"""

    @property
    def holds(self) -> bool:
        """Whether the commitment is to this row."""
        return canonical.fingerprint(self.salt + self.text) == self.covered.commitment


def opened(publication: Publication, document: Document) -> list[Opened]:
    """Every commitment of a publication; a salt or a row that is not there is empty, and then it does not hold."""
    salts = {one.record: one.salt for one in publication.salts.all()}
    rows = rows_by_record(json.loads(publication.scorecard.facts_text))
    return [
        Opened(one, salts.get(one.record, ""), canonical.dumps(rows.get(one.record, ""))) for one in document.covered
    ]


def facts_with_hidden(publication: Publication, document: Document) -> str:
    """The canonical text of a document's facts, with what it hides from the sealed facts of its scorecard."""
    facts: Json = json.loads(canonical.dumps(document.sealed["facts"]))
    shown, exact = rows_by_record(facts), rows_by_record(json.loads(publication.scorecard.facts_text))
    for one in document.covered:
        hidden = exact.get(one.record, {})
        row = shown[one.record]
        row.update({name: hidden.get(name) for name in row.keys() & columns_left_out(one)})
    return canonical.dumps(facts)


def outside_what_is_shown(publication: Publication, document: Document) -> Iterator[str]:
    """What came to something that does not lie where the document says it does."""
    exact = exact_judgement(publication, document)
    pairs: list[tuple[str, Judgement | PolicyResult | Outcome, Judgement | PolicyResult | Outcome]] = [
        ("the whole", document.scorecard, exact),
        *((one.code, document.scorecard.policy(one.code), one) for one in exact.policies),
        *((one.code, document.scorecard.outcome(one.code), one) for one in exact.outcomes),
    ]
    for name, shown, came_to in pairs:
        if None not in (shown.worst, shown.best, came_to.worst, came_to.best) and not (
            shown.worst <= came_to.worst and came_to.best <= shown.best  # type: ignore[operator]
        ):
            yield f"{name} does not lie between what is published"


def keep_salts(publication: Publication, salts: Mapping[str, str]) -> None:
    """Keep what opens the commitments of a publication."""
    RowSalt.objects.bulk_create(
        RowSalt(publication=publication, record=record, salt=salt) for record, salt in salts.items()
    )
