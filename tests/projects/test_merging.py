"""What is on record twice is merged, with a way back: what named the one names the other, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, models, transaction

from accounts.append_only import APPEND_ONLY_TABLES
from accounts.models import AuditEntry, Job, Membership, Merge, Organisation
from accounts.models.merges import columns_naming
from accounts.services.appointments import ask_for_role
from communities.models import Community, Disbursement, Influence, Obligation
from communities.services.ledger import may_speak
from compliance.evaluation.facts import ObligationFact, PaymentFact
from compliance.evaluation.gathering import Scope, gather
from compliance.services.conflicts import own_entries
from compliance.services.production import reporting_pairs
from projects.models import ImportBatch, OwnershipStake, PhasePeriod, Project, ProjectAssignment, Source
from projects.services.merging import MERGE_KINDS, STAYING, merge, rows_naming, stays, undo_merge
from projects.services.records import broken_rule
from projects.services.withdrawal import restore_record, withdraw_record
from tests.cast import (
    COMPANY,
    YEAR,
    Cast,
    Mine,
    appoint,
    employment,
    enter,
    follow,
    gather_cast,
    mine,
    neighbour,
    obligation,
    open_mine,
    payment,
    produced,
    published,
)
from tests.projects.intake_help import confirm, map_columns, undo, upload

pytestmark = pytest.mark.django_db
REASON = "The same, entered twice."
GROWING = {"accounts_auditentry", "accounts_merge", "accounts_job", "accounts_notice"}
"""Tables in which a merge and its undoing leave traces."""


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Mine:
    """A mine with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


def every_row() -> dict[str, list[tuple[Any, ...]]]:
    """All tables as they are, but for those that grow."""
    tables = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table not in GROWING]
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values_list()) for model in tables}


def company(name: str, **fields: Any) -> Organisation:
    """A company that nobody works for."""
    return Organisation.objects.create(name=name, kind="company", **fields)


def joined(cast: Cast, kept: Any, merged: Any) -> Merge:
    """One row merged into the other by an administrator, both as they are afterwards."""
    made = merge(actor=cast.administrator, kept=kept, merged=merged, reason=REASON)
    for row in (kept, merged):
        row.refresh_from_db(from_queryset=type(row)._base_manager.all())
    return made


@contextmanager
def refused(code: str, *words: str) -> Iterator[None]:
    """A merge that is refused with words, after which every table is as it was."""
    before = every_row()
    with pytest.raises(ValidationError) as caught:
        yield
    assert code in {error.code for error in caught.value.error_list}
    for word in words:
        assert word in " ".join(caught.value.messages)
    assert every_row() == before
    assert not Merge.objects.exists()


def twins(cast: Cast, own: Mine, code: str) -> tuple[Any, Any]:
    """Of each kind a row that much names, and another that nothing does yet."""
    if code == "communities":
        return neighbour(cast.monitor, "Ayllu Puka Samy"), own.community
    if code == "projects":
        return mine(cast.monitor, "Puca Sami", operator=cast.company), own.project
    Membership.objects.filter(organisation=cast.company).update(ends_on=date(2025, 1, 1))
    return company("Minera Samy"), cast.company


@pytest.mark.parametrize("code", sorted(MERGE_KINDS))
def test_every_column_that_names_one_names_the_other_or_keeps_its_old_words(cast: Cast, own: Mine, code: str) -> None:
    kept, merged = twins(cast, own, code)
    named = {
        (model, column): set(rows_naming(model, column, merged).values_list("pk", flat=True))
        for model, column in columns_naming(type(merged))
    }
    keys = [
        (model, column.name)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        for column in model._meta.concrete_fields
        if isinstance(column, models.ForeignKey) and column.related_model is type(merged)
    ]
    assert set(named) == set(keys)
    made = joined(cast, kept, merged)
    for (model, column), before in named.items():
        left = set(rows_naming(model, column, merged).values_list("pk", flat=True))
        if model._meta.db_table in APPEND_ONLY_TABLES or model in STAYING:
            assert left == before, (model, column)
        elif model is ProjectAssignment and code == "projects":
            assert left == before, "its monitors follow the other one already"
        else:
            assert not left, (model, column)
            assert made.moved.get(model._meta.label_lower, {}).get(column, []) == sorted(before)


def test_the_ledger_and_sealed_scorecards_keep_their_old_words() -> None:
    assert {model._meta.db_table for model in apps.get_models() if stays(model)} == {
        *APPEND_ONLY_TABLES,
        "accounts_membership",
        "accounts_rolerequest",
        "compliance_scorecardhead",
    }


@pytest.mark.parametrize("code", sorted(MERGE_KINDS))
def test_a_merge_that_is_undone_leaves_every_table_as_it_was(cast: Cast, own: Mine, code: str) -> None:
    kept, merged = twins(cast, own, code)
    before = every_row()
    made = joined(cast, kept, merged)
    assert every_row() != before
    assert undo_merge(actor=cast.administrator, made=made, reason="They are two.") == []
    assert every_row() == before
    assert list(AuditEntry.objects.about(merged).values_list("verb", "reason")[:2]) == [
        ("merge_undone", "They are two."),
        ("merged", REASON),
    ]
    assert AuditEntry.objects.about(kept).first().verb == "merge_undone"  # type: ignore[union-attr]


def test_what_was_entered_for_the_other_afterwards_stays_with_it_and_what_was_changed_since_is_named(
    cast: Cast, own: Mine
) -> None:
    kept, merged = neighbour(cast.monitor, "Ayllu Puka Samy"), own.community
    third = neighbour(cast.monitor, "Wayra")
    made = joined(cast, kept, merged)
    later = obligation(cast.monitor, own.project, kept, date(YEAR, 9, 30))
    Obligation.objects.filter(pk=own.obligation.pk).update(community=third)
    [stayed] = undo_merge(actor=cast.administrator, made=made, reason="They are two.")
    own.obligation.refresh_from_db()
    later.refresh_from_db()
    assert str(own.obligation) == stayed
    assert own.obligation.community == third
    assert later.community == kept
    assert Influence.objects.get().community == merged
    with pytest.raises(ValidationError, match="undone already"):
        undo_merge(actor=cast.administrator, made=made, reason="Again.")


def test_payments_of_two_communities_that_were_merged_are_judged_together(cast: Cast, own: Mine) -> None:
    kept = neighbour(cast.monitor, "Ayllu Puka Samy")
    theirs = obligation(cast.monitor, own.project, kept, date(YEAR, 9, 30))
    paid_to_kept = payment(cast.monitor, theirs)
    joined(cast, kept, own.community)
    facts = gather(Scope(frozenset({(own.project.pk, YEAR)}), date(YEAR + 1, 2, 1)))[own.project.pk, YEAR]
    assert {row.recipient for row in facts[ObligationFact]} == {"Ayllu Puka Samy"}
    assert {row.record for row in facts[PaymentFact]} == {
        f"disbursement/{paid_to_kept.pk}",
        f"disbursement/{own.disbursement.pk}",
    }
    assert Disbursement.objects.get(pk=own.disbursement.pk).community_id == own.community.pk
    assert Job.objects.filter(subject=f"project/{own.project.pk}/{YEAR}").exists()


def test_payments_of_a_mine_that_was_merged_count_for_the_other(cast: Cast, own: Mine) -> None:
    kept = mine(cast.monitor, "Puca Sami", operator=cast.company)
    before = gather(Scope(frozenset({(own.project.pk, YEAR)}), date(YEAR + 1, 2, 1)))[own.project.pk, YEAR]
    Job.objects.all().delete()
    made = joined(cast, kept, own.project)
    assert Job.objects.filter(subject=f"project/{kept.pk}/{YEAR}").exists()
    pairs = frozenset({(kept.pk, YEAR), (own.project.pk, YEAR)})
    [(key, facts)] = gather(Scope(pairs, date(YEAR + 1, 2, 1))).items()
    assert key == (kept.pk, YEAR)
    assert facts.tables == before.tables
    assert (kept.pk, YEAR) in reporting_pairs({kept.pk})
    assert not reporting_pairs({own.project.pk})
    flow = f"disbursement/{own.disbursement.pk}"
    assert flow in own_entries(cast.monitor, kept.pk)
    assert own.disbursement in Disbursement.objects.visible_to(cast.monitor)
    assert own.disbursement not in Disbursement.objects.visible_to(cast.stranger)
    assert list(Disbursement.objects.all().of_project(kept)) == [own.disbursement]
    Job.objects.all().delete()
    undo_merge(actor=cast.administrator, made=made, reason="They are two.")
    assert Job.objects.filter(subject=f"project/{own.project.pk}/{YEAR}").exists()
    assert list(Disbursement.objects.all().of_project(kept)) == []


def test_whoever_speaks_for_a_company_answers_for_what_was_merged_into_it(cast: Cast, own: Mine) -> None:
    other = company("Minera Samy")
    theirs = mine(cast.monitor, "Wayra", operator=other)
    flow = payment(cast.monitor, obligation(cast.monitor, theirs, own.community, date(YEAR, 9, 30)))
    assert not may_speak(cast.operator, flow, COMPANY)
    joined(cast, cast.company, other)
    assert may_speak(cast.operator, Disbursement.objects.get(pk=flow.pk), COMPANY)


def test_what_is_of_another_kind_is_refused_with_words(cast: Cast, own: Mine) -> None:
    agency = Organisation.objects.create(name="Municipalidad de Wayra", kind="agency")
    pairs: list[tuple[Any, Any, tuple[str, ...]]] = [
        (
            cast.company,
            own.community,
            ("“Ayllu Puka Sami” is a community", "“Minera Sami” is an organisation (Company)"),
        ),
        (
            own.community,
            cast.company,
            ("“Minera Sami” is an organisation (Company)", "“Ayllu Puka Sami” is a community"),
        ),
        (own.community, agency, ("“Municipalidad de Wayra” is an organisation (Public agency)",)),
        (own.project, own.community, ("“Puka Sami” is a mine",)),
        (cast.company, cast.regulator, ("“Ministerio” is listed as “Regulator”, “Minera Sami” as “Company”",)),
    ]
    for kept, merged, words in pairs:
        with refused("other_kind", *words):
            merge(actor=cast.administrator, kept=kept, merged=merged, reason=REASON)


def test_what_is_no_thing_of_its_own_is_merged_with_nothing(cast: Cast, own: Mine) -> None:
    with refused("never_merged", "cannot be merged with anything"):
        merge(actor=cast.administrator, kept=own.obligation, merged=own.community, reason=REASON)


def test_nothing_is_merged_into_itself_or_without_a_reason(cast: Cast, own: Mine) -> None:
    with refused("itself", "one and the same"):
        merge(actor=cast.administrator, kept=own.community, merged=own.community, reason=REASON)
    other = neighbour(cast.monitor, "Wayra")
    with refused("no_reason", "Say why"):
        merge(actor=cast.administrator, kept=other, merged=own.community, reason="  ")


def test_administrators_alone_merge(cast: Cast, own: Mine) -> None:
    kept = neighbour(cast.monitor, "Ayllu Puka Samy")
    for name in ("monitor", "reviewer", "auditor", "operator", "nobody"):
        with pytest.raises(PermissionDenied):
            merge(actor=cast[name], kept=kept, merged=own.community, reason=REASON)
    made = joined(cast, kept, own.community)
    for name in ("monitor", "operator"):
        with pytest.raises(PermissionDenied):
            undo_merge(actor=cast[name], made=made, reason=REASON)


def test_roles_are_not_merged(cast: Cast) -> None:
    other = Organisation.objects.create(name="Ojo Aberto", kind="ngo")
    with refused("roles", "Colleague, Monitor"):
        merge(actor=cast.administrator, kept=other, merged=cast.ngo, reason=REASON)
    waits = Organisation.objects.create(name="Ojo Abiertos", kind="ngo")
    ask_for_role(actor=cast.administrator, user=cast.nobody, organisation=waits, role="monitor")
    with refused("roles", "Nobody"):
        merge(actor=cast.administrator, kept=cast.ngo, merged=waits, reason=REASON)
    appoint(cast.nobody, other, "monitor", starts_on=date(2024, 1, 1), ends_on=date(2025, 1, 1))
    joined(cast, cast.ngo, other)
    assert Membership.objects.get(user=cast.nobody).organisation == other


def test_what_would_stand_twice_is_named_with_what_to_do(cast: Cast, own: Mine) -> None:
    other = neighbour(cast.monitor, "Ayllu Puka Samy")
    enter(cast.monitor, Influence(project=own.project, community=other, degree="direct", recognition="claimed"))
    with refused("clash", "already linked to this project", "Withdraw one of the two records first"):
        merge(actor=cast.administrator, kept=own.community, merged=other, reason=REASON)
    withdraw_record(actor=cast.monitor, record=Influence.objects.get(community=other), reason="Twice.")
    made = joined(cast, own.community, other)
    before = Influence.with_withdrawn.filter(community=own.community).count()
    assert before == 2
    undo_merge(actor=cast.administrator, made=made, reason="They are two.")
    assert Influence.with_withdrawn.filter(community=other).count() == 1


def test_two_mines_of_which_the_same_is_said_are_not_merged(cast: Cast, own: Mine) -> None:
    twin = mine(cast.monitor, "Puca Sami", operator=cast.company)
    enter(cast.monitor, PhasePeriod(project=twin, phase="operation", starts_on=date(2022, 1, 1)))
    employment(cast.monitor, twin)
    with refused("clash", "already has a phase at that time", "Withdraw one"):
        merge(actor=cast.administrator, kept=own.project, merged=twin, reason=REASON)


def test_stakes_of_two_mines_that_exceed_the_whole_are_not_put_together(cast: Cast, own: Mine) -> None:
    twin = mine(cast.monitor, "Puca Sami", operator=cast.company)
    enter(
        cast.monitor,
        OwnershipStake(project=twin, owner=cast.company, share_percent=Decimal(60), starts_on=date(2021, 1, 1)),
    )
    with refused("clash", "more than 100 %"):
        merge(actor=cast.administrator, kept=own.project, merged=twin, reason=REASON)


def test_a_link_that_both_have_stays_where_it_is(cast: Cast, own: Mine) -> None:
    twin = mine(cast.monitor, "Puca Sami", operator=cast.company)
    follow(twin, cast.other_ngo)
    made = joined(cast, own.project, twin)
    assert set(ProjectAssignment.objects.filter(project=own.project).values_list("organisation__name", flat=True)) == {
        "Ojo Abierto",
        "Otra Mirada",
    }
    assert ProjectAssignment.objects.get(project=twin).organisation == cast.ngo
    undo_merge(actor=cast.administrator, made=made, reason="They are two.")
    assert ProjectAssignment.objects.filter(project=twin).count() == 2


def test_a_mine_with_publications_is_not_merged_into_another_and_takes_another_in(cast: Cast, own: Mine) -> None:
    published(cast, produced(own.project))
    twin = mine(cast.monitor, "Puca Sami", operator=cast.company)
    with refused("published", "Results of “Puka Sami” are published"):
        merge(actor=cast.administrator, kept=twin, merged=own.project, reason=REASON)
    joined(cast, own.project, twin)
    assert twin.merged_into == own.project


def test_mines_of_two_countries_and_rows_of_the_demonstration_are_not_merged(cast: Cast, own: Mine) -> None:
    abroad = mine(cast.stranger, "Puka Sami", country="CL")
    with refused("country", "different countries"):
        merge(actor=cast.administrator, kept=own.project, merged=abroad, reason=REASON)
    invented = company("Ajena", is_demo=True)
    with refused("demo", "demonstration"):
        merge(actor=cast.administrator, kept=cast.other_company, merged=invented, reason=REASON)


def test_what_was_merged_is_hidden_and_merged_or_restored_no_more(cast: Cast, own: Mine) -> None:
    kept = neighbour(cast.monitor, "Ayllu Puka Samy")
    made = joined(cast, kept, own.community)
    assert own.community not in Community.objects.all()
    third = neighbour(cast.monitor, "Wayra")
    for pair in ({"kept": third, "merged": own.community}, {"kept": own.community, "merged": third}):
        with pytest.raises(ValidationError, match="was merged into “Ayllu Puka Samy” already"):
            merge(actor=cast.administrator, reason=REASON, **pair)
    with pytest.raises(ValidationError, match="Undo the merge instead"):
        restore_record(actor=cast.administrator, record=own.community, reason=REASON)
    with pytest.raises(ValidationError, match="“Ayllu Puka Sami” was merged into it"):
        withdraw_record(actor=cast.administrator, record=kept, reason=REASON)
    other = company("Minera Samy")
    joined(cast, cast.company, other)
    assert other not in Organisation.objects.offered()
    joined(cast, third, kept)
    own.community.refresh_from_db(from_queryset=Community.with_withdrawn.all())
    assert own.community.kept == third
    with pytest.raises(ValidationError, match="was merged into “Wayra” since"):
        undo_merge(actor=cast.administrator, made=made, reason="They are two.")
    undo_merge(actor=cast.administrator, made=Merge.objects.get(kept_key=third.pk), reason="They are two.")
    own.community.refresh_from_db(from_queryset=Community.with_withdrawn.all())
    assert own.community.kept == kept


def test_a_way_back_that_something_else_has_taken_is_refused_with_words(cast: Cast, own: Mine) -> None:
    kept = neighbour(cast.monitor, "Ayllu Puka Samy")
    made = joined(cast, kept, own.community)
    neighbour(cast.monitor, "Ayllu Puka Sami")
    before = every_row()
    with pytest.raises(ValidationError, match="already listed in this district"):
        undo_merge(actor=cast.administrator, made=made, reason="They are two.")
    assert every_row() == before


def line(row: str) -> bytes:
    """A file of one payment."""
    return f"pagador,beneficiario,proyecto,año,moneda,monto pagado\n{row}\n".encode()


@pytest.mark.parametrize("merged", ["payer", "community", "project"])
def test_an_import_that_names_what_was_merged_lands_at_the_other(cast: Cast, own: Mine, merged: str) -> None:
    rows: dict[str, Callable[[], tuple[Any, Any]]] = {
        "payer": lambda: (cast.company, company("Minera Samy")),
        "community": lambda: (own.community, neighbour(cast.monitor, "Ayllu Puka Samy")),
        "project": lambda: (own.project, mine(cast.monitor, "Puka Samy", operator=cast.company)),
    }
    kept, other = rows[merged]()
    joined(cast, kept, other)
    names = {"payer": "Minera Sami", "community": "Ayllu Puka Sami", "project": "Puka Sami"} | {merged: other.name}
    data = line(f"{names['payer']},{names['community']},{names['project']},2024,PEN,7")
    batch = confirm(cast.monitor, map_columns(cast.monitor, upload(cast.monitor, "p.csv", data)))
    flow = Disbursement.objects.get(source__import_row__batch=batch)
    assert (flow.payer, flow.community, flow.project) == (cast.company, own.community, own.project)
    assert not batch.defaults.get("created")


@pytest.mark.parametrize(
    ("merged", "told_first"), [("payer", True), ("payer", False), ("community", True), ("payee", True)]
)
def test_an_import_sees_a_payment_that_was_told_under_the_name_of_what_was_merged(
    cast: Cast, own: Mine, merged: str, told_first: bool
) -> None:
    rows: dict[str, Callable[[], tuple[Any, Any]]] = {
        "payer": lambda: (cast.company, company("Minera Samy")),
        "community": lambda: (own.community, neighbour(cast.monitor, "Ayllu Puka Samy")),
        "payee": lambda: (company("Caja Rural Sami"), company("Caja Rural Samy")),
    }
    kept, other = rows[merged]()
    names = {"payer": "Minera Sami", "payee": "Ayllu Puka Sami"}
    names |= {"payer" if merged == "payer" else "payee": kept.name}

    def told(name: str) -> ImportBatch:
        said = names | {"payer" if merged == "payer" else "payee": name}
        data = line(f"{said['payer']},{said['payee']},Puka Sami,2024,PEN,7")
        return map_columns(cast.monitor, upload(cast.monitor, f"{name}.csv", data))

    confirm(cast.monitor, told(other.name if told_first else kept.name))
    joined(cast, kept, other)
    again = told(kept.name if told_first else other.name)
    assert [error["code"] for error in again.rows.get().errors] == ["recorded_by_import"]


def test_undoing_an_import_leaves_what_was_merged_and_its_way_back(cast: Cast, own: Mine) -> None:
    batch = confirm(
        cast.monitor,
        map_columns(
            cast.monitor, upload(cast.monitor, "p.csv", line("Minera Samy,Ayllu Puka Sami,Puka Sami,2024,PEN,7"))
        ),
    )
    added = Organisation.objects.get(name="Minera Samy")
    made = joined(cast, cast.company, added)
    undo(cast.monitor, batch)
    assert Organisation.objects.filter(pk=added.pk).exists()
    undo_merge(actor=cast.administrator, made=made, reason="They are two.")
    assert Organisation.objects.get(pk=added.pk).kept == added


def test_a_source_that_spoke_for_the_one_speaks_for_the_other(cast: Cast, own: Mine) -> None:
    ngo = Organisation.objects.create(name="Ojo Aberto", kind="ngo")
    told = Source.objects.create(voice="monitor", organisation=ngo, entered_for=ngo)
    joined(cast, cast.ngo, ngo)
    told.refresh_from_db()
    assert (told.organisation, told.entered_for) == (cast.ngo, cast.ngo)


def test_a_merged_project_is_no_longer_on_the_list_of_mines(cast: Cast, own: Mine) -> None:
    twin = mine(cast.monitor, "Puca Sami", operator=cast.company)
    joined(cast, own.project, twin)
    assert twin not in Project.objects.visible_to(cast.administrator)


def test_nothing_is_entered_for_what_was_merged_whoever_asks(cast: Cast, own: Mine) -> None:
    other = neighbour(cast.monitor, "Ayllu Puka Samy")
    joined(cast, own.community, other)
    with pytest.raises(IntegrityError, match="was merged into") as caught, transaction.atomic():
        obligation(cast.monitor, own.project, other, date(YEAR, 3, 1))
    told = broken_rule(caught.value, Obligation)
    assert "merged into another one meanwhile" in told.message_dict["community"][0]
    debt = Obligation.objects.get(project=own.project)
    debt.community = other
    with pytest.raises(IntegrityError, match="was merged into"), transaction.atomic():
        debt.save()


def test_every_column_that_could_name_what_was_merged_is_guarded() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, split_part(encode(tgargs, 'escape'), '\\000', 1),"
            " split_part(encode(tgargs, 'escape'), '\\000', 2), count(*)"
            " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE proname = 'refuse_what_was_merged'"
            " GROUP BY 1, 2, 3"
        )
        guarded = {row[:3] for row in cursor.fetchall() if row[3] == 2}
    columns = {
        (model._meta.db_table, f"{column}_id", kind.model._meta.db_table)
        for kind in MERGE_KINDS.values()
        for model, column in columns_naming(kind.model)
        if not stays(model) or model is Disbursement
    }
    assert guarded == columns
