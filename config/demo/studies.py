"""The part of the demo about studies: how large exploration is, how people were heard, whom a study names and leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from communities.models import Influence, LeftOutClaim, ParticipationEvent, StudyCommunity
from config.demo.closure import enter_on_paper
from projects.models import AssessmentStep, ExplorationWorks, ImpactAssessment, Source

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


def enter_steps(mine: ProjectTelling, study: ImpactAssessment, row: Story) -> None:
    """What the authority observed and the company answered, and whether the approval ended, each by its document."""
    for taken_on, step, document in row.get("steps", ()):
        taken = AssessmentStep(assessment=study, step=step, taken_on=taken_on, document=document)
        mine.enter(taken, Source.Voice.AUTHORITY, taken_on, document)


def enter_meetings(mine: ProjectTelling, study: ImpactAssessment, row: Story) -> None:
    """Each meeting of the plan: by the minutes that the authority keeps, or by those of a community's assembly."""
    for told in row.get("meetings", ()):
        key, held_on = told.get("with"), told.get("held")
        women, men = told.get("people", (None, None))
        meeting = ParticipationEvent(
            assessment=study,
            mechanism=told["what"],
            planned_for=told.get("planned"),
            held_on=held_on,
            not_held="held" not in told,
            community=mine.telling.communities[key] if key else None,
            place=told.get("place", ""),
            languages=told.get("languages", ""),
            interpreter_present=told.get("interpreter"),
            women_present=women,
            men_present=men,
        )
        day = held_on or told["planned"]
        if told.get("says") == "community":
            everybody = Source.Audience.PUBLIC
            mine.enter(meeting, Source.Voice.COMMUNITY, day, "Acta de la asamblea", audience=everybody)
        else:
            enter_on_paper(mine, meeting, day, "Acta de participación")


def enter_areas(mine: ProjectTelling) -> None:
    """Each neighbour that the first study names, and what each other one says of it with the answer."""
    study = mine.project.assessments.earliest("pk")
    for near in mine.project.influences.select_related("community").order_by("pk"):
        if near.recognition == Influence.Recognition.RECOGNISED:
            named = StudyCommunity(assessment=study, community=near.community, degree=near.degree)
            day = study.approved_on or study.submitted_on
            mine.enter(named, Source.Voice.AUTHORITY, day, "Área de influencia del estudio")
        else:
            enter_claim(mine, study, near)


def enter_claim(mine: ProjectTelling, study: ImpactAssessment, near: Influence) -> None:
    """What a community says of being left out, by the minutes of its assembly, and what the authority answered."""
    told: Story = next(row for key, row in mine.row["near"].items() if mine.telling.communities[key] == near.community)
    answer, answered_on, document = told.get("answer", ("", None, ""))
    claim = LeftOutClaim(
        assessment=study,
        community=near.community,
        said_on=told["since"],
        said=told["says"],
        answer=answer,
        answered_by=mine.telling.organisations["office"] if answer else None,
        answered_on=answered_on,
        answer_document=document,
    )
    everybody = Source.Audience.PUBLIC
    mine.enter(claim, Source.Voice.COMMUNITY, near.starts_on, "Acta de la asamblea", audience=everybody)
