"""Templates are indented for those who read them; what is sent to a phone carries no indentation."""

import re
from pathlib import Path

from django.template import Origin
from django.template.loaders import app_directories

INDENTATION = re.compile(r"(?m)^[ \t]+")
WRITES_NOTHING = (
    r"\{% *(?:(?:if|elif|else|endif|for|empty|endfor|with|endwith|block|endblock|ifchanged|endifchanged|load|extends"
    r"|regroup|comment|endcomment)\b(?:(?!%\}).)*|(?:(?!%\}).)*\bas \w+ *)%\}"
)
LINE_THAT_WRITES_NOTHING = re.compile(rf"(?m)^((?:{WRITES_NOTHING})+)\n")
BLOCK = (
    r"</?(?:article|blockquote|body|br|caption|d[dlt]|datalist|details|div|fieldset|figure|footer|form|h[1-6r]|head"
    r"|header|html|legend|li|link|main|meta|nav|[ou]l|option|p|script|section|summary|t(?:able|body|[dhr]|foot|head)"
    r"|title)\b"
)
TAG_OR_VARIABLE = r"\{%(?:(?!%\}).)*%\}|\{\{(?:(?!\}\}).)*\}\}"
BEFORE_A_BLOCK = re.compile(rf"\s+(?={BLOCK})")
AFTER_A_BLOCK = re.compile(rf'({BLOCK}(?:{TAG_OR_VARIABLE}|"(?:{TAG_OR_VARIABLE}|[^"{{])*"|[^<>"{{])*>)\s+')


class Loader(app_directories.Loader):
    """Finds templates as Django does, in `DIRS` and then in the apps, and compiles ours without their indentation."""

    def get_dirs(self) -> list[str | Path]:
        """Where templates are looked for, in this order."""
        return [*self.engine.dirs, *super().get_dirs()]

    def get_contents(self, origin: Origin) -> str:
        """The text of a template; those of other packages stay as they are."""
        contents = super().get_contents(origin)
        return contents if "site-packages" in origin.name else without_indentation(contents)


def without_indentation(text: str) -> str:
    """The same template with every space that is seen, and without those that stand for its layout alone.

    A space is seen between words and elements of a line, and never beside an element that begins a line of its own.
    """
    text = LINE_THAT_WRITES_NOTHING.sub(r"\1", INDENTATION.sub("", text))
    return AFTER_A_BLOCK.sub(r"\1", BEFORE_A_BLOCK.sub("", text.replace("\n", " ")))
