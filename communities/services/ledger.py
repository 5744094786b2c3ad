"""The verbs on the ledger: record a disbursement, let the other side answer; what two people agreed on, correct and withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Proposal, User
from accounts.roles import Role
from accounts.services.audit import write_audit
from communities.models import Disbursement, Statement
from projects.models import Evidence, Source
from projects.services.records import concerned_pairs, promise_evaluation, save_source
from projects.testimony import NEVER_THE_OTHER_SIDE

ENTERED_BY_OTHERS = _("Another organisation entered this. Ask them to correct it.")
STATED_MEANWHILE = _("Somebody stated something else while you were typing. Look at it below, then save again.")
STANDS_ALREADY = _("This side has already said something. Correct that statement.")
STATED_SINCE = _("Something else was stated since this was asked for. Refuse it, look at the payment, and ask anew.")


@dataclass(frozen=True)
class Said:
    """What one side says: how much, on which day (None where nobody knows), and how that is known."""

    side: str
    amount: Decimal
    occurred_on: date | None
    source: Source
    evidence: Sequence[Evidence] = field(default=())


@transaction.atomic
def record_disbursement(*, actor: User, disbursement: Disbursement, said: Iterable[Said]) -> Disbursement:
    """Add a flow of money with what one or both sides say of it; entries are never changed, only superseded.

    Each side has a source of its own; that of the first is the flow's too.
    """
    said = list(said)
    if not all(may_speak(actor, disbursement, words.side) for words in said):
        raise PermissionDenied
    refuse_one_speaker_for_both(said)
    for words in said:
        check_source(words)
        save_source(actor=actor, source=words.source, evidence=words.evidence, company=disbursement.paying.pk)
    disbursement.source = said[0].source
    check_against_obligation(disbursement)
    disbursement.save()
    for words in said:
        try:
            add_statement(disbursement, words)
        except ValidationError as error:
            raise of_side(error, words.side) from None
    write_audit(actor=actor, verb="entered", record=disbursement)
    promise_evaluation(concerned_pairs(disbursement), owner=actor)
    return disbursement


@transaction.atomic
def state_side(
    *,
    actor: User,
    disbursement: Disbursement,
    said: Said,
    seen: int | None,
) -> Statement:
    """Let one side say its first words about a disbursement, or speak again after a withdrawal.

    Raises what `standing_as_seen` raises, and ValidationError where the side has said something that stands: two people
    correct that (`ledger_requests.py`).
    """
    if standing_as_seen(actor, disbursement, said.side, seen):
        raise ValidationError(STANDS_ALREADY, code="stands_already")
    check_source(said)
    save_source(actor=actor, source=said.source, evidence=said.evidence, company=disbursement.paying.pk)
    statement = add_statement(disbursement, said)
    bring_back_names(disbursement)
    write_audit(actor=actor, verb="stated", record=statement)
    promise_evaluation(concerned_pairs(disbursement), owner=actor)
    return statement


def standing_as_seen(actor: User, disbursement: Disbursement, side: str, seen: int | None) -> Statement | None:
    """What a side says now, with the flow locked; None where it says nothing.

    A company's people speak for the payer only, and nobody corrects what another organisation entered: raises
    PermissionDenied. `seen` is the statement that the person saw standing, None where there was none: where another one
    stands by now, a ValidationError with the code `edited_meanwhile` says so.
    """
    if not may_speak(actor, disbursement, side):
        raise PermissionDenied
    lock_flow(disbursement)
    standing = disbursement.statements.standing().filter(side=side).first()
    if standing and not may_replace(actor, standing):
        raise PermissionDenied(ENTERED_BY_OTHERS)
    if (standing.pk if standing else None) != seen:
        raise ValidationError(STATED_MEANWHILE, code="edited_meanwhile")
    return standing


@transaction.atomic
def correct_statement(*, corrected: Statement, proposal: Proposal) -> None:
    """Let what a proposal says stand in the place of a statement; another person has confirmed it.

    Whoever asked for it is its author. Raises a ValidationError with the code `stated_since` where the statement stands
    no longer.
    """
    disbursement = corrected.disbursement
    lock_flow(disbursement)
    if not Statement.objects.standing().filter(pk=corrected.pk).exists():
        raise ValidationError(STATED_SINCE, code="stated_since")
    statement = proposed_statement(corrected, proposal)
    check_statement(statement)
    statement.save()
    bring_back_names(disbursement)
    write_audit(actor=proposal.asked_by, verb="corrected", record=statement, reason=proposal.reason)
    promise_evaluation(concerned_pairs(disbursement), owner=proposal.asked_by)


def proposed_statement(corrected: Statement, proposal: Proposal) -> Statement:
    """The unsaved statement that a proposal would put in the place of one."""
    asked = proposal.details
    return Statement(
        disbursement=corrected.disbursement,
        side=corrected.side,
        amount=Decimal(asked["amount"]),
        occurred_on=date.fromisoformat(asked["occurred_on"]) if asked["occurred_on"] else None,
        supersedes=corrected,
        reason=proposal.reason,
        source=Source.objects.get(pk=asked["source"]),
        proposal=proposal,
    )


def bring_back_names(disbursement: Disbursement) -> None:
    """Offer payer and payee again where they were taken back with an undone import: something is said of them."""
    Organisation.objects.filter(pk__in=[disbursement.payer_id, disbursement.payee_id]).bring_back()


@transaction.atomic
def withdraw_disbursement(*, disbursement: Disbursement, proposal: Proposal) -> None:
    """Take back what was entered by mistake: every standing statement is withdrawn, and stays readable.

    Whoever asked for it is its author, and another person has confirmed the proposal. Raises a ValidationError with the
    code `stated_since` where something else stands by now than what was to be withdrawn.
    """
    lock_flow(disbursement)
    standing = list(disbursement.statements.standing().order_by("pk"))
    if [statement.pk for statement in standing] != proposal.details["statements"]:
        raise ValidationError(STATED_SINCE, code="stated_since")
    actor = proposal.asked_by
    own = actor.organisation_as(Role.MONITOR)
    source = save_source(actor=actor, source=Source(voice=Source.Voice.MONITOR, organisation=own))
    for statement in standing:
        Statement.objects.create(
            disbursement=disbursement,
            side=statement.side,
            amount=statement.amount,
            occurred_on=statement.occurred_on,
            withdrawn=True,
            supersedes=statement,
            reason=proposal.reason,
            source=source,
            proposal=proposal,
        )
    write_audit(actor=actor, verb="withdrawn", record=disbursement, reason=proposal.reason)
    promise_evaluation(concerned_pairs(disbursement), owner=actor)


def may_speak(actor: User, disbursement: Disbursement, side: str) -> bool:
    """Monitors enter both sides; the payer's own people what they paid, and never what arrived."""
    if disbursement.paying.pk in actor.organisation_ids_as(Role.OPERATOR):
        return side == Statement.Side.COMPANY
    return actor.may("record.enter_for_others")


def may_replace(actor: User, standing: Statement) -> bool:
    """Whoever entered a statement corrects it; a company also corrects what others entered as its words."""
    if standing.source.entered_for_id in actor.organisation_ids_as(Role.MONITOR, Role.OPERATOR):
        return True
    own_side = standing.disbursement.paying.pk in actor.organisation_ids_as(Role.OPERATOR)
    return own_side and standing.side == Statement.Side.COMPANY


def may_correct(actor: User, standing: Statement) -> bool:
    """Whether the person speaks for that side and may replace what it says."""
    return may_speak(actor, standing.disbursement, standing.side) and may_replace(actor, standing)


def correctable_by(actor: User) -> Q:
    """Condition on statements of payments that the person sees: `may_correct`."""
    companies = actor.organisation_ids_as(Role.OPERATOR)
    paid = Q(disbursement__payer__in=companies) | Q(disbursement__payer__merged_into__in=companies)
    own = Q(source__entered_for__in=actor.organisation_ids_as(Role.MONITOR, Role.OPERATOR))
    return (own & ~(paid & Q(side=Statement.Side.RECIPIENT))) | (paid & Q(side=Statement.Side.COMPANY))


def may_withdraw(actor: User, standing: Sequence[Statement]) -> bool:
    """Whether a monitor's organisation entered all that stands."""
    own = actor.organisation_ids_as(Role.MONITOR)
    return bool(standing) and all(statement.source.entered_for_id in own for statement in standing)


def lock_flow(disbursement: Disbursement) -> None:
    """Let one person speak about a flow at a time.

    The provenance row is locked in its stead: locking needs the right to update, which nobody has on the ledger.
    """
    Source.objects.select_for_update(of=("self",)).get(pk=disbursement.source_id)


def add_statement(disbursement: Disbursement, said: Said) -> Statement:
    """Append one statement of a side that says nothing now, after checking it against its disbursement."""
    withdrawal = disbursement.statements.filter(side=said.side, withdrawn=True, superseded_by__isnull=True).first()
    statement = Statement(
        disbursement=disbursement,
        side=said.side,
        amount=said.amount,
        occurred_on=said.occurred_on,
        supersedes=withdrawal,
        reason=str(_("Stated again after a withdrawal.")) if withdrawal else "",
        source=said.source,
    )
    check_statement(statement)
    statement.save()
    return statement


def of_side(error: ValidationError, side: str) -> ValidationError:
    """The same error, its day by the name that it has where both sides are typed at once."""
    day = "paid_on" if side == Statement.Side.COMPANY else "received_on"
    return ValidationError({day if name == "occurred_on" else name: found for name, found in error.error_dict.items()})


def check_statement(statement: Statement) -> None:
    """Raise ValidationError, by field, where a statement breaks a rule; disbursement and source have their own."""
    statement.full_clean(exclude=["disbursement", "source"])


def check_source(said: Said) -> None:
    """The payer speaks for the payer, and of a recipient's statement it is known how, by whom and when it was made.

    Raises ValidationError by the fields of the source.
    """
    source = said.source
    if said.side == Statement.Side.COMPANY:
        return
    if source.voice in NEVER_THE_OTHER_SIDE:
        message = _(
            "The company and a monitoring committee cannot say what arrived. Say how the recipient’s own word is known."
        )
        raise ValidationError({"voice": ValidationError(message, "another_side")})
    missing = [name for name in ("known_by", "speaker", "stated_on") if not getattr(source, name)]
    if missing:
        message = _("A recipient’s statement needs a source of its own: how it is known, who said it, and when.")
        raise ValidationError({name: ValidationError(message, "no_source_of_its_own") for name in missing})


def refuse_one_speaker_for_both(said: Sequence[Said]) -> None:
    """One source, or one and the same person, is no two sides."""
    speakers = [words.source.speaker.strip().casefold() for words in said]
    one_source = len({id(words.source) for words in said}) < len(said)
    if one_source or any(name and speakers.count(name) > 1 for name in speakers):
        message = _("One and the same person speaks for both sides here. Each side needs a source of its own.")
        raise ValidationError(message, code="one_speaker_for_both_sides")


def check_against_obligation(disbursement: Disbursement) -> None:
    """A payment settles an obligation of the same project, payer, payee and currency, not before its agreement."""
    obligation = disbursement.obligation
    if obligation is None:
        return
    mismatches = {
        "project": disbursement.project_id != obligation.project_id,
        "payer": disbursement.payer_id != obligation.payer_id,
        "currency": disbursement.currency != obligation.currency,
        "obligation": (disbursement.community_id, disbursement.payee_id)
        != (obligation.community_id, obligation.recipient_id),
    }
    message, params = _("This is not what the obligation says: %(obligation)s."), {"obligation": obligation}
    wrong = {
        column: ValidationError(message, "differs_from_obligation", params)
        for column, differs in mismatches.items()
        if differs
    }
    if wrong:
        raise ValidationError(wrong)
