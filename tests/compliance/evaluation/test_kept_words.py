"""Every code that a scorecard may seal keeps its words, and every measure what it says of itself."""

from collections.abc import Iterator
from pathlib import Path

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.words import CODES

KEPT = Path(__file__).with_name("kept_words.txt")


def lines() -> Iterator[str]:
    """Each code with its words, then each measure."""
    yield from (f"{code}: {words}" for code, words in sorted(CODES.items()))
    for name, one in sorted(MEASURES.items()):
        marks = [mark for mark, holds in (("in money", one.in_money), ("may pass 100", one.may_pass_100)) if holds]
        yield f"{name}: {', '.join([one.unit, *marks])}"
        if one.divides:
            yield f"    divides {one.divides[0]} / {one.divides[1]}"
        yield f"    gives {', '.join(sorted(one.codes))}"
        for what, found in (("needs", one.parameters), ("may ask for", one.optional_parameters)):
            if found:
                yield f"    {what} {', '.join(found)}"
        if one.note:
            yield f"    {one.note}"


def write() -> None:
    """Keep what is said today."""
    KEPT.write_text("\n".join(lines()) + "\n", encoding="utf-8")


def test_codes_that_are_sealed_keep_their_words_and_measures_what_they_say_of_themselves() -> None:
    """A new code or measure is added to the file; to rename one changes what older scorecards say."""
    assert list(lines()) == KEPT.read_text(encoding="utf-8").splitlines()
