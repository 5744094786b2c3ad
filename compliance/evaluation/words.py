"""The words of judgement: plain English here, collected for translators, and translated only where they are shown."""

CODES: dict[str, str] = {}
"""The words of every code that judgement can give."""


def gettext_noop(text: str) -> str:
    """The text as it is; whoever collects texts for translators knows this name."""
    return text


def code(name: str, words: str) -> str:
    """The name, once its words are known.

    Raises ValueError for a code without words, and for one that was declared with other words.
    """
    if not words.strip():
        raise ValueError(f"the code {name} has no words")
    if CODES.setdefault(name, words) != words:
        raise ValueError(f"the code {name} says “{CODES[name]}” already, not “{words}”")
    return name


PERCENT = code("percent", gettext_noop("of 100"))
DAYS = code("days", gettext_noop("days"))
YEARS = code("years", gettext_noop("years"))

EXEMPT = code("exempt", gettext_noop("it was exempted"))
PHASE = code("phase", gettext_noop("it does not apply in this phase of the mine"))
RULE_NOT_IN_FORCE = code("rule-not-in-force", gettext_noop("the rule was not in force then"))
