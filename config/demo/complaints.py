"""The part of the demo about complaints: what became of those that authorities received, and how many others there are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from projects.models import ComplaintStep, EnvironmentalComplaint, Source

if TYPE_CHECKING:
    from config.demo.record import ProjectTelling, Story

VOICES = {"complainant": Source.Voice.COMMUNITY, "authority": Source.Voice.AUTHORITY, "company": Source.Voice.COMPANY}
"""Whose word it is that a complaint is resolved."""
A_WEEK = timedelta(days=7)


def enter_complaints(mine: ProjectTelling, row: Story) -> None:
    """One complaint with what became of it; or several alike, a week apart, of which nothing but their number is public."""
    for number in range(row.get("times", 1)):
        by_authority = row["at"] == EnvironmentalComplaint.Place.AUTHORITY
        complaint = EnvironmentalComplaint(
            project=mine.project,
            received_on=row["received"] + number * A_WEEK,
            lodged_at=row["at"],
            lodged_with=mine.telling.organisations["fiscalizacion"] if by_authority else None,
            subject=row["subject"],
            code=row.get("code", ""),
            inspection=mine.project.inspections.get(inspected_on=row["inspected"]) if "inspected" in row else None,
        )
        register = "Registro de denuncias (inventado)" if by_authority else "Cuaderno de denuncias (inventado)"
        voice = Source.Voice.AUTHORITY if by_authority else Source.Voice.COMMUNITY
        mine.enter(complaint, voice, complaint.received_on, register)
        for state, day, *word in row.get("steps", ()):
            enter_step(mine, ComplaintStep(complaint=complaint, state=state, reached_on=day), *word)


def enter_step(mine: ProjectTelling, step: ComplaintStep, word: str = "authority") -> None:
    """What became of it; where it is resolved, by whose word. Everybody may read it."""
    step.resolved_by_word_of = word if step.state == ComplaintStep.State.RESOLVED else ""
    everybody = Source.Audience.PUBLIC
    mine.enter(step, VOICES[word], step.reached_on, "Expediente de la denuncia (inventado)", audience=everybody)
