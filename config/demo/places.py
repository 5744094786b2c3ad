"""The part of the demo about where mines are: the outlines of their areas, as invented as everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projects.geometry import spelled
from projects.models import Outline, Source

if TYPE_CHECKING:
    from config.demo.record import ProjectTelling


def enter_outlines(mine: ProjectTelling) -> None:
    """The outline of each of its areas that the record tells, by its corners, longitude before latitude."""
    for row in mine.row.get("outlines", ()):
        corners = [tuple(corner) for corner in row["corners"]]
        outline = spelled([[[*corners, corners[0]]]])
        study = mine.project.assessments.get(component=row["study"]) if "study" in row else None
        columns = {"area": row["area"], "assessment": study, "starts_on": row["from"]}
        record = Outline(project=mine.project, outline=outline, **columns)
        mine.enter(record, Source.Voice.AUTHORITY, row["from"], "Catastro minero (inventado)")
