"""``manage.py create_token USERNAME [--create]``: print a fresh API token and nothing else."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from courses.accounts.models import ApiToken, User


class Command(BaseCommand):
    help = "Make an API token for an account and print it. It is shown this once."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--create", action="store_true", help="make the account first where there is none")

    def handle(self, *_args: Any, **options: Any) -> None:
        username: str = options["username"]
        user = User.objects.filter(username=username).first()
        if user is None and options["create"]:
            user = create_user(username)
        if user is None:
            raise CommandError(f"There is no account {username!r}. Add --create to make it.")
        _token, text = ApiToken.objects.issue(user=user, name="create_token")
        self.stdout.write(text)


def create_user(username: str) -> User:
    """An account without a password: its owner sets one by "forgot password", or uses the API only."""
    user = User(username=username)
    user.set_unusable_password()
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        raise CommandError(f"{username!r} cannot be a username: {' '.join(error.messages)}") from error
    user.save()
    return user
