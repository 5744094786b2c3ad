"""The files of this tree, and what must stand in none of them."""

import os
import re
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

# Written so that no line of this file matches what it forbids.
FORBIDDEN = {
    "a package index address": re.compile(
        rb"--(extra-)?index-url|--find[-]links|\"resolved\": *\"http|registry *= *\"http"
        rb"|https?://[^ ]*/simple\b|https?://[^ ]*/packages/[0-9a-f]{2}/"
        rb"|https?://[^ ]*(pypi|pythonhosted|npmjs)[.](org|com)"
    ),
    "a path of one machine": re.compile(rb"(?<![a-z0-9.])/(root|home)/|" + re.escape(os.fsencode(PROJECT)) + rb"\b"),
}
LONGEST_TEMPLATE_LINE = 160
EXCEPTION_TO_THE_FORMAT = re.compile(r"# *fmt: *(skip|off)")


def files(*patterns: str) -> list[Path]:
    """Every file that git tracks or would add, narrowed by git's patterns; relative to the project."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],  # noqa: S607
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(set(listing.stdout.split("\0")) - {""})
    return [Path(name) for name in names if (PROJECT / name).is_file()]


def findings() -> list[str]:
    """One sentence for each place where something stands that must not."""
    found = []
    for path in files():
        for number, line in enumerate((PROJECT / path).read_bytes().split(b"\n"), start=1):
            found += [f"{path}:{number}: {what}" for what, pattern in FORBIDDEN.items() if pattern.search(line)]
    return found


def unreadable() -> list[str]:
    """One sentence for each line of a template that is too long, and of product code that is kept from the formatter."""
    found = []
    for path in files("*.html", "*.py", ":!tests/*", ":!*/migrations/*"):
        for number, line in enumerate((PROJECT / path).read_text().splitlines(), start=1):
            if path.suffix == ".html" and len(line) > LONGEST_TEMPLATE_LINE:
                found.append(f"{path}:{number}: {len(line)} characters, and {LONGEST_TEMPLATE_LINE} are allowed")
            if path.suffix == ".py" and EXCEPTION_TO_THE_FORMAT.search(line):
                found.append(f"{path}:{number}: kept from the formatter; write keyword arguments instead")
    return found
