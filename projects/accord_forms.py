"""Forms that offer accords that are about several mines."""

from typing import Any

from django.db.models import Q

from projects.forms import RecordForm
from projects.models import AccordMine, Project


class AccordMineForm(RecordForm):
    """A mine under an accord: those are offered that were entered with any mine that the person sees."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["accord"]
        field.label_from_instance = lambda accord: f"{accord.title} ({accord.project.name})"

    def offered(self, column: Any, rows: Any) -> Any:
        """Accords of visible mines."""
        mines = Project.objects.visible_to(self.actor)
        return rows.filter(project__in=mines).select_related("project")


class MethodForm(RecordForm):
    """A method in use: also those accords are offered under which the mine was put beside another."""

    def offered(self, column: Any, rows: Any) -> Any:
        """For the accord those entered with this mine, and those entered with others that are about it too."""
        if column.name != "accord":
            return super().offered(column, rows)
        shared = AccordMine.objects.filter(project=self.project).values("accord")
        return rows.filter(Q(project=self.project) | Q(pk__in=shared))
