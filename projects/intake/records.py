"""Rows that become records of any kind: what a row may say, and what is wrong with it, follow from the kind alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import EmptyResultSet, ValidationError
from django.core.validators import EMPTY_VALUES
from django.db import IntegrityError, connection
from django.db.models import Model, QuerySet, Value
from django.db.models.base import ModelState
from django.utils.translation import gettext_lazy as _

from accounts.copying import AnyModel, add_many
from accounts.models import AuditEntry, User
from accounts.models.columns import NameColumn
from accounts.models.merges import Mergeable, called_otherwise, columns_naming
from accounts.models.told_apart import ToldApart
from accounts.services.audit import name_in_trail, write_audits
from projects.intake.headings import fold, heading_key
from projects.intake.names import KnownNames, note_nearly_known
from projects.intake.parsing import (
    Parser,
    error_words,
    in_every_language,
    name_of_at_most,
    one_of,
    parse_amount,
    parse_count,
    parse_currency,
    parse_date,
    parse_degrees,
    parse_number,
    parse_outline,
    parse_yes_no_or_unknown,
    parse_yes_or_no,
    said_in_every_language,
    shown,
    text_of_at_most,
    words_for,
)
from projects.intake.targets import ImportField, ImportTarget, Row, Scope
from projects.models import Area, Project, Source
from projects.models.columns import AmountColumn, CurrencyColumn, DegreesColumn, OutlineColumn
from projects.models.rules import Check, OncePer, Rule
from projects.services.records import broken_rule, concerned_pairs, days_given_by, free_slugs

if TYPE_CHECKING:
    from projects.kinds import RecordKind

PROJECT = "project"
BETWEEN_NAMES = ";"
LONGEST = 5_000
"""Of a text whose column has no limit, and of a list of names."""
CENTS = 2
NAMED_BY = ("name", "name_en", "name_es", "title", "component", "code", "slug")
"""Columns by which people call a record, beside the words that pages use for it."""
PARSERS: Mapping[str, Parser] = {
    "DateField": parse_date,
    "BooleanField": parse_yes_or_no,
    "PositiveIntegerField": parse_count,
    "PositiveSmallIntegerField": parse_count,
}
"""How cells are read, by Django's type of the column."""


def parser_of(column: Any) -> Parser:
    """How the cells of a column are read."""
    if column.is_relation:
        return text_of_at_most(LONGEST)
    if column.choices:
        return one_of(words_for(column.flatchoices), [label for _value, label in column.flatchoices])
    if isinstance(column, CurrencyColumn):
        return parse_currency
    if isinstance(column, NameColumn):
        return name_of_at_most(column.max_length or LONGEST)
    if isinstance(column, DegreesColumn | OutlineColumn):
        return parse_degrees if isinstance(column, DegreesColumn) else parse_outline
    kind = column.get_internal_type()
    if kind == "BooleanField" and column.null:
        return parse_yes_no_or_unknown
    if kind == "DecimalField":
        return parse_amount if column.decimal_places == CENTS else parse_number
    return PARSERS.get(kind) or text_of_at_most(column.max_length or LONGEST)


def words_of(column: Any) -> list[str]:
    """What a column is called in every language, as headings."""
    return [heading_key(words) for words in in_every_language([column.verbose_name]).values()]


class Offered:
    """Rows that may be named, by every name that people give them, and by what they are called beside it."""

    def __init__(self, rows: Iterable[Model], otherwise: Iterable[Any] = ()) -> None:
        self.by_name: dict[str, dict[Any, Model]] = {}
        for row in rows:
            for name in names_of(row):
                self.by_name.setdefault(fold(name), {})[row.pk] = row
        offered = {row.pk for those in self.by_name.values() for row in those.values()}
        own = set(self.by_name)
        for other in otherwise:
            if other.kept.pk in offered and fold(other.called) not in own:
                self.by_name.setdefault(fold(other.called), {})[other.kept.pk] = other.kept

    @cached_property
    def near(self) -> KnownNames:
        """The names, to be asked which one is most like another."""
        rows = {row.pk: row for rows in self.by_name.values() for row in rows.values()}
        return KnownNames(name for row in rows.values() for name in spoken_names(row))

    def match(self, row: Row, code: str, text: str) -> Any:
        """The one row of that name; the imported row is refused where there is none, or several."""
        found = self.by_name.get(fold(text), {})
        if len(found) > 1:
            row.refuse(code, "ambiguous_name", value=shown(text))
        elif not found:
            row.refuse(code, "not_on_record", value=shown(text), **self.hint(text))
        return next(iter(found.values())) if len(found) == 1 else None

    def hint(self, text: str) -> dict[str, Any]:
        """The nearest name; else, where rows are called by what no column names, such as a day, how one of them is written."""
        if nearest := self.near.nearest(text):
            return {"nearest": nearest}
        return {"example": self.example} if self.example else {}

    @cached_property
    def example(self) -> dict[str, str]:
        """How one row is written, in every language, where rows are called by what no column names; else nothing."""
        first = next((row for rows in self.by_name.values() for row in rows.values()), None)
        return said_in_every_language(lambda: str(first)) if first and not names_in_columns(first) else {}


def names_of(row: Any) -> set[str]:
    """What a file may call a row, in any language; an area also by “code name” and “name, province”, as forms take it."""
    names = spoken_names(row) | names_in_columns(row)
    if isinstance(row, Area):
        names |= {f"{row.code} {row.name}", ", ".join(reversed(row.path[-2:]))}
    return names


def names_in_columns(row: Any) -> set[str]:
    """The names that stand in columns of a row."""
    return {str(getattr(row, column)) for column in NAMED_BY if hasattr(row, column)}


def spoken_names(row: Any) -> set[str]:
    """What pages call a row in each language; they differ only where its name is in no column, but tells a day or a kind."""
    name = str(row)
    return {name} if name in names_in_columns(row) else set(said_in_every_language(lambda: str(row)).values())


def offer(queries: Iterable[QuerySet[Any]], scope: Scope) -> list[Offered]:
    """What each query offers; those that this pass has not read yet are read together, in one query."""
    known: dict[str, Offered] = scope.memory.setdefault("offered", {})
    queries = list(queries)
    keys = [key_of(query) for query in queries]
    unread = {key: query for key, query in zip(keys, queries, strict=True) if key not in known}
    numbered = [query.order_by().annotate(of_query=Value(at)) for at, query in enumerate(unread.values())]
    rows: list[list[Any]] = [[] for _query in numbered]
    for row in numbered[0].union(*numbered[1:], all=True) if numbered else ():
        rows[row.of_query].append(row)
    others = other_words(queries[0].model, scope) if unread else []
    known |= {key: Offered(found, others) for key, found in zip(unread, rows, strict=True)}
    return [known[key] for key in keys]


def other_words(model: type[Model], scope: Scope) -> Sequence[Any]:
    """What rows of a model are called beside their names, read once a pass."""
    if not issubclass(model, Mergeable):
        return ()
    known: dict[type[Model], list[Any]] = scope.memory.setdefault("other words", {})
    if model not in known:
        known[model] = list(chain.from_iterable(called_otherwise(model._base_manager.all())))
    return known[model]


def choices_of(field: Any) -> QuerySet[Any]:
    """The rows that a field of a form offers."""
    found: QuerySet[Any] = field.areas if hasattr(field, "areas") else field.queryset
    return found


def key_of(query: QuerySet[Any]) -> str:
    """The same for queries that ask the same."""
    try:
        return str(query.query)
    except EmptyResultSet:
        return ""


class DeletedTarget(ImportTarget):
    """One row, one record of a model, which an undo deletes unless it is in use by then."""

    model: Any
    undoing = _(
        "What these rows brought is deleted, and cannot be taken back: whoever needs it again imports it again. The history "
        "keeps who undid it and why. Where other records already belong to one of them, or somebody has changed or checked "
        "one since, nothing is undone, and you are told which."
    )
    own: Collection[Any]
    """Tables whose rows are part of the record and go with it."""
    named: Collection[str] = ()
    """What a record names in its words, beside its source."""

    def written(self, rows: Sequence[int]) -> QuerySet[Any]:
        """The records of these rows."""
        found: QuerySet[Any] = self.model._default_manager.filter(source__import_row__in=rows)
        return found.select_related("source", *self.named)

    def used(self, keys: Sequence[int]) -> set[int]:
        """Those that other records refer to, or that somebody amended or decided about since."""
        rows = self.model._default_manager.filter(pk__in=keys)
        used = set(rows.filter(source__revision__gt=1).values_list("pk", flat=True))
        trail = AuditEntry.objects.filter(content_type=ContentType.objects.get_for_model(self.model))
        since = trail.filter(object_id__in=[str(key) for key in keys]).exclude(verb="imported")
        used.update(int(key) for key in since.values_list("object_id", flat=True))
        for other, column in columns_naming(self.model):
            if other not in self.own:
                named = other._base_manager.filter(**{f"{column}__in": keys})
                used.update(named.values_list(column, flat=True).distinct())
        return used

    def in_use(self, rows: Sequence[int]) -> dict[int, str]:
        """Those whose record is in use, with what it is called."""
        records = {one.pk: one for one in self.written(rows)}
        used = self.used(list(records)) & records.keys()
        return {records[key].source.import_row_id: name_in_trail(records[key]) for key in used}

    def concerned(self, records: Sequence[Any]) -> set[tuple[int, int]]:
        """Project and year of each scorecard that moves when the records go."""
        return concerned_pairs(*records)

    def undo(self, rows: Sequence[int], scope: Scope, reason: str) -> set[int]:
        """Delete the records, with the rows of their own tables; what is in use by now stays."""
        written = list(self.written(rows).select_for_update(of=("self",)))
        used = self.used([one.pk for one in written]) if written else set()
        records = [one for one in written if one.pk not in used]
        keys = [one.pk for one in records]
        write_audits(actor=scope.actor, verb="undone", records=records, reason=reason)
        for other, column in columns_naming(self.model):
            if other in self.own:
                other._base_manager.filter(**{f"{column}__in": keys}).delete()
        # one statement each: `delete` would go in hundreds; the foreign keys of the database still hold
        self.model._default_manager.filter(pk__in=keys)._raw_delete("default")
        Source.objects.filter(pk__in=[record.source_id for record in records])._raw_delete("default")
        scope.concerned.update(self.concerned(records))
        return {one.source.import_row_id for one in written if one.pk in used}


class Asked:
    """What a form asks about one column, made ready once for many rows."""

    def __init__(self, column: Any, field: Any) -> None:
        self.name, self.column, self.field = column.name, column, field
        own = field.validators if field else []
        self.validators = [*own, *(one for one in column.validators if one not in own)]
        self.only_form_knows = isinstance(field, forms.ChoiceField) and not column.choices

    def taken(self, value: Any) -> Any:
        """The value as it is kept; raises ValidationError, in the words of form and column, where they refuse it."""
        if self.only_form_knows:
            value = chosen(self.field, value)
        try:
            for validator in self.validators:
                validator(value)
        except ValidationError:
            self.field.run_validators(value)
            self.column.run_validators(value)
        return value


class RecordTarget(DeletedTarget):
    """One row, one record of a kind, by the rules of its form and its table."""

    def __init__(self, kind: RecordKind) -> None:
        self.kind, self.model = kind, kind.model
        self.code, self.label, self.stands_so = kind.code, kind.plural, self.model.stands_so
        form: Any = kind.form
        self.asked: Mapping[str, Any] = form.base_fields
        self.columns: dict[str, Any] = {name: kind.model._meta.get_field(name) for name in form._meta.fields}
        self.fields = [self.field_for(name, column) for name, column in self.columns.items()]
        self.single = [name for name, column in self.columns.items() if not column.many_to_many]
        self.rules = [rule for rule in kind.model._meta.constraints if isinstance(rule, Check)]
        ruled = {name for rule in self.rules for name in rule.columns}
        self.ruled = {one.name: one.attname for one in kind.model._meta.concrete_fields if one.name in ruled}
        self.own = {column.remote_field.through for column in self.columns.values() if column.many_to_many}
        self.named = {name for name, column in self.columns.items() if column.many_to_one} | (
            {kind.project_path} if kind.project_path else set()
        )
        required = [name for name in self.columns if self.asked[name].required]
        if kind.project_path:
            project = ImportField(
                PROJECT,
                _("project"),
                text_of_at_most(LONGEST),
                _("Its name, or the end of its address."),
                aliases="proyecto, mina, mine",
            )
            self.fields.insert(0, project)
            required.insert(0, PROJECT)
        self.needs = [[name] for name in required]
        super().__init__()

    def field_for(self, name: str, column: Any) -> ImportField:
        """What a row may say about one column: known by its label, and by its name where that is no other's label."""
        field = self.asked[name]
        others = {word for one, other in self.columns.items() if one != name for word in words_of(other)}
        names = [*words_of(column), *({heading_key(name)} - others)]
        parser = text_of_at_most(LONGEST) if chosen_from_form(field, column) else parser_of(column)
        several = _("Several with a semicolon between them.") if column.many_to_many else field.help_text
        in_money = isinstance(column, AmountColumn)
        return ImportField(name, field.label, parser, several, aliases=", ".join(names), has_unit=in_money)

    def may_import(self, user: User) -> bool:
        """Whoever imports may import what they may enter."""
        return super().may_import(user) and self.kind.may_enter(user)

    def check(self, rows: Sequence[Row], scope: Scope) -> None:
        """Find what rows name, and look at each as its form would, without asking the database about each."""
        if self.refused_all(rows, scope):
            return
        formed = self.forms_of(rows, scope)
        for name, column in self.columns.items():
            if column.is_relation:
                self.match_named(name, column.many_to_many, formed, scope)
        asked: dict[Any, list[Asked]] = scope.memory.setdefault("asked", {})
        for row, form in formed:
            if form not in asked:
                asked[form] = self.asked_by(form)
            self.check_cells(row, asked[form])
            if not row.problems:
                self.check_record(row, form)
        for rule in self.kind.model._meta.constraints:
            if isinstance(rule, OncePer):
                self.check_once(rule, [row for row in rows if not row.problems], scope)
        if issubclass(self.kind.model, ToldApart):
            note_nearly_known(rows, self.kind.rows(scope.actor, None), scope)

    def refused_all(self, rows: Sequence[Row], scope: Scope) -> bool:
        """Whether this person may not enter records of the kind; every row is then refused."""
        may = self.kind.may_enter(scope.actor)
        for row in () if may else rows:
            row.refuse("", "not_yours")
        return not may

    def forms_of(self, rows: Sequence[Row], scope: Scope) -> list[tuple[Row, Any]]:
        """Rows of a visible project, each with the form of that project; all rows where the kind has no project."""
        known: dict[Any, Any] = scope.memory.setdefault("forms", {})
        projects: Offered | None = None
        if self.kind.project_path:
            projects = offer([Project.objects.visible_to(scope.actor)], scope)[0]
        found = []
        for row in rows:
            name = row.values.get(PROJECT)
            project = projects.match(row, PROJECT, name) if projects and name else None
            if project or not projects:
                if project not in known:
                    known[project] = self.kind.form(actor=scope.actor, project=project)
                found.append((row, known[project]))
        return found

    def match_named(self, name: str, several: bool, rows: Sequence[tuple[Row, Any]], scope: Scope) -> None:
        """Put the records that one column names in the place of their names; the form says which may be chosen."""
        offered: dict[Any, Offered] = scope.memory.setdefault(f"offered for {name}", {})
        asked = {form: None for row, form in rows if row.values[name] and name in form.fields and form not in offered}
        offered |= zip(asked, offer([choices_of(form.fields[name]) for form in asked], scope), strict=True)
        for row, form in rows:
            text = row.values[name]
            if form in offered and text:
                parts = [part.strip() for part in text.split(BETWEEN_NAMES)] if several else [text]
                found = [offered[form].match(row, name, part) for part in parts if part]
                row.values[name] = found if several else found[0]

    def asked_by(self, form: Any) -> list[Asked]:
        """What a form asks about each column."""
        return [Asked(column, form.fields.get(name)) for name, column in self.columns.items()]

    def check_cells(self, row: Row, asked: Iterable[Asked]) -> None:
        """What is wrong with single values, by form and column."""
        wrong = {one["field"] for one in row.problems}
        for one in asked:
            value = row.values[one.name]
            if (not value and value in EMPTY_VALUES) or one.name in wrong:
                continue
            if one.field is None:
                row.refuse(one.name, "not_yours")
            elif not one.column.is_relation:
                try:
                    row.values[one.name] = one.taken(value)
                except ValidationError as error:
                    row.refuse(one.name, "broken_rule", words=error_words(error))

    def check_record(self, row: Row, form: Any) -> None:
        """Build the record, and look at its rules."""
        self.check_rules(row, form)
        try:
            row.values["record"].clean()
        except ValidationError as error:
            self.say(row, error)

    def check_rules(self, row: Row, form: Any) -> None:
        """Build the record, and look at the rules that its own columns keep or break."""
        record = row.values["record"] = self.record_of(row, form)
        values = {name: getattr(record, attribute) for name, attribute in self.ruled.items()}
        for rule in self.rules:
            if rule.broken_by(values):
                beside = [one.code for one in self.fields if one.code in rule.columns]
                row.refuse(self.at(rule), "broken_rule", words=rule_words(rule), beside=beside)

    def say(self, row: Row, error: ValidationError) -> None:
        """Refuse a row with an error's own words, at the fields that it names."""
        for name, found in (error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}).items():
            at = name if name in self.columns else ""
            row.refuse(at, "broken_rule", words=error_words(ValidationError(found)))

    def record_of(self, row: Row, form: Any) -> Any:
        """An unsaved record, as the form would make it; what it names is loaded, down to the project."""
        record = unsaved_like(form.instance)
        for name in self.single:
            if row.values[name] is not None:
                setattr(record, name, row.values[name])
        if self.kind.project_path:
            *path, last = self.kind.project_path.split("__")
            holder = record
            for name in path:
                holder = getattr(holder, name)
            if holder._meta.get_field(last).get_cached_value(holder, None) is not form.project:
                setattr(holder, last, form.project)
        return record

    def at(self, rule: Rule) -> str:
        """The field at which a broken rule is said; "" where it is the whole row."""
        return rule.at if rule.at in self.columns else ""

    def check_once(self, rule: OncePer, rows: Sequence[Row], scope: Scope) -> None:
        """Refuse what is on record already, or in an earlier row; one query a chunk."""
        options: Any = self.kind.model._meta
        columns = [options.get_field(name) for name in rule.fields]
        keys = {row.pk: tuple(getattr(row.values["record"], one.attname) for one in columns) for row in rows}
        recorded = on_record(columns, set(keys.values())) if rows else set()
        for row in rows:
            key = keys[row.pk]
            if None in key and rule.nulls_distinct is not False:
                continue
            if key in recorded:
                row.refuse(self.at(rule), "broken_rule", words=rule_words(rule))
            elif (first := scope.said_before(row, rule.name, *key)) is not None:
                row.refuse(self.at(rule), "recorded_in_row", row=first)

    def save(self, rows: Sequence[Row], scope: Scope) -> None:
        """Records with their sources, what they name, and the trail; a constant number of queries."""
        records = [row.values["record"] for row in rows]
        for record, source in zip(records, scope.add_sources(rows), strict=True):
            record.source_id = source
        if hasattr(self.kind.model, "slug"):
            for record, slug in zip(records, free_slugs(self.kind.model, [one.name for one in records]), strict=True):
                record.slug = slug
        add_many(records)
        for name, column in self.columns.items():
            if column.many_to_many:
                own, other, through = (
                    column.m2m_field_name(),
                    column.m2m_reverse_field_name(),
                    column.remote_field.through,
                )
                add_many(
                    through(**{own: record, other: named})
                    for row, record in zip(rows, records, strict=True)
                    for named in {one.pk: one for one in row.values[name] or ()}.values()
                )
        write_audits(actor=scope.actor, verb="imported", records=records, reason=str(scope.batch))
        scope.concerned.update(concerned_pairs(*records), days_given_by(*records, actor=scope.actor))

    def refuse(self, row: Row, error: IntegrityError) -> None:
        """What the database alone knows, such as shares that add up to too much, in the words of its rule."""
        self.say(row, broken_rule(error, self.kind.model))


def unsaved_like(said: AnyModel) -> AnyModel:
    """Another unsaved record that says the same; `copy` would pickle it, which takes five times as long."""
    record = type(said).__new__(type(said))
    record.__dict__.update(said.__dict__)
    record._state = ModelState()
    record._state.fields_cache = dict(said._state.fields_cache)
    return record


def on_record(columns: Sequence[Any], keys: Collection[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """What standing records say in these columns of one model, of all that says one of the keys; unknown is like anything."""
    said = list(zip(*keys, strict=True))
    known = [at for at, values in enumerate(said) if None not in values]
    selected = ", ".join(f'kept."{one.column}"' for one in columns)
    arrays = ", ".join(f"%s::text[]::{columns[at].cast_db_type(connection)}[]" for at in known)
    alike = " AND ".join(f'kept."{columns[at].column}" = asked.said_{at}' for at in known)
    asked = f"JOIN unnest({arrays}) AS asked({', '.join(f'said_{at}' for at in known)}) ON {alike}" if known else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT DISTINCT {selected} FROM "{columns[0].model._meta.db_table}" AS kept {asked}'  # noqa: S608
            " WHERE kept.withdrawn_at IS NULL",
            [[str(value) for value in said[at]] for at in known],
        )
        return set(cursor.fetchall())


def chosen_from_form(field: forms.Field, column: Any) -> bool:
    """Whether only the form knows what a column may say; a file may then write its words, which are longer than the column."""
    return isinstance(field, forms.ChoiceField) and not (column.choices or column.is_relation)


def chosen(field: forms.Field, value: Any) -> Any:
    """The value of a choice that only the form knows; raises ValidationError where there is no such choice."""
    if not isinstance(field, forms.ChoiceField):
        return value
    known = words_for((one, label) for one, label in field.choices if one)  # type: ignore[misc, union-attr]
    return known.get(fold(str(value))) or field.clean(value)


def rule_words(rule: Rule) -> dict[str, str]:
    """What a broken rule says, by language."""
    return said_in_every_language(lambda: str(rule.get_violation_error_message()))
