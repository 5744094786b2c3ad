"""By what the mine, its operator and its owners are known beside their names: other names, and numbers in registers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date
from compliance.public_pages.document import Document
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Subject,
    Table,
    Values,
    register,
    rows_shown,
    table_of,
)
from projects.models import MineName, OrganisationIdentifier, OrganisationName, OwnershipStake
from projects.models.identity import OtherName
from projects.models.registers import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAs:
    """One other name, or one number in a register."""

    of: str
    """what is called so"""
    called: str
    register: str = ""
    """the code of the register that gave the number; empty: it is a name"""
    language: str = ""
    """of a name; empty: nobody says"""
    starts_on: date | None = None
    ends_on: date | None = None
    voice: str

    @property
    def kind(self) -> str:
        """The register, or the language of the name."""
        if self.register:
            return str(Scheme(self.register).label)
        return str(OtherName.Language(self.language).label) if self.language else _("name")

    @property
    def days(self) -> str:
        """From when until when it was called so."""
        if self.starts_on and self.ends_on:
            return f"{long_date(self.starts_on)} – {long_date(self.ends_on)}"
        if self.ends_on:
            return _("until %(day)s") % {"day": long_date(self.ends_on)}
        return _("since %(day)s") % {"day": long_date(self.starts_on)} if self.starts_on else "–"


def describe_names(subject: Subject) -> list[KnownAs] | None:
    """What is on record of those that own the mine at the end of the year, and run it when it is published; four queries.

    Numbers of people are left out.
    """
    project, on = subject.project, date(subject.facts.year, 12, 31)
    owners = OwnershipStake.objects.in_force(on).filter(project=project).values_list("owner", flat=True)
    theirs = {"organisation__in": [*owners, *([project.operator_id] if project.operator_id else [])]}
    names = [
        *MineName.objects.filter(project=project).exclude(starts_on__gt=on).select_related("project", "source"),
        *OrganisationName.objects.filter(**theirs)
        .exclude(starts_on__gt=on)
        .select_related("organisation", "source")
        .order_by("organisation__name", "name"),
    ]
    numbers = OrganisationIdentifier.objects.not_of_people().filter(**theirs).select_related("organisation", "source")
    found = [
        KnownAs(
            of=str(one.kept),
            called=one.name,
            language=one.language,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            voice=one.source.voice,
        )
        for one in names
    ]
    found += [
        KnownAs(of=one.organisation.name, called=one.number, register=one.scheme, voice=one.source.voice)
        for one in numbers.order_by("organisation__name", "scheme", "number")
    ]
    return found or None


def names_of(document: Document) -> tuple[KnownAs, ...]:
    """What a document says of other names and numbers."""
    return document.rows(KnownAs, "names")


def show(document: Document) -> Values | None:
    """Each name in its language, each number with its register."""
    rows = [RecordRow(one.called, one.of, one.voice, [one.kind, one.days], one.language) for one in names_of(document)]
    return rows_shown([_("Name or number"), _("Language or register"), _("In use")], rows)


def names_table(document: Document) -> Table:
    """One row a name or a number."""
    columns: dict[str, Callable[[KnownAs], object]] = {
        _("whose"): lambda one: one.of,
        _("name or number"): lambda one: one.called,
        _("register"): lambda one: one.register or None,
        _("language"): lambda one: one.language or None,
        _("from"): attrgetter("starts_on"),
        _("until"): attrgetter("ends_on"),
        _("who says so"): attrgetter("voice"),
    }
    return table_of(document, columns, names_of(document))


register(
    Section(
        name="names",
        page="owners",
        place=2,
        title=gettext_lazy("Other names and numbers"),
        lead=gettext_lazy(
            "What the mine and its owners are called in other languages or were called before, and their numbers in registers."
        ),
        part=KnownAs,
        is_list=True,
        describe=describe_names,
        show=show,
        table=names_table,
        template="table",
    )
)
