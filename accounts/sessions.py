"""Sessions in the database, as Django keeps them, but for one that cannot be saved."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError


class SessionStore(db.SessionStore):
    """The store that SESSION_ENGINE names; Django looks for it under this name."""

    def save(self, must_create: bool = False) -> None:
        """Keep the session. Raises UpdateError only where it was ended meanwhile.

        Django raises that too where the database is away, and answers as if the person had signed out (400).
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            of_the_database = error.__context__
            if of_the_database is None or of_the_database.__cause__ is None:
                raise
            raise of_the_database from of_the_database.__cause__
