"""Kinds of record with everything that tests need of them in one file: `KIND`, `FOUND_BY`, `BY_COMPANIES` and records to type.

`FOUND_BY` is a word of every record, `BY_COMPANIES` says whether companies report it themselves. The walks over all kinds take part of each file here by themselves: `typed(mine, company, year)` gives what a person
types for a record of a year.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


@cache
def kinds_with_files() -> dict[str, Any]:
    """The files of this package by the kind that each is about."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    return {module.KIND: module for module in modules if hasattr(module, "KIND")}
