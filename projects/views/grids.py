"""A table that is typed like a spreadsheet: the records of one kind, mine and period on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires, signed_in
from accounts.design.pages import error_rows
from accounts.keys import key_in
from accounts.models import User
from accounts.services.once import UsedForAnother, answer_given, write_once
from projects.fields import DayField
from projects.forms import ReasonForm, SourceForm, check_days_of_form
from projects.grids.lines import Line, text_of
from projects.grids.pasting import Taken
from projects.grids.periods import Period, periods_of, usual_periods
from projects.grids.provenance import SaidBefore, first_shown, said_anew, said_before, shown_in
from projects.grids.sheet import MORE_SPARE, MOST_BOXED, Sheet
from projects.grids.table import Table
from projects.intake.parsing import FIRST_YEAR
from projects.models import Project
from projects.services.lines import save_lines
from projects.services.records import broken_rule
from projects.views.records import Place, place

MOST_SHOWN = 20
"""Changes that a pasted block would make, and that are listed one by one."""
MOST_CHANGED = 200
"""Records that one save changes: each is looked at and written by itself."""
TOO_MANY_CHANGED = gettext_lazy(
    "One save changes at most %(most)s lines that are on record already; here they are %(count)s. "
    "Paste fewer rows at a time."
)
BLOCK_LEFT = gettext_lazy(
    "There are still rows in this box. Take them into the table, or empty the box, and save again."
)
NO_MORE_BOXES = gettext_lazy(
    "The table has no room for more lines with boxes (%(most)s). Paste further lines as a block."
)


class PeriodForm(forms.Form):
    """From which day to which the figures of a table are."""

    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"))

    def clean(self) -> dict[str, Any]:
        """Days in order, that have come."""
        cleaned = super().clean() or self.cleaned_data
        check_days_of_form(self, "first", "last")
        if cleaned.get("first") and cleaned.get("last") and cleaned["first"] > cleaned["last"]:
            self.add_error("last", _("The period ends before it starts."))
        return cleaned


def grid_place(request: HttpRequest, kind: str, slug: str) -> tuple[Place, Project]:
    """Where the table is; 404 where records of the kind are not typed in one, 403 for whoever does not enter them."""
    here = place(request, kind, slug)
    if here.kind.grid is None or here.project is None:
        raise Http404
    if not here.may_enter(signed_in(request)):
        raise PermissionDenied
    return here, here.project


@require_GET
@requires("record.enter")
def grid_periods(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Which period: those on record, the usual ones, or any days."""
    here, _project = grid_place(request, kind, slug)
    form = PeriodForm(request.GET if "first" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect(address_of(here, Period(form.cleaned_data["first"], form.cleaned_data["last"])))
    return periods_page(request, here, form)


def address_of(here: Place, period: Period) -> str:
    """The table of a period."""
    return here.url("grid", period=period.address)


def periods_page(request: HttpRequest, here: Place, form: PeriodForm) -> HttpResponse:
    """The choice of a period."""
    today, asked = timezone.localdate(), key_in(request.GET.get("year")) or 0
    years = [asked] if FIRST_YEAR <= asked <= today.year else [today.year, today.year - 1]
    recorded = periods_of(here.kind.rows(signed_in(request), here.project))
    rows = [those for year in years for those in usual_periods(year, today)]
    linked = [[(period, address_of(here, period)) for period in those] for those in (list(recorded), *rows)]
    shown = {"place": here, "form": form, "back": here.url("list"), "recorded": linked[0], "usual": linked[1:]}
    return render(request, "projects/grid/periods.html", shown)


@dataclass
class Work:
    """What one person does with one table: the sheet, who says so, and why what was said before is changed."""

    actor: User
    sheet: Sheet
    source: SourceForm
    reason: ReasonForm
    before: SaidBefore
    taken: Taken | None = None
    lines_are_good: bool = False
    problem: str = ""
    """What is wrong with no line alone."""
    block_problem: Any = ""
    """What is wrong with the box for pasted rows."""
    looked_at: Sheet | None = None
    """The table as it would be with a pasted block."""

    @property
    def changes_records(self) -> bool:
        """Whether a record of the period may be changed, for which there must be a reason."""
        return any(line.record and not line.locked for line in self.sheet.lines)

    def do(self, what: str, block: str) -> None:
        """What the person asked for, beside to look at it or to save it."""
        if what == "copy":
            self.sheet.copy_before()
        elif what == "more" and len(self.sheet.lines) < MOST_BOXED:
            self.sheet.add_spare(min(MORE_SPARE, MOST_BOXED - len(self.sheet.lines)))
        elif what == "more":
            self.problem = NO_MORE_BOXES % {"most": MOST_BOXED}
        elif what == "take":
            self.taken = self.sheet.take(block)

    def look(self, sheet: Sheet, block: str) -> None:
        """See what a block would change, in a table of which nothing is kept."""
        self.looked_at, self.taken = sheet, sheet.take(block)
        sheet.check()

    def saved(self, block: str) -> Mapping[str, int] | None:
        """Save all lines, and return how many were added and changed; None where something is wrong, which is then said."""
        lines = self.sheet.to_be_saved
        changed = [line for line in lines if line.record]
        self.source.fields["voice"].required = len(lines) > len(changed) or bool(shown_in(self.source).get("voice"))
        forms = [self.source, *([self.reason] if changed else [])]
        good = [self.lines_are_good, *(form.is_valid() for form in forms)]
        if not changed:
            self.reason.errors.clear()
        self.block_problem = BLOCK_LEFT if block.strip() else ""
        if not lines:
            self.problem = _("No line says anything new, so nothing was saved.")
        elif len(changed) > MOST_CHANGED:
            self.problem = TOO_MANY_CHANGED % {"most": MOST_CHANGED, "count": len(changed)}
        if not all(good) or self.problem or self.block_problem:
            return None
        try:
            with transaction.atomic():
                return self.write(lambda: self.save(lines))
        except UsedForAnother:
            self.source.show("once", self.source.initial["once"])
            self.problem = _("This table was saved before, with other figures. Look at it, and save it again.")
        except ValidationError as error:
            self.problem = " ".join(error.messages)
        except IntegrityError as error:
            self.problem = " ".join(broken_rule(error, self.sheet.kind.model).messages)
        return None

    def write(self, save: Callable[[], Mapping[str, int]]) -> Mapping[str, int]:
        """Save once, however often the same table is sent."""
        key = self.source.key_once
        return write_once(user=self.actor, key=key, body_sha256=self.source.sent, write=save) if key else save()

    def save(self, lines: Sequence[Line]) -> dict[str, int]:
        """Through the service."""
        added = [line.form.instance for line in lines if not line.record]
        changed = [(line.form.instance, line.record.source.revision) for line in lines if line.record]
        save_lines(
            actor=self.actor,
            entered=added,
            amended=changed,
            source=self.source.save(commit=False),
            said=said_anew(self.source),
            evidence=self.source.evidence,
            reason=self.reason.cleaned_data["reason"] if changed else "",
        )
        return {"added": len(added), "changed": len(changed)}

    def say_later(self) -> None:
        """Keep files that were chosen; what else is missing in who says so is said when the table is saved."""
        for name in self.source.errors.keys() - {"uploads"}:
            del self.source.errors[name]
        self.reason.errors.clear()


@require_http_methods(["GET", "POST"])
@requires("record.enter")
def grid_page(request: HttpRequest, kind: str, slug: str, period: str) -> HttpResponse:
    """The table of a period: typed, pasted, looked at, and saved whole."""
    here, project = grid_place(request, kind, slug)
    days, actor, do = Period.read(period), signed_in(request), request.POST.get("do", "")
    if days is None:
        raise Http404
    asked = PeriodForm({"first": days.first.isoformat(), "last": days.last.isoformat()})
    if not asked.is_valid():
        return periods_page(request, here, asked)
    data = request.POST or None
    sheet = Sheet(here.kind, project, actor, days, data)
    before = said_before(sheet)
    source = SourceForm(data, request.FILES or None, actor=actor, initial=before.initial)
    work = Work(actor, sheet, source, ReasonForm(data), before)
    if do == "save" and (counts := sent_before(source)):
        return saved_page(request, here, days, counts)
    block = request.POST.get("block", "")
    work.do(do, block)
    work.lines_are_good = sheet.check()
    if do == "save" and (counts := work.saved(block)):
        return saved_page(request, here, days, counts)
    if data and do != "save":
        work.say_later()
    if do == "look":
        work.look(Sheet(here.kind, project, actor, days, data), block)
    return render(request, "projects/grid/page.html", shown_of(here, work, do, block))


def sent_before(source: SourceForm) -> Mapping[str, int] | None:
    """How many lines this very table added and changed when it was sent before, as by a double click."""
    key = source.key_once
    return answer_given(user=source.actor, key=key, body_sha256=source.sent) if key else None


def saved_page(request: HttpRequest, here: Place, period: Period, counts: Mapping[str, int]) -> HttpResponse:
    """The table anew, with what was saved."""
    words = [
        ngettext("%(count)s line added", "%(count)s lines added", counts["added"]) % {"count": counts["added"]},
        ngettext("%(count)s line changed", "%(count)s lines changed", counts["changed"]) % {"count": counts["changed"]},
    ]
    said = [text for text, count in zip(words, (counts["added"], counts["changed"]), strict=True) if count]
    messages.success(request, _("Saved: %(lines)s.") % {"lines": ", ".join(said)}, extra_tags="saved")
    return redirect(address_of(here, period))


def shown_of(here: Place, work: Work, do: str, block: str) -> dict[str, Any]:
    """What the page shows."""
    sheet, looked, table = work.sheet, work.looked_at, Table(work.sheet)
    said = (("", work.problem, ""), (_("Paste a block"), work.block_problem, "block"))
    problems = [{"label": label, "message": words, "anchor": anchor} for label, words, anchor in said if words]
    return {
        "place": here,
        "sheet": sheet,
        "table": table,
        "source": work.source,
        "said": first_shown(work.source),
        "sources_differ": work.before.differs,
        "reason": work.reason if work.changes_records else None,
        "errors": [*problems, *table.error_rows, *error_rows([work.source, work.reason])],
        "taken": work.taken,
        "looked": looked is not None,
        "new_line": _("New line %(number)s"),
        "no_more_boxes": NO_MORE_BOXES % {"most": MOST_BOXED},
        "block_problem": work.block_problem,
        "pasted": "" if do == "take" and work.taken and work.taken.all_fit else block,
        "sent": bool(do),
        "back": here.url("list"),
        "periods_url": here.url("periods"),
        "unknown": [line.title_typed for line in looked.unknown[:MOST_SHOWN]] if looked else [],
        "wrong": sum(bool(line.errors) for line in looked.lines) - len(looked.unknown) if looked else 0,
        "singly": [(line.title, single_form(here, sheet, line), bool(line.record)) for line in table.named_lines],
        "add_url": single_form(here, sheet, None),
        "may_list": work.actor.may("record.enter_for_others"),
        "most_shown": MOST_SHOWN,
        "first_ones": f":{MOST_SHOWN}",
    }


def single_form(here: Place, sheet: Sheet, line: Line | None) -> str:
    """The page of one record, or the form of a new one with what the line is about and the days."""
    if line and line.record:
        return here.url("page" if line.locked else "amend", pk=line.record.pk)
    about = {name: getattr(value, "pk", value) for name, value in (line.about if line else {}).items()}
    days = {"period_start": text_of(sheet.period.first), "period_end": text_of(sheet.period.last)}
    return f"{here.url('add')}?{urlencode(about | days)}"
