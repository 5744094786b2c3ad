"""Rows that say who owns mines and companies: organisations with their numbers, and the shares that they hold.

So statements of the standard BODS 0.4 come in (`bods`); a table of the same columns does, too. A row is an organisation,
a person or family, or a share. Shares name mines and organisations that are on record, or organisations of a row above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from projects.intake.bods import BETWEEN, DIRECT_SHARE
from projects.intake.headings import fold
from projects.intake.holdings import owners_of_companies
from projects.intake.names import rows_by_name
from projects.intake.organisations import organisations_by_name
from projects.intake.parsing import (
    Options,
    name_of_at_most,
    one_of,
    parse_count,
    parse_country,
    parse_date,
    parse_number,
    shown,
    text_of_at_most,
    words_for,
)
from projects.intake.problems import Cell, Refusal, cell_text
from projects.intake.records import Asked, DeletedTarget, RecordTarget
from projects.intake.targets import TARGETS, ImportField, ImportTarget, Row, Scope, register
from projects.models import OrganisationIdentifier, Project
from projects.models.holdings import path_back
from projects.models.registers import Scheme
from projects.models.rules import OncePer

SHARE = "share"
NAMED = "organisation"
"""What rows of organisations say first, for the shares below them."""
Kind = Organisation.Kind
KINDS = [(kind.value, kind.label) for kind in (Kind.COMPANY, Kind.AGENCY, Kind.PERSON, Kind.OTHER)] + [
    (SHARE, _("Share"))
]


def parse_share(cell: Cell, options: Options) -> Any:
    """An exact share in percent; what it only lies between is refused."""
    text = cell_text(cell)
    if any(sign in text for sign in "<>≤≥"):
        raise Refusal("share_not_exact", value=shown(text))
    return parse_number(cell, options)


class OwnersTarget(ImportTarget):
    """One row, one organisation with its numbers, or one share of a mine or company."""

    undoing = DeletedTarget.undoing

    code = "owners"
    label = _("Owners of mines and companies (BODS 0.4)")
    needs = [["kind"]]
    fields = [
        ImportField("statement", _("id of the statement"), text_of_at_most(64)),
        ImportField(
            "kind",
            _("kind of row"),
            one_of(words_for(KINDS), [label for _kind, label in KINDS]),
            _("An organisation, a person or family, or a share."),
        ),
        ImportField("name", _("name of the organisation"), name_of_at_most(200)),
        ImportField("country", _("country of the organisation"), parse_country),
        ImportField(
            "identifiers",
            _("numbers in registers"),
            text_of_at_most(500),
            _("The code of the register and the number; several with a semicolon between them."),
        ),
        ImportField("company", _("company of the share"), name_of_at_most(200)),
        ImportField("owner", _("owner of the share"), name_of_at_most(200)),
        ImportField(
            "interest",
            _("interest"),
            text_of_at_most(500),
            _("As BODS calls it. Empty: a share that is held directly."),
        ),
        ImportField("share_percent", _("share, %"), parse_share),
        ImportField("starts_on", _("from"), parse_date),
        ImportField("ends_on", _("until"), parse_date),
        ImportField("replaced_in_row", _("row that replaces it"), parse_count),
        ImportField("same_name_as_row", _("row of the same name that may be another"), parse_count),
    ]

    def may_import(self, user: User) -> bool:
        """Whoever imports may import the shares and numbers that they may enter."""
        return all(part.may_import(user) for part in (self.numbers, self.holdings, self.stakes))

    @property
    def holdings(self) -> RecordTarget:
        """What shares of companies become."""
        return cast(RecordTarget, TARGETS["holdings"])

    @property
    def stakes(self) -> RecordTarget:
        """What shares of mines become."""
        return cast(RecordTarget, TARGETS["stakes"])

    @property
    def numbers(self) -> RecordTarget:
        """What numbers in registers become."""
        return cast(RecordTarget, TARGETS["identifiers"])

    def check(self, rows: Sequence[Row], scope: Scope) -> None:
        """Look at organisations first, then at the shares that name them; a constant number of queries."""
        names = {row.values[code] for row in rows for code in ("name", "company", "owner") if row.values[code]}
        mines = rows_by_name(names, Project.objects.visible_to(scope.actor))
        known = mines | rows_by_name(names, Organisation.objects.offered())
        for row in rows:
            for code, problem in (("replaced_in_row", "replaced_in_row"), ("same_name_as_row", "may_be_another")):
                if row.values[code]:
                    row.refuse(code, problem, row=row.values[code])
        organisations = [row for row in rows if row.values["kind"] not in (SHARE, None)]
        for row in organisations:
            self.match(row, "name", known, scope, add=True)
        self.check_numbers([row for row in organisations if not row.problems and is_organisation(row)], scope)
        for row in organisations:
            if not row.problems:
                note_organisation(row, scope)
        shares = [row for row in rows if row.values["kind"] == SHARE]
        for row in shares:
            check_interest(row)
            self.match(row, "company", known, scope)
            self.match(row, "owner", known, scope)
        self.check_shares([row for row in shares if not row.problems], scope)

    def match(self, row: Row, code: str, known: Mapping[str, list[Any]], scope: Scope, *, add: bool = False) -> None:
        """Find whom a name means, on record or in a row above; one to add has its row as key, below zero."""
        name = row.values[code]
        if not name:
            refuse_missing(row, code)
            return
        found = [one for one in known.get(fold(name), []) if code != "owner" or isinstance(one, Organisation)]
        above = row.number if add else scope.earlier(NAMED, fold(name))
        if len(found) > 1:
            row.refuse(code, "ambiguous_name", value=shown(name))
        elif not found and not above:
            row.refuse(code, "not_on_record", value=shown(name))
        else:
            row.values[f"{code}_means"] = found[0] if found else Organisation(pk=-(above or 0), name=name)

    def check_numbers(self, rows: Sequence[Row], scope: Scope) -> None:
        """What is wrong with numbers, by the rules of their kind; those of registers that are not kept are left out."""
        form = self.numbers.kind.form(actor=scope.actor, project=None)
        asked = self.numbers.asked_by(form)
        keys = [row.values["name_means"].pk for row in rows]
        recorded: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
        on_record = OrganisationIdentifier.objects.filter(organisation__in=keys)
        for key, scheme, number in on_record.values_list("organisation", "scheme", "number"):
            recorded[key, scheme].add(number)
        found = []
        for row in rows:
            row.values["numbers"] = []
            for scheme, number in numbers_in(row):
                said = {"organisation": row.values["name_means"], "scheme": scheme, "number": number}
                one = Row(row.pk, row.number, said)
                self.numbers.check_cells(one, asked)
                if not one.problems:
                    self.numbers.check_record(one, form)
                if one.problems or self.is_new(row, one, recorded, scope):
                    found.append((row, one))
        for rule in OrganisationIdentifier._meta.constraints:
            if isinstance(rule, OncePer):
                self.numbers.check_once(rule, [one for _row, one in found if not one.problems], scope)
        for row, one in found:
            row.marks += one.marks
            row.values["numbers"].append(one)
            row.problems += [problem | {"field": "identifiers"} for problem in one.problems]

    def is_new(self, row: Row, one: Row, recorded: Mapping[tuple[int, str], set[str]], scope: Scope) -> bool:
        """Whether nobody said this number yet; a row is refused whose organisation has another one of the register."""
        record = one.values["record"]
        others = recorded.get((record.organisation.pk, record.scheme), set())
        if others and record.number not in others:
            row.refuse("identifiers", "has_another_number", value=", ".join(sorted(others)))
        said = "number", fold(record.organisation.name), record.scheme, record.number
        if others or scope.earlier(*said):
            return False
        scope.remember(row, *said)
        return True

    def target_of(self, row: Row) -> RecordTarget:
        """What the share of a row becomes."""
        return self.stakes if isinstance(row.values["company_means"], Project) else self.holdings

    def on_record(self, rows: Sequence[Row]) -> set[tuple[Any, ...]]:
        """The shares on record of what rows are about, each by what it is, whose it is, its owner and its first day."""
        found: set[tuple[Any, ...]] = set()
        for target in (self.holdings, self.stakes):
            keys = {row.values["company_means"].pk for row in rows if self.target_of(row) == target}
            shares = target.model.objects.filter(**{f"{target.model.of}__in": keys})
            found |= {(target, *said) for said in shares.values_list(target.model.of, "owner", "starts_on")}
        return found

    def check_shares(self, rows: Sequence[Row], scope: Scope) -> None:
        """Look at shares by the rules of their kind, and whether they are on record or in a row above."""
        recorded = self.on_record(rows)
        forms: dict[Any, tuple[Any, list[Asked]]] = {}
        for row in rows:
            company, owner, day = (row.values[code] for code in ("company_means", "owner_means", "starts_on"))
            target, project = self.target_of(row), company if isinstance(company, Project) else None
            if project not in forms:
                form = target.kind.form(actor=scope.actor, project=project)
                forms[project] = form, target.asked_by(form)
            form, asked = forms[project]
            unsaid = dict.fromkeys(one.code for one in target.fields if one.code not in row.values)
            row.values |= unsaid | {"company": company, "owner": owner}
            refuse_missing(row, "share_percent", "starts_on")
            target.check_cells(row, asked)
            if row.problems:
                continue
            target.check_rules(row, form)
            said = target.code, fold(company.name), fold(owner.name), day.isoformat()
            if (target, company.pk, owner.pk, day) in recorded:
                row.refuse("company", "share_on_record")
            elif (first := scope.earlier(*said)) is not None:
                row.refuse("company", "recorded_in_row", row=first)
            elif not row.problems:
                scope.remember(row, *said)
                if target is self.holdings:
                    self.ask_about_circle(row, scope)

    def ask_about_circle(self, row: Row, scope: Scope) -> None:
        """Ask whether owners stand in a circle that the share closes, with what is on record and the rows above it."""
        owners, share = owners_of_companies(scope), row.values["record"]
        if path_back(share.held, owners):
            row.doubt("owner", "circle_of_owners", value=shown(share.company.name))
            share.circle_in_document = True
        if not row.problems:
            owners[share.company_id].append(share.held)

    def save(self, rows: Sequence[Row], scope: Scope) -> None:
        """Organisations that are not on record yet, their numbers, and the shares, with sources and the trail."""
        shares = [row for row in rows if row.values["kind"] == SHARE]
        organisations = [row for row in rows if row.values["kind"] != SHARE and is_organisation(row)]
        numbers = []
        for row, organisation in self.added(organisations, scope):
            for one in row.values["numbers"]:
                one.values["record"].organisation = organisation
                numbers.append(one)
        self.numbers.save(numbers, scope)
        parties = [(row, code, row.values[f"{code}_means"]) for row in shares for code in ("company", "owner")]
        new = [(row.values["record"], code, one.name) for row, code, one in parties if one.pk < 0]
        known = rows_by_name({name for _record, _code, name in new}, Organisation.objects.offered())
        for record, code, name in new:
            setattr(record, code, known[fold(name)][0])
        for target in (self.holdings, self.stakes):
            target.save([row for row in shares if self.target_of(row) == target], scope)

    def added(self, rows: Sequence[Row], scope: Scope) -> list[tuple[Row, Organisation]]:
        """Each row with its organisation; a new one has the kind and country of its first row, and no agency is made."""
        found: dict[str, Organisation] = {}
        for kind in (Kind.COMPANY, Kind.PERSON, Kind.OTHER):
            kinds = (Kind.OTHER, Kind.AGENCY) if kind == Kind.OTHER else (kind,)
            names = {row.values["name"] for row in rows if row.values["kind"] in kinds}
            found |= organisations_by_name(names, scope, kind=kind, preferred=kinds)
        together = [(row, found[fold(row.values["name"])]) for row in rows]
        for row, organisation in together:
            if organisation.pk in scope.created and not organisation.country:
                organisation.country = row.values["country"] or ""
        Organisation.objects.bulk_update({one for _row, one in together if one.pk in scope.created}, ["country"])
        return together

    def refuse(self, row: Row, error: IntegrityError) -> None:
        """In the words of the rule that the database holds."""
        if row.values["kind"] == SHARE:
            self.target_of(row).refuse(row, error)
            return
        before = len(row.problems)
        self.numbers.refuse(row, error)
        row.problems[before:] = [problem | {"field": "identifiers"} for problem in row.problems[before:]]

    def in_use(self, rows: Sequence[int]) -> dict[int, str]:
        """Those whose share or number is in use."""
        return self.numbers.in_use(rows) | self.holdings.in_use(rows) | self.stakes.in_use(rows)

    def undo(self, rows: Sequence[int], scope: Scope, reason: str) -> set[int]:
        """Delete the shares and numbers; organisations go with the import."""
        parts = (self.numbers, self.holdings, self.stakes)
        return {row for part in parts for row in part.undo(rows, scope, reason)}


def is_organisation(row: Row) -> bool:
    """Whether a row means an organisation, and no mine."""
    return isinstance(row.values.get("name_means"), Organisation)


def refuse_missing(row: Row, *codes: str) -> None:
    """Refuse what a row of its kind must say; a cell that cannot be read has its own problem."""
    for code in codes:
        if row.values[code] is None and not any(one["field"] == code for one in row.problems):
            row.refuse(code, "missing", fields=[code])


def note_organisation(row: Row, scope: Scope) -> None:
    """Say whether an organisation will be added; rows below may name it."""
    name = row.values["name"]
    if row.values["name_means"].pk > 0 or scope.earlier(NAMED, fold(name)):
        row.note("name", "known_already", value=shown(name))
    else:
        is_agency = row.values["kind"] == Kind.AGENCY
        row.note("name", "agency_will_be_added" if is_agency else "will_be_added", value=shown(name))
    if is_organisation(row):
        scope.remember(row, NAMED, fold(name))


def check_interest(row: Row) -> None:
    """Refuse what is no share that is held directly; say what is left out beside one."""
    interests = (row.values["interest"] or DIRECT_SHARE).split(BETWEEN)
    others = [one for one in interests if one != DIRECT_SHARE]
    if len(interests) != len(others) + 1:
        row.refuse("interest", "not_a_direct_share", value=shown(row.values["interest"]))
    elif others:
        row.note("interest", "others_left_out", value=shown(BETWEEN.join(others)))


def numbers_in(row: Row) -> Iterator[tuple[str, str]]:
    """The numbers of a row with the registers that are kept; the others are said."""
    for part in (row.values["identifiers"] or "").split(BETWEEN):
        scheme, _blank, number = part.partition(" ")
        if scheme in Scheme.values:
            yield scheme, number
        elif part:
            row.note("identifiers", "register_not_kept", value=shown(part))


register(OwnersTarget())
