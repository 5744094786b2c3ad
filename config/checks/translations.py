"""Whether the translations say what the source says: nothing missing, left over, unfinished or uncompiled.

`python -m config.checks.translations --write` collects the texts again and compiles what is translated.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from config.checks.tree import PROJECT, files

COMPLETE = {"es"}  # the source is English; translators of other languages work from the Spanish
MESSAGES = Path("LC_MESSAGES")

Key = tuple[str | None, str]


def languages(project: Path = PROJECT) -> list[str]:
    return sorted({path.parent.parent.name for path in project.glob("locale/*/LC_MESSAGES/django.po")} | COMPLETE)


def collect(project: Path) -> None:
    """Run makemessages for every language in this tree."""
    options = [f"--locale={language}" for language in languages(project)]
    for language in languages(project):
        (project / "locale" / language / MESSAGES).mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", *options, "--no-location", "--no-obsolete", "--no-wrap"]
        + ["--ignore=.venv", "--ignore=.minka", "--ignore=tests", "--verbosity=0"],
        cwd=project,
        check=True,
    )


def key(message: Message) -> Key:
    """Context and text; Babel reads the context of a compiled file as bytes."""
    identity = message.id if isinstance(message.id, str) else message.id[0]
    context: object = message.context
    return context.decode() if isinstance(context, bytes) else message.context, identity


def entries(catalog: Catalog) -> dict[Key, Message]:
    return {key(message): message for message in catalog if message.id}


def read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog()
    with path.open("rb") as source:
        return read_po(source)


def translated(message: Message) -> bool:
    """All forms filled in and none of them a guess of msgmerge."""
    texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(texts) and all(texts) and not message.fuzzy


def findings() -> list[str]:
    """One sentence for each text that is missing, left over, unfinished or not compiled."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for path in files():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / path, copy / path)
        collect(copy)
        return [sentence for language in languages() for sentence in differences(language, copy)]


def differences(language: str, fresh_tree: Path) -> list[str]:
    place = Path("locale") / language / MESSAGES / "django.po"
    ours, fresh = entries(read(PROJECT / place)), entries(read(fresh_tree / place))
    found = [f"{place}: missing: {name!r}" for _, name in fresh.keys() - ours.keys()]
    found += [f"{place}: no longer used: {name!r}" for _, name in ours.keys() - fresh.keys()]
    if language in COMPLETE:
        found += [
            f"{place}: {'fuzzy' if message.fuzzy else 'untranslated'}: {name!r}"
            for (_, name), message in ours.items()
            if not translated(message)
        ]
    return sorted(found) + wrong_in(place) + compiled_differences(place.with_suffix(".mo"), ours)


def wrong_in(place: Path) -> list[str]:
    """What gettext itself finds wrong, such as a plural that lost the number which stands in it."""
    command = ["msgfmt", "--check", "-o", os.devnull, str(place)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False).stderr.splitlines()


def compiled_differences(place: Path, ours: dict[Key, Message]) -> list[str]:
    wanted = {name: forms(message) for name, message in ours.items() if translated(message)}
    if not (PROJECT / place).exists():
        return [f"{place}: not compiled"] if wanted else []
    with (PROJECT / place).open("rb") as source:
        compiled = {name: forms(message) for name, message in entries(read_mo(source)).items()}
    differ = sum(compiled.get(name) != wanted.get(name) for name in compiled.keys() | wanted.keys())
    return [f"{place}: {differ} texts differ from the .po; run `make messages`"] if differ else []


def forms(message: Message) -> tuple[str, ...]:
    """A text, or its singular and plurals; the two readers of Babel give lists and tuples."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def available() -> bool:
    return shutil.which("xgettext") is not None and shutil.which("msgmerge") is not None


def write() -> None:
    """Bring the .po files up to date with the source and compile them."""
    collect(PROJECT)
    for path in sorted(PROJECT.glob("locale/*/LC_MESSAGES/django.po")):
        subprocess.run(
            ["msgfmt", "--check-format", "-o", path.with_suffix(".mo"), path],  # noqa: S607
            check=True,
        )


if __name__ == "__main__":
    if not available():
        sys.exit("GNU gettext is not installed; install it with: apt install gettext")
    if "--write" in sys.argv:
        write()
    print("\n".join(findings()))
