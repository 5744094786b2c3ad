"""What vague words do not say, in words: the same for whoever enters them and in public."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.vagueness import DAY, DEED, NUMBER, PARTY

WORDS = {
    NUMBER: gettext_lazy("how much"),
    DAY: gettext_lazy("by when"),
    PARTY: gettext_lazy("who must do it"),
    DEED: gettext_lazy("what exactly is done"),
}


def missing_words(missing: Sequence[str]) -> str:
    """``They do not say how much, by when, what exactly is done.``"""
    return _("They do not say: %(missing)s.") % {"missing": ", ".join(str(WORDS[one]) for one in missing)}
