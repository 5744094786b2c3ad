"""The document of a publication."""

from types import SimpleNamespace
from typing import Any

from compliance.evaluation.framework import Framework
from compliance.evaluation.judgement import Judgement


def read_document(publication: Any) -> Any:
    """The document."""
    content = publication.content
    return SimpleNamespace(
        scorecard=Judgement.from_json(content["scorecard"], Framework.from_json(content["framework"]))
    )
