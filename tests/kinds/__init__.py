"""Kinds of record with everything that tests need of them in one file, found by itself.

`KIND` is its code, `FOUND_BY` a word by which every record of it is found, `BY_COMPANIES` whether companies report it
themselves; `typed(mine, company, year)` gives what a person types for a record of a year. The walks over all kinds take
part of each file.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from projects.kinds import KINDS_OF_RECORD


@cache
def kinds_with_files() -> dict[str, Any]:
    """The files of this package by the kind that each is about, in the order of the kinds: what others name stands first."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    by_kind = {module.KIND: module for module in modules if hasattr(module, "KIND")}
    assert by_kind.keys() <= KINDS_OF_RECORD.keys()
    return {code: by_kind[code] for code in KINDS_OF_RECORD if code in by_kind}
