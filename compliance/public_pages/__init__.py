"""What public pages show of a publication: pure functions from the sealed document to values for templates.

Nothing here reads a clock or a request; tables are read where a section describes a mine for a new document, for
the framework that a document names, and for the boundaries that maps lie on. Unknown stays unknown: ``None`` becomes words, never a zero.
"""

from importlib import import_module
from pkgutil import iter_modules

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
