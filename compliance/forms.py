"""Forms of review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.design.writing import pick_language
from accounts.fields import NamedRowField
from accounts.models import Organisation, User
from compliance.evaluation.sealed import indicators_of
from compliance.evaluation.trees.rules import NOT_APPLICABLE_WORD, Node, Tree
from compliance.models import Answer, Review
from compliance.public_pages.trees import plain, word_words
from compliance.services.answers import day_of
from compliance.services.reviews import SHORTEST_OVERRIDE_REASON
from projects.fields import AmountField, AreaField, CountryField, DayField
from projects.forms import RecordForm, SourceForm, use_own_widgets
from projects.models import Area, Project, Source


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

    indicator = forms.ChoiceField(
        label=_("Indicator"),
        error_messages={
            "invalid_choice": _("“%(value)s” is no indicator of the rules here. Write its code, such as L03.")
        },
    )

    def limit_choices(self) -> None:
        """Indicators of every version of the rules that may judge a mine of this country, in its newest words."""
        super().limit_choices()
        names = indicators_of(self.project.country) if self.project else {}
        field = cast("forms.ChoiceField", self.fields["indicator"])
        field.choices = [("", _("Choose")), *names.items()]
        self.fields["year"].initial = timezone.localdate().year - 1
        if not self.instance.pk:
            self.instance.requested_by = self.actor

    def clean(self) -> dict[str, Any]:
        """Other words than those that were approved wait for approval again."""
        cleaned = super().clean()
        if self.has_changed():
            self.instance.approved_by = None
        return cleaned


class SubjectForm(forms.Form):
    """About whom or what a framework is asked."""

    def __init__(self, *args: Any, kind: str, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.districts().select_related("parent__parent")
        companies = Organisation.objects.offered().filter(kind=Organisation.Kind.COMPANY)
        fields: dict[str, forms.Field] = {
            "mine": NamedRowField(queryset=Project.objects.visible_to(actor), label=_("Mine")),
            "company": NamedRowField(queryset=companies, label=_("Company")),
            "municipality": AreaField(areas=areas, label=_("Municipality")),
            "district": AreaField(areas=areas, label=_("District")),
            "country": CountryField(label=_("Country"), max_length=2, help_text=_("Two letters, such as PE.")),
        }
        self.fields["subject"] = fields[kind]
        use_own_widgets(self)


class AnswersForm(forms.Form):
    """Questions of a framework with the answers that stand; the day of those that are new, and why others are changed."""

    prefix = "answers"
    given_on = DayField(label=_("Day of the answers"))
    reason = forms.CharField(
        label=_("Why are earlier answers changed or withdrawn?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed only where an answer stood here before."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        tree: Tree,
        questions: Iterable[Node],
        last: Mapping[str, Answer],
        seen: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tree, self.codes = tree, {self.field_name(node.code): node.code for node in questions}
        asked = {name: self.field_for(tree.by_code[code], last.get(code)) for name, code in self.codes.items()}
        self.fields = asked | self.fields
        standing = {name: last[code].answer for name, code in self.codes.items() if code in last}
        self.initial.update(standing, given_on=timezone.localdate(), seen=seen)
        use_own_widgets(self)

    @staticmethod
    def field_name(code: str) -> str:
        """What the field of a question is called; no other field begins so."""
        return f"of-{code}"

    def field_for(self, node: Node, earlier: Answer | None) -> forms.Field:
        """A choice of the words of the map, or a box for a number."""
        above = [pick_language(one.names) for one in self.tree.above[node.code]]
        label = " › ".join([*above, pick_language(node.question) or pick_language(node.names)])
        words = self.tree.map_of(node, day_of(self.tree))
        if words is None:
            low, high = self.tree.limits(node, day_of(self.tree))
            limits = {"low": plain(low), "high": plain(high), "not_applicable": NOT_APPLICABLE_WORD}
            help_text = (
                _("A number from %(low)s to %(high)s, or “%(not_applicable)s” where it does not apply.") % limits
            )
            if node.may_be_given:
                help_text = _("In place of the answers below it, as it was published.") + " " + help_text
            return forms.CharField(label=label, required=False, max_length=60, help_text=help_text)
        choices = [
            (word, f"{word_words(words.names, word)} ({plain(points)})") for word, points in words.points.items()
        ]
        if earlier and earlier.answer and earlier.answer not in {*words.points, NOT_APPLICABLE_WORD}:
            choices.append((earlier.answer, earlier.answer))
        field = forms.ChoiceField(
            label=label,
            required=False,
            choices=[("", _("Not answered")), *choices, (NOT_APPLICABLE_WORD, _("Does not apply"))],
        )
        allowed = ", ".join(str(text) for _word, text in choices).replace("%", "%%")
        words_allowed = _("“%(value)s” is no answer to this. Choose one of: %(allowed)s, or that it does not apply.")
        field.error_messages["invalid_choice"] = words_allowed % {"value": "%(value)s", "allowed": allowed}
        return field

    @property
    def given(self) -> dict[str, str]:
        """The answers by question; an empty one is none."""
        return {code: str(self.cleaned_data.get(name) or "").strip() for name, code in self.codes.items()}

    def placed(self, error: ValidationError) -> ValidationError:
        """What is wrong with answers, said at their fields."""
        if not hasattr(error, "error_dict"):
            return error
        names = {code: name for name, code in self.codes.items()}
        return ValidationError({names.get(code, code): wrong for code, wrong in error.error_dict.items()})


class AnswerSourceForm(SourceForm):
    """Who says so, as a reviewer tells it: whoever it is, and never verified by the same hand."""

    def limit_to_company(self) -> None:
        """A reviewer speaks for nobody, and names whoever says it."""
        cast("forms.ChoiceField", self.fields["state"]).choices = Source.STATES_TO_ENTER
