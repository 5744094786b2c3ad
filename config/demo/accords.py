"""The part of the demo about accords with States: what was promised, and what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.demo.closure import enter_on_paper
from projects.models import Accord, AccordMine, AccordPromise

if TYPE_CHECKING:
    from config.demo.record import ProjectTelling, Story


def enter_accord(mine: ProjectTelling, row: Story) -> None:
    """An accord, its promises, and what came of them as an authority reports it."""
    accord = Accord(
        project=mine.project,
        title=row["title"],
        instrument=row["instrument"],
        partner_country=row["country"],
        company=mine.telling.organisations[row["company"]] if "company" in row else None,
        signed_on=row["signed"],
        ends_on=row.get("until"),
    )
    enter_on_paper(mine, accord, row["signed"], row["title"])
    for subject, words, amount, came, outcome, known_on, *said in row["promises"]:
        promise = AccordPromise(
            accord=accord,
            subject=subject,
            description=words,
            amount=amount,
            came_amount=came,
            currency="USD" if amount else "",
            outcome=outcome,
            known_on=known_on,
            **dict(zip(("came_voice", "came_document"), said, strict=bool(said))),
        )
        enter_on_paper(mine, promise, known_on or row["signed"], "Informe de avance" if known_on else row["title"])


def put_under_accord(mine: ProjectTelling, row: Story) -> None:
    """An accord that was entered with another mine is about this one too."""
    accord = Accord.objects.get(title=row["title"], project__name=row["with"])
    enter_on_paper(mine, AccordMine(project=mine.project, accord=accord), accord.signed_on, accord.title)
