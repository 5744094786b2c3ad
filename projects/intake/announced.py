"""Announced investments from files: the headings, units and words of the lists that ministries publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from projects.intake.parsing import one_of, words_for
from projects.intake.records import RecordTarget
from projects.intake.targets import ImportField
from projects.models import AnnouncedInvestment

INVESTMENT = "capex musd, inversion musd, inversion us millones, capex, inversion, investment"
IN_MILLIONS = dict.fromkeys(("capex musd", "inversion musd", "inversion us millones"), "1000000")
IN_DOLLARS = dict.fromkeys(IN_MILLIONS, "USD")
STAGE = "etapa avance, etapa, etapa de avance, estado, fase, stage, status, phase"
COMMISSIONING = (
    "anio puesta marcha, ano puesta en marcha, anio puesta en marcha, ano de puesta en marcha, puesta "
    "en marcha, start year, first year"
)
"""Headings by which investment, stage and first year are known, and what of them implies a unit and a currency."""

HINTS: Mapping[str, Mapping[str, Any]] = {
    "amount": {"aliases": INVESTMENT, "unit_hints": IN_MILLIONS},
    "currency": {"aliases": "moneda, moneda inversion", "fixed_hints": IN_DOLLARS},
    "stage": {"aliases": STAGE},
    "works_from": {"aliases": "anio inicio ejecucion, ano inicio ejecucion, ano de inicio de ejecucion, inicio"},
    "works_until": {"aliases": "anio fin ejecucion, ano fin ejecucion, ano de fin de ejecucion, fin"},
    "commissioning": {"aliases": COMMISSIONING},
}
"""What a column is known by beside its label."""

Stage = AnnouncedInvestment.Stage
WORDS_OF_THE_MINISTRY = (
    (Stage.PRE_FEASIBILITY, "Pre-factibilidad"),
    (Stage.CONSTRUCTION, "Ejecución"),
    (Stage.SUSPENDED, "Ejecución (suspendida)"),
)
"""What the Peruvian list of mining projects (CPIM) calls stages, where pages of Minka call them otherwise."""


class AnnouncedInvestmentTarget(RecordTarget):
    """One row, what is announced for one mine; a stage in words that are not known is asked about."""

    def field_for(self, name: str, column: Any) -> ImportField:
        """As of every kind, and by the headings and words of such lists."""
        field, hints = super().field_for(name, column), dict(HINTS.get(name, {}))
        hints["aliases"] = ", ".join(filter(None, (field.aliases, hints.get("aliases"))))
        if name == "stage":
            hints["parser"] = one_of(words_for([*column.flatchoices, *WORDS_OF_THE_MINISTRY]), Stage.labels)
        return replace(field, **hints)
