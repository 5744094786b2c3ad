"""The verbs on the record: enter a fact, amend it; each writes provenance, the audit trail and a job at once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.merged_rows import NAMES_WHAT_WAS_MERGED
from accounts.models import Organisation, User
from accounts.roles import MADE_BY_ADMINISTRATORS, Role
from accounts.services.audit import audit_entry, state_of, write_audit
from accounts.services.jobs import Promise, promise_jobs
from projects.models import AssessmentCondition, Evidence, PhasePeriod, Project, ProjectAssignment, Source
from projects.models.records import EVALUATE, Sourced
from projects.services.notices import forget_mine, tell_of_change

WITHOUT_WORDS: list[Any] = []
"""Stands in an entry of the trail in the place of [old, new]: it was changed, and nobody is told what it said."""
EDITED_MEANWHILE = _("This record was changed while you were typing. See below what was changed, and save again.")
ONLY_ADMINISTRATORS = _("Only an administrator lists a regulator or a public agency. Choose another kind, or ask one.")
WORDS_OF_ADDRESSES = {"add", "organisations"}
"""Parts of our own addresses that stand where a record's name would."""


OF_ONE_CHANGE, OF_MANY, OF_THE_NIGHT = 10, 5, 0
"""How urgent a scorecard is: somebody has just saved a record, or changed many at once, or time alone has passed."""


def promise_evaluation(
    pairs: Iterable[tuple[int, int]], *, owner: User | None, priority: int = OF_ONE_CHANGE, after: int = 0
) -> None:
    """Promise scorecards for (project, year) pairs in the current transaction; later years follow by themselves."""
    promise_jobs(
        [
            Promise(EVALUATE, f"project/{project}/{year}", {"project": project, "year": year}, priority, after)
            for project, year in set(pairs)
        ],
        owner=owner,
    )


@transaction.atomic
def enter_record(
    *,
    actor: User,
    record: Any,
    source: Source,
    evidence: Sequence[Evidence] = (),
    related: Mapping[str, Iterable[models.Model]] | None = None,
) -> None:
    """Add a record with its provenance; `related` fills its many-to-many fields.

    Raises PermissionDenied where a company's person speaks for others, ValidationError where a rule is broken.
    """
    record.clean()
    record.source = save_source(actor=actor, source=source, evidence=evidence, company=company_of(record))
    if hasattr(record, "slug"):
        [record.slug] = free_slugs(type(record), [record.name])
    record.save()
    for name, rows in (related or {}).items():
        getattr(record, name).set(rows)
    if isinstance(record, Project) and source.entered_for:
        ProjectAssignment.objects.create(project=record, organisation=source.entered_for)
    write_audit(actor=actor, verb="entered", record=record)
    promise_evaluation({*concerned_pairs(record), *days_given_by(record, actor=actor)}, owner=actor)


@transaction.atomic
def amend_record(
    *,
    actor: User,
    record: Any,
    source: Source,
    revision: int,
    reason: str,
    new_evidence: Sequence[Evidence] = (),
    detached: Sequence[Evidence] = (),
    related: Mapping[str, Iterable[models.Model]] | None = None,
) -> None:
    """Change a record that somebody entered; what it said before stays in its history.

    A record that was verified is reported again: what was checked is not what it says now. Detached files support it no
    longer; they are kept, and its history names them. `revision` is the one that the person saw: where a colleague has
    saved since, nothing is written and a ValidationError with the code `edited_meanwhile` says so.
    """
    source.clean()
    record.clean()
    speak_for(actor, source, company=source.entered_for_id)
    locked = Source.objects.select_for_update().get(pk=source.pk)
    before = type(record).with_withdrawn.get(pk=record.pk)
    if before.withdrawn_at is not None:
        raise ValidationError(
            _("This record was withdrawn. Take back the withdrawal before you change it."), code="withdrawn"
        )
    if locked.revision != revision:
        raise ValidationError(
            EDITED_MEANWHILE,
            code="edited_meanwhile",
        )
    chosen_before = {name: names_of(getattr(before, name).all()) for name in related or {}}
    source.revision = revision + 1
    source.take_back_verification()
    source.save()
    files_before = names_of(source.evidence.all())
    source.evidence.add(*new_evidence)
    source.evidence.remove(*detached)
    record.save()
    for name, rows in (related or {}).items():
        getattr(record, name).set(rows)
    entry = audit_entry(actor=actor, verb="amended", record=record, before=state_of(before), reason=reason)
    entry.changes |= changes_of_source(locked, source)
    if (files := names_of(source.evidence.all())) != files_before:
        hidden = Source.Audience.CONFIDENTIAL in (locked.audience, source.audience)
        entry.changes["evidence"] = WITHOUT_WORDS if hidden else [files_before or None, files or None]
    for name, names in chosen_before.items():
        if (now := names_of(getattr(record, name).all())) != names:
            entry.changes[name] = [names, now]
    entry.save()
    record.source = source
    if source.is_confidential and not locked.is_confidential:
        forget_mine(before)
    tell_of_change(actor, "amended", record)
    pairs = {*concerned_pairs(before), *concerned_pairs(record), *days_given_by(record, actor=actor)}
    promise_evaluation(pairs, owner=actor)


def days_given_by(*records: models.Model, actor: User) -> set[tuple[int, int]]:
    """Give conditions that waited for a phase their day, where one of the records is that phase; the scorecards concerned."""
    phases = {(one.project_id, one.phase): one for one in records if isinstance(one, PhasePeriod)}
    if not phases:
        return set()
    waiting: Any = AssessmentCondition.objects.filter(
        due_on=None, assessment__project__in={key for key, _phase in phases}
    )
    reckoned = waiting.whose_phase_moved().exclude(
        until__lt=F("by_phase")
    )  # whose last report came before is left to people
    given = []
    for condition in reckoned.select_related("assessment__project").select_for_update(of=("self",)):
        phase = phases.get((condition.project.pk, condition.before_phase))
        if phase:
            before = state_of(condition)
            condition.due_on = condition.by_phase
            condition.save(update_fields=["due_on", "first_due_on"])
            Source.objects.filter(pk=condition.source_id).update(revision=F("revision") + 1)
            reason = gettext("The phase for which it waited is on record: %(phase)s.") % {"phase": phase}
            write_audit(actor=actor, verb="amended", record=condition, before=before, reason=reason)
            given.append(condition)
    return concerned_pairs(*given)


@transaction.atomic
def enter_listed(*, actor: User, record: models.Model) -> None:
    """Add an organisation or a mineral, which records name and no source reports.

    Raises ValidationError where the organisation is of a kind that administrators alone make.
    """
    refuse_kind_of_administrators(actor, record)
    record.save(force_insert=True)
    write_audit(actor=actor, verb="entered", record=record)


@transaction.atomic
def amend_listed(*, actor: User, record: models.Model, reason: str) -> None:
    """Change one; what it was called before stays in its history. Raises ValidationError as `enter_listed` does."""
    found = type(record)._default_manager.select_for_update().get(pk=record.pk)
    refuse_kind_of_administrators(actor, record, found)
    before = state_of(found)
    record.save()
    write_audit(actor=actor, verb="amended", record=record, before=before, reason=reason)


def refuse_kind_of_administrators(actor: User, record: models.Model, found: models.Model | None = None) -> None:
    """Raise ValidationError where somebody else makes a regulator or a public agency, anew or of what was `found`."""
    if not isinstance(record, Organisation) or actor.may("people.manage"):
        return
    if record.kind in MADE_BY_ADMINISTRATORS and not (isinstance(found, Organisation) and found.kind == record.kind):
        raise ValidationError({"kind": ValidationError(ONLY_ADMINISTRATORS, "made_by_administrators")})


def changes_of_source(before: Source, after: Source) -> dict[str, Any]:
    """What changed in who says so, as [old, new] pairs; of a confidential source only that its words changed."""
    old, new = state_of(before), state_of(after)
    changes = {name: [old[name], value] for name, value in new.items() if old[name] != value}
    if Source.Audience.CONFIDENTIAL in (before.audience, after.audience):
        changes |= dict.fromkeys(changes.keys() & Source.columns_of_words(), WITHOUT_WORDS)
    return changes


def names_of(rows: Iterable[models.Model]) -> str:
    """The rows as people read them."""
    return ", ".join(sorted(str(row) for row in rows))


@transaction.atomic
def follow_project(*, actor: User, project: Project, organisation: Organisation) -> ProjectAssignment:
    """Let an organisation's monitors see a project and enter its records."""
    assignment = ProjectAssignment(project=project, organisation=organisation)
    assignment.full_clean()
    assignment.save()
    write_audit(actor=actor, verb="assigned", record=assignment)
    return assignment


@transaction.atomic
def unfollow_project(*, actor: User, assignment: ProjectAssignment) -> None:
    """End it; what the organisation entered stays."""
    write_audit(actor=actor, verb="unassigned", record=assignment)
    assignment.delete()


def concerned_pairs(*records: Any) -> set[tuple[int, int]]:
    """Project and year of each scorecard that the records may change."""
    pairs: set[tuple[int, int]] = set()
    every_open_year: set[int] = set()
    by_model: dict[Any, list[Any]] = {}
    for record in records:
        if isinstance(record, Sourced):
            by_model.setdefault(type(record), []).append(record)
    for record, project in (pair for model, rows in by_model.items() for pair in model.with_mines(rows)):
        years = record.concerned_years()
        if years is None:
            every_open_year.add(project)
        pairs |= {(project, year) for year in years or ()}
    return pairs | {(key, year) for key in every_open_year for years_of in OPEN_YEARS for year in years_of(key)}


OPEN_YEARS: list[Callable[[int], set[int]]] = []
"""How the apps that judge tell which years of a project are open; they add themselves."""


def company_of(record: Any) -> int | None:
    """The company that a record is about: whoever runs the project."""
    project = getattr(record, "project", None)
    return project.operator_id if project else None


def save_source(
    *, actor: User, source: Source, evidence: Sequence[Evidence] = (), company: int | None = None
) -> Source:
    """Save who says it, on which files, and who entered it for whom.

    Somebody who speaks for several companies speaks for `company` where it is one of them. Raises ValidationError where
    the record calls itself verified.
    """
    source.clean()
    if source.state == Source.State.VERIFIED:
        words = _(
            "A record is verified by a reviewer of another organisation, once it is entered. Choose another state."
        )
        raise ValidationError({"state": ValidationError(words, "verified_by_others")})
    speak_for(actor, source, company=company)
    source.entered_by = actor
    source.entered_for = actor.organisation_as(Role.MONITOR) or actor.organisation_as(Role.OPERATOR, rather=company)
    source.save()
    source.evidence.add(*evidence)
    return source


def may_amend(actor: User, source: Source) -> bool:
    """Monitors amend what their organisation entered; a company's people what their company said."""
    if not actor.may("record.enter"):
        return False
    own = source.entered_for_id in actor.organisation_ids_as("monitor", "operator")
    return own and (actor.may("record.enter_for_others") or source.voice == Source.Voice.COMPANY)


def speak_for(actor: User, source: Source, *, company: int | None) -> None:
    """A company's own people report as the company and for nobody else."""
    if actor.may("record.enter_for_others"):
        return
    if not actor.may("record.enter") or source.voice != Source.Voice.COMPANY:
        raise PermissionDenied
    source.organisation = actor.organisation_as(Role.OPERATOR, rather=company)


def free_slugs(model: type[models.Model], names: Sequence[str]) -> list[str]:
    """A readable address for each name that nobody has yet; one query for all."""
    bases = [slugify(name)[:70] or "x" for name in names]
    options = {base: [base, *(f"{base}-{number}" for number in range(2, 10))] for base in bases}
    wanted = [slug for candidates in options.values() for slug in candidates]
    taken = {*WORDS_OF_ADDRESSES, *model._base_manager.filter(slug__in=wanted).values_list("slug", flat=True)}
    slugs = []
    for base in bases:
        slug = next((one for one in options[base] if one not in taken), f"{base}-{secrets.token_hex(4)}")
        taken.add(slug)
        slugs.append(slug)
    return slugs


def broken_rule(error: IntegrityError, model: type[models.Model]) -> ValidationError:
    """What the database refused, in the words of the rule at its field; raises the error where it is no such rule."""
    told = getattr(error.__cause__, "diag", None)
    name = getattr(told, "constraint_name", None)
    if told and name == NAMES_WHAT_WAS_MERGED:
        merged = ValidationError(
            _("What is named here has been merged into another one meanwhile. Choose that one."), name
        )
        return ValidationError({(told.column_name or "").removesuffix("_id"): merged})
    for rule in model._meta.constraints:
        if rule.name == name:
            message = rule.get_violation_error_message()
            return ValidationError({getattr(rule, "at", NON_FIELD_ERRORS): ValidationError(message, name)})
    if name in ("stakes_never_exceed_100_percent", "holdings_never_exceed_100_percent"):
        message = _("With this share the stakes add up to more than 100 %.")
        return ValidationError({"share_percent": ValidationError(message, name)})
    raise error
