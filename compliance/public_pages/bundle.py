"""All tables of a publication in one file, with a dictionary of their columns: a Data Package, version 2.

`datapackage.json` names each table and what its columns hold (https://datapackage.org/standard/data-package/); the
sealed document, the rules that it was graded by and the chain of owners as BODS statements lie beside the tables.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext

from accounts.design.writing import capitalised
from accounts.spreadsheets import answers, csv_bytes
from compliance.evaluation import canonical
from compliance.models import Publication
from compliance.public_pages.bods import bods_file
from compliance.public_pages.document import Document
from compliance.public_pages.sections import Section, Table, all_in_order
from projects.models import Source

TYPES: Mapping[type, str] = {bool: "boolean", int: "integer", Decimal: "number", date: "date"}
"""The type of a column by what its cells hold; everything else is text."""
EARLIEST_IN_A_ZIP = 1980


def bundle(publication: Publication, document: Document) -> bytes:
    """A ZIP file of everything that the pages of a mine and year show."""
    tables = {one: one.table(document) for one in all_in_order() if one.table}
    filled = {section: table for section, table in tables.items() if len(table) > 1}
    files = {f"{one.name}.csv": csv_bytes(table) for one, table in filled.items()}
    files["document.json"] = publication.document.encode()
    files["rules.json"] = canonical.dumps(document.framework).encode()
    if statements := bods_file(publication, document):
        files["owners.bods.json"] = statements
    dictionary = data_package(publication, filled)
    files["datapackage.json"] = json.dumps(dictionary, ensure_ascii=False, indent=2).encode()
    return zipped(files, publication.published_at.date())


def data_package(publication: Publication, tables: Mapping[Section, Table]) -> dict[str, Any]:
    """The dictionary: of each table its title, what it is about, and the name, type and words of every column."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"minka-{publication.project_slug}-{publication.year}",
        "title": f"{publication.project_name}, {publication.year}",
        "version": str(publication.sequence),
        "created": publication.published_at.isoformat(),
        "resources": [resource(section, table) for section, table in tables.items()],
    }


def resource(section: Section, table: Table) -> dict[str, Any]:
    """One table: an empty cell is what nobody knows."""
    head, *rows = table
    columns = zip(*rows, strict=True)
    fields = [field_of(str(name), type_of(cells)) for name, cells in zip(head, columns, strict=True)]
    about = {"description": str(section.lead)} if section.lead else {}
    return {
        "name": section.name,
        "type": "table",
        "path": f"{section.name}.csv",
        "title": str(section.title),
        **about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [with_words(field) for field in fields], "missingValues": [""]},
    }


def field_of(name: str, kind: str) -> dict[str, str]:
    """A column by its name, with its heading as people read it, and what its cells mean where its heading does not say."""
    field = {"name": name, "type": kind, "title": capitalised(name.replace("_", " "))}
    about = descriptions().get(name.replace("_", " "))
    return field | {"description": about} if about else field


def descriptions() -> dict[str, str]:
    """What the columns that most tables have mean, by their headings."""
    voices = "; ".join(f"{code}: {words}" for code, words in Source.Voice.choices)
    return {
        gettext("project"): gettext("The mine, by the end of its address."),
        gettext("year"): gettext("The year of the publication."),
        gettext("record"): gettext("The record by its kind and number; other tables name it so, too."),
        gettext("who says so"): voices,
        gettext("currency"): gettext("By its code of ISO 4217."),
    }


def with_words(field: dict[str, str]) -> dict[str, Any]:
    """A column of yes and no says how they are written."""
    if field["type"] != "boolean":
        return dict(field)
    told = answers()
    return field | {"trueValues": [told[True]], "falseValues": [told[False]]}


def type_of(cells: Iterable[object]) -> str:
    """What a column holds: one type where all that is known is of it; whole numbers among others are numbers too."""
    found = {TYPES.get(type(cell), "string") for cell in cells if cell is not None}
    if found == {"integer", "number"}:
        return "number"
    return found.pop() if len(found) == 1 else "string"


def zipped(files: Mapping[str, bytes], day: date) -> bytes:
    """The files in one, the same bytes for the same files."""
    kept = io.BytesIO()
    with ZipFile(kept, "w") as archive:
        for name, content in files.items():
            named = ZipInfo(name, (max(day.year, EARLIEST_IN_A_ZIP), day.month, day.day, 0, 0, 0))
            archive.writestr(named, content, ZIP_DEFLATED)
    return kept.getvalue()
