"""The first two administrators of a new installation; everybody else is added on the pages."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Organisation, User
from accounts.names import clean_name
from accounts.roles import Role
from accounts.services.appointments import appoint_first_administrator


class Command(BaseCommand):
    """Refuses once there are two administrators: from then on people give each other roles. It gives no other role."""

    help = "Add one of the first two administrators; they choose a password by the reset link or with changepassword."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and for which organisation."""
        parser.add_argument("email")
        parser.add_argument("full_name")
        parser.add_argument("organisation")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Create the person, the organisation where it is new, and the role."""
        if User.objects.holding(Role.ADMINISTRATOR).filter(email__iexact=options["email"]).exists():
            self.stdout.write(f"{options['email']} administers Minka already.")
            return
        try:
            organisation, _new = Organisation.objects.get_or_create(
                name=clean_name(options["organisation"]), defaults={"kind": Organisation.Kind.OTHER}
            )
            user = appoint_first_administrator(
                email=options["email"], full_name=clean_name(options["full_name"]), organisation=organisation
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.email} administers Minka. They choose a password with “Forgot your password?”.")
