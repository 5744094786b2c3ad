"""`python -m tests.compliance.evaluation.keep`: write anew all that is kept of the judgement, to be read before it is committed."""

from tests.compliance.evaluation import (
    test_kept_mines,
    test_kept_refusals,
    test_kept_results,
    test_kept_trees,
    test_kept_words,
)

KEPT = (test_kept_mines, test_kept_refusals, test_kept_results, test_kept_trees, test_kept_words)

if __name__ == "__main__":
    for one in KEPT:
        one.write()
