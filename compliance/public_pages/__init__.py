"""What public pages show of a publication: pure functions from the sealed document to values for templates.

Nothing here reads a table, a clock or a request. Unknown stays unknown: ``None`` becomes words, never a zero.
"""

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]
Row = dict[str, Any]
