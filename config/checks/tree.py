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
