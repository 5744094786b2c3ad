"""The second factor of an administrator who is alone and lost it; everybody else's is reset on the pages."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from accounts.services.appointments import FIRST_ADMINISTRATORS
from accounts.services.letters import promise_news
from accounts.services.second_factor import RESET_BY_COMMAND, reset_second_factor


class Command(BaseCommand):
    """Refuses once there are two administrators: one asks for it on the page of the person, a second person confirms."""

    help = (
        "Reset the second factor of the administrator, where there is one alone; they set up another when they sign in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Reset it; the trail says that the command did."""
        administrators = User.objects.holding(Role.ADMINISTRATOR)
        if administrators.count() >= FIRST_ADMINISTRATORS:
            raise CommandError(
                "There are two administrators. One asks for it on the page of the person, and a second person confirms it."
            )
        user = administrators.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"{options['email']} is not the administrator, who resets it for everybody else.")
        try:
            reset_second_factor(actor=None, user=user, reason="the only administrator, by command on the server")
            promise_news(RESET_BY_COMMAND, key=f"person/{user.pk}", by=(), what=str(user))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"The second factor of {user.email} is reset. They sign in and set up another one.")
