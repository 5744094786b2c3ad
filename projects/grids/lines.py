"""One line of a table: what it is about, what was typed in its boxes, and what is wrong with that."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date, number
from projects.fields import ONE_MARK_AND_THREE_DIGITS, AmountField
from projects.forms import RecordForm, check_currency_typed
from projects.intake.messages import sentence
from projects.intake.parsing import Options, Parser
from projects.intake.problems import Refusal
from projects.intake.records import parser_of
from projects.models.columns import AmountColumn, QuantityColumn
from projects.models.rules import Check

SAYS_NOTHING = {"", "unknown"}
"""What an empty box and a question that nobody answered send."""
LETTERS_OF_A_KEY = 12
UNIT = "unit"
"""The column that says in which unit quantities are."""
WITHDRAW = _(
    "You emptied every figure of a record. Where it was entered by mistake, withdraw it instead; else fill them in again."
)


class LineForm(RecordForm):
    """The figures of one line, with the rules of its whole record; what the line is about is settled before."""

    alike: Mapping[str, Any]
    """What all lines have in common: the mine and the days."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """In a table, what could be two numbers is asked about in every column, as in an import."""
        super().__init__(*arguments, **options)
        for field_ in self.fields.values():
            if isinstance(field_, AmountField):
                field_.always_asks = True

    @cached_property
    def questions(self) -> dict[str, Parser]:
        """How the boxes are read that hold the answer to a question and no figure."""
        columns = {name: self._meta.model._meta.get_field(name) for name in self.fields}
        return {name: parser_of(column) for name, column in columns.items() if is_question(self.fields[name])}

    def clean(self) -> dict[str, Any]:
        """A sum typed with the sign of another currency is refused, too, where the line itself says the currency."""
        cleaned = super().clean()
        for column in self._meta.model._meta.fields:
            if isinstance(column, AmountColumn) and column.currency not in self.fields:
                check_currency_typed(self, {column.name} & self.fields.keys(), getattr(self.instance, column.currency))
        return cleaned

    def _post_clean(self) -> None:
        """As the form of the whole record, but for rows that it names, which were found before, and for rules about several.

        Which lines there are, the table itself knows, and PostgreSQL holds it.
        """
        for name, value in self.cleaned_data.items():
            setattr(self.instance, name, value)
        named = {column.name for column in self._meta.model._meta.fields if column.is_relation}
        for look in (lambda: self.instance.clean_fields(named | self.errors.keys()), self.instance.clean):
            try:
                look()
            except ValidationError as error:
                self._update_errors(error)
        model: type[Model] = self._meta.model
        for rule in rules_of(model):
            if not rule.columns & self.errors.keys() and rule.broken_by(self.instance.__dict__):
                message = ValidationError(rule.get_violation_error_message(), rule.name)
                self._update_errors(ValidationError({rule.at: message}))

    def for_line(self, record: Any, data: Mapping[str, str]) -> LineForm:
        """The same form of another record: fields hold nothing of their own, and to copy them takes most of the time."""
        form = copy(self)
        form.__dict__.update(instance=record, data=data, is_bound=True, _errors=None, _bound_fields_cache={})
        return form


@cache
def rules_of(model: type[Model]) -> tuple[Check, ...]:
    """The rules that look at one record alone."""
    return tuple(rule for rule in model._meta.constraints if isinstance(rule, Check))


def line_form_of(form: type[RecordForm], figures: Sequence[str]) -> type[LineForm]:
    """The form of a line, from that of the whole record."""
    meta = type("Meta", (form.Meta,), {"fields": list(figures)})  # type: ignore[attr-defined]
    hidden = tuple(name for name in form.not_for_companies if name in figures)
    own = {"Meta": meta, "not_for_companies": hidden, "__doc__": LineForm.__doc__}
    return type(f"{form.__name__}OfLine", (LineForm, form), own)


def text_of(value: Any) -> str:
    """A value as it stands in a box, where nothing can be read in two ways."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = f"{value.normalize():f}" if value else "0"
        return f"{text}0" if ONE_MARK_AND_THREE_DIGITS.fullmatch(text) else text
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)


def words_of(record: Any, name: str) -> str:
    """A value as people read it; "" where nobody knows it."""
    value = getattr(record, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, Decimal | int):
        return number(value)
    if isinstance(value, date):
        return long_date(value)
    words: Callable[[], str] | None = getattr(record, f"get_{name}_display", None)
    return words() if words else str(value)


def key_of(said: Sequence[Any]) -> str:
    """By what the boxes of a line are known, whoever opens the table and whatever else stands in it."""
    return "r" + hashlib.sha256(repr([str(one) for one in said]).encode()).hexdigest()[:LETTERS_OF_A_KEY]


@dataclass
class Line:
    """One line. Of a new one people type what it is about, too."""

    key: str
    title: str = ""
    record: Any = None
    """The record of this period; None where there is none yet."""
    before: Any = None
    """The one of the period before."""
    about: dict[str, Any] = field(default_factory=dict)
    """What tells the line apart, by column; of a new line as far as it was understood."""
    named: dict[str, str] = field(default_factory=dict)
    """What was typed for that in a new line."""
    typed: dict[str, str] = field(default_factory=dict)
    """What stands in the boxes, by column."""
    locked: bool = False
    """Whether others entered it, so that this person reads it only."""
    errors: dict[str, list[str]] = field(default_factory=dict)
    """By column; "" of the whole line."""
    form: Any = None
    is_new: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no box says anything."""
        return all(text.strip() in SAYS_NOTHING for text in self.typed.values())

    @property
    def title_typed(self) -> str:
        """What a new line is called, as it was typed."""
        return ", ".join(filter(None, self.named.values()))

    @property
    def said(self) -> dict[str, str]:
        """What the record says, as it would stand in the boxes."""
        return {name: text_of(getattr(self.record, name)) if self.record else "" for name in self.typed}

    @property
    def differs(self) -> bool:
        """Whether the boxes say something else than the record."""
        was = self.said
        return any(
            text != was[name] and not {text.strip(), was[name]} <= SAYS_NOTHING for name, text in self.typed.items()
        )

    @property
    def is_partly_emptied(self) -> bool:
        """Whether a figure that the record says was taken out of its box."""
        was = self.said
        return any(text.strip() in SAYS_NOTHING and was[name] not in SAYS_NOTHING for name, text in self.typed.items())

    @property
    def is_to_be_saved(self) -> bool:
        """Whether there is something to add or to change; figures that are only written otherwise are the same."""
        if self.record and self.form is not None and not self.errors:
            return any(value != getattr(self.record, name) for name, value in self.form.cleaned_data.items())
        return not self.locked and self.differs

    def refuse(self, name: str, words: Any) -> None:
        """Say what is wrong, at a column or of the whole line."""
        self.errors.setdefault(name, []).append(str(words))

    def check(self, prototype: LineForm) -> None:
        """Read the boxes as the form of the record would."""
        if self.record and self.is_empty:
            self.refuse("", WITHDRAW)
            return
        record = copy(self.record) if self.record else prototype._meta.model()
        for name, value in {**prototype.alike, **self.about}.items():
            setattr(record, name, value)
        self.form = prototype.for_line(record, self.understood(prototype))
        asked = set(self.errors)
        for name, found in self.form.errors.items():
            for words in () if name in asked else found:
                self.refuse(name if name in self.typed else "", words)

    def understood(self, prototype: LineForm) -> dict[str, str]:
        """What was typed, with the answers of questions as a form sends them; what is no answer stays in its box."""
        wrong = {}
        for name, read in prototype.questions.items():
            try:
                self.typed[name] = text_of(read(self.typed[name], Options()))
            except Refusal as refusal:
                self.refuse(name, sentence(refusal.as_dict()))
                wrong[name] = ""
        return self.typed | wrong

    def value(self, name: str) -> Any:
        """What a box says, as far as it can be read; None where nobody knows it."""
        if self.form is not None:
            return self.form.cleaned_data.get(name)
        return getattr(self.record, name) if self.record else None

    def currency(self, column: Any) -> str:
        """In which currency a sum of this line is; "" of other figures."""
        name = getattr(column, "currency", "")
        if not name:
            return ""
        return str(self.about.get(name) or self.value(name) or "")

    def unit(self, column: Any) -> str:
        """In which unit a quantity of this line is; "" of other figures."""
        return str(self.value(UNIT) or "") if has_unit(column) else ""

    def all_errors(self) -> Iterator[tuple[str, str]]:
        """Column and words of everything that is wrong."""
        return ((name, words) for name, found in self.errors.items() for words in found)


def has_unit(column: Any) -> bool:
    """Whether a column holds quantities whose unit is said beside them."""
    return isinstance(column, QuantityColumn) and any(one.name == UNIT for one in column.model._meta.fields)


def is_question(field: forms.Field) -> bool:
    """Whether a box is a choice and no figure."""
    return isinstance(field, forms.ChoiceField | forms.NullBooleanField)
