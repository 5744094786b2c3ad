"""The measures: what a figure is, from which records, in which unit, and what missing data does to it.

A measure is a pure function of the facts and of an indicator's parameters. It never scores: `scoring` does.
Three rules hold in all of them:

- Unknown is not zero. What is not shown does not count, and the range (low to high) says what it could
  still be.
- Nothing is divided by zero, and nothing is a float.
- Amounts of two currencies are never added: each has its own figure, and the weakest one counts.

A figure that cannot be (a negative headcount) is unknown. A negative payment can be: it is money paid back.

Every module of this package is loaded with it, and each measure registers itself (`registry.measure`).
"""

from importlib import import_module
from pkgutil import iter_modules

from compliance.evaluation.criteria.registry import MEASURES as MEASURES

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
