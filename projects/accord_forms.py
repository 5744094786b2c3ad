"""Forms of accords that are about several mines."""

from typing import Any

from projects.forms import RecordForm
from projects.models import Project


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
