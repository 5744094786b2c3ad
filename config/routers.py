"""Three connections, one database: the aliases differ in what their role may do."""

from typing import Any

from django.db import models


class OneDatabase:
    """`default` reads and writes, `public` reads publications, `owner` migrates; relations may cross."""

    def allow_relation(self, first: models.Model, second: models.Model, **hints: Any) -> bool:
        """Rows read through either alias lie in the same tables."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Only the owner's connection changes the schema."""
        return db == "owner"
