"""``manage.py create_node NAME``: let a grading machine connect."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workers import keys
from workers.pools import access, valkey


class Command(BaseCommand):
    help = "Make a node and print the URL with which it connects (GRADUS_NODE_URL). The password is shown only now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="small letters, digits and hyphens")
        parser.add_argument("--pool", default="cpu", help="the pool whose jobs it takes (default: cpu)")
        parser.add_argument("--new-password", action="store_true", help="give an existing node a new password")
        parser.add_argument("--url", default="", help="Valkey as the node sees it (default: REDIS_URL)")

    def handle(self, *, name: str, pool: str, new_password: bool, url: str, **_options: Any) -> None:
        try:
            node, password = access.make(name, pool=pool, replace=new_password)
        except ValueError as error:
            raise CommandError(f"{error}; --new-password gives an existing node a new one") from error
        try:
            access.grant(valkey.prompt(), [node])
        except redis.RedisError as error:
            self.stderr.write(f"Valkey cannot be reached ({error}); the dispatcher will let the node in.")
        parts = urlsplit(url or settings.REDIS_URL)
        place = parts.netloc.rpartition("@")[2]
        self.stdout.write(urlunsplit(parts._replace(netloc=f"{keys.node_user(name)}:{password}@{place}")))
