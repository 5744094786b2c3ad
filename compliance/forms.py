"""Forms of review."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.design.writing import pick_language
from compliance.evaluation.sealed import rules_of
from compliance.models import PolicyFramework, Review
from compliance.models.frameworks import versions_for
from compliance.services.reviews import SHORTEST_OVERRIDE_REASON
from projects.fields import AmountField
from projects.forms import RecordForm


class TakedownForm(forms.Form):
    """Why a publication is taken down."""

    reason = forms.CharField(
        label=_("Why is it taken down?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Everybody reads this reason at the publication’s address. Repeat nothing that must go, and name nobody."
        ),
    )


class DecisionForm(forms.Form):
    """What the reviewer decides on one indicator; the score and the words show once the choice asks for them."""

    template_name = "compliance/decision_form.html"
    action = forms.ChoiceField(
        label=_("Your decision"),
        widget=forms.RadioSelect,
        choices=[
            (Review.Action.ACCEPT, _("Accept the computed score")),
            (Review.Action.QUERY, _("Ask the company a question")),
            (Review.Action.OVERRIDE, _("Override the score")),
        ],
    )
    score = AmountField(
        label=_("New score, 0 to 100"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=4,
        widget=forms.TextInput(attrs={"size": 8}),
    )
    reason = forms.CharField(
        label=_("Question, or reason of the override"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["score"].when_needed = _("needed to override")  # type: ignore[attr-defined]
        self.fields["reason"].when_needed = _("not needed to accept")  # type: ignore[attr-defined]
        limit = _(
            "The reason of an override is published beside the grade: at least %(shortest)s characters, naming the record."
        ) % {"shortest": SHORTEST_OVERRIDE_REASON}
        reason = self["reason"]
        length = len(str(reason.value() or "").strip())
        so_far = ngettext("%(length)s character so far.", "%(length)s characters so far.", length) % {"length": length}
        reason.help_text = f"{limit} {so_far}" if length else limit

    def clean(self) -> dict[str, Any]:
        """A question has words, an override a score; the score of another decision is nobody's concern."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("action") != Review.Action.OVERRIDE:
            self.errors.pop("score", None)
            cleaned["score"] = None
        if cleaned.get("action") == Review.Action.QUERY and not cleaned.get("reason"):
            self.add_error("reason", _("Write the question."))
        if (
            cleaned.get("action") == Review.Action.OVERRIDE
            and cleaned.get("score") is None
            and "score" not in self.errors
        ):
            self.add_error("score", _("Give the score that you set, from 0 to 100."))
        if (
            cleaned.get("action") == Review.Action.OVERRIDE
            and not cleaned.get("reason")
            and "reason" not in self.errors
        ):
            self.add_error("reason", _("Write the reason of the score. It is published."))
        return cleaned


class WordsForm(forms.Form):
    """One text; the steps of review differ in what they ask for."""

    label: ClassVar[Any]
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = self.label
        self.fields["reason"].required = required


class ReplyForm(WordsForm):
    """A company answers a question."""

    label = _("Your reply")


class ReturnForm(WordsForm):
    """An approved scorecard goes back."""

    label = _("Why do you return it?")


class ReopenForm(WordsForm):
    """A published scorecard is corrected."""

    label = _("What is to be corrected?")


class RulesForm(WordsForm):
    """A year is judged by other rules than those of its time."""

    label = _("Why is this year judged by these rules?")


class PublishForm(WordsForm):
    """A second publication of a year says why."""

    label = _("What does this version correct?")


class ExemptionForm(RecordForm):
    """An indicator that does not apply."""

    def limit_choices(self) -> None:
        """Indicators of every version of the rules that may judge a mine of this country, in its newest words."""
        super().limit_choices()
        fitting = versions_for(PolicyFramework.objects.all(), self.project.country) if self.project else []
        indicators = {one.code: one for framework in fitting for one in rules_of(framework).indicators}.values()
        self.fields["indicator"] = forms.ChoiceField(
            label=_("Indicator"),
            choices=[(one.code, f"{one.code} {pick_language(one.names)}") for one in indicators],
        )
        self.fields["year"].initial = timezone.localdate().year - 1
        if not self.instance.pk:
            self.instance.requested_by = self.actor

    def clean(self) -> dict[str, Any]:
        """Other words than those that were approved wait for approval again."""
        cleaned = super().clean()
        if self.has_changed():
            self.instance.approved_by = None
        return cleaned
