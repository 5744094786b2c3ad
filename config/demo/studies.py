"""The part of the demo about exploration: how large it is under a study, as the authority counted on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.demo.closure import enter_on_paper
from projects.models import ExplorationWorks, ImpactAssessment

if TYPE_CHECKING:
    from config.demo.record import ProjectTelling, Story


def enter_exploration(mine: ProjectTelling, study: ImpactAssessment, row: Story) -> None:
    """Each count of platforms, hectares and metres of tunnel, with pilot plant and people who have to move."""
    authority = mine.telling.organisations["fiscalizacion"]
    for day, (platforms, hectares, metres, plant, resettled) in row.get("explored", {}).items():
        works = ExplorationWorks(
            assessment=study,
            as_of=day,
            counted_by=authority,
            platforms=platforms,
            hectares=hectares,
            tunnel_metres=metres,
            pilot_plant=plant,
            resettlement=resettled,
        )
        enter_on_paper(mine, works, day, "Acta de conteo")
