"""What a node's user may do in Valkey, and how it comes back when the server has lost it.

The database keeps the hash of each node's password, and Valkey takes hashes: so all users can be made again at any
time, and nobody can read a password back.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

import redis

from workers import keys
from workers.pools import valkey
from workers.pools.models import Node, WorkerPool

#: What Celery's transport (kombu) and the node itself use; bound to the node's keys. No scripts: one that does not end
#: would hold the server for everybody.
COMMANDS = """
    auth hello ping select echo reset quit client|setinfo client|setname client|id
    multi exec discard get strlen del unlink exists ttl type
    lpush rpush lpop rpop blpop brpop llen
    sadd srem smembers sismember scard xadd xlen
"""


class NodeExists(ValueError):
    """A node of this name exists already."""


def make(name: str, *, pool: str, replace: bool = False) -> tuple[Node, str]:
    """Make a node, or with ``replace`` give an existing one a new password; returns it and the password.

    Raises:
        NodeExists: there is one of that name and ``replace`` was not asked for.
        ValueError: the name cannot be one.
    """
    if not keys.NODE_NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a node: use small letters, digits and hyphens, at most 48")
    if not replace and Node.objects.filter(name=name).exists():
        raise NodeExists(f"there is a node {name!r} already")
    password = secrets.token_urlsafe(32)
    digest = hashlib.sha256(password.encode()).hexdigest()
    row, _created = WorkerPool.objects.get_or_create(name=pool)
    node, _created = Node.objects.update_or_create(name=name, defaults={"pool": row, "password_sha256": digest})
    return node, password


def grant(client: redis.Redis, nodes: Iterable[Node]) -> None:
    """Make the users of ``nodes`` as the database has them; doing it again changes nothing."""
    for node in nodes:
        valkey.command(client, "ACL", "SETUSER", keys.node_user(node.name), *_rules(node))


def reconcile(client: redis.Redis) -> None:
    """Make the users of nodes in Valkey those of the database: lost ones come back, deleted ones go.

    Valkey is asked first: a node's row is there before its user is, so no user of a new node is taken for a leftover.
    """
    users = {user if isinstance(user, str) else user.decode() for user in client.acl_users()}
    nodes = list(Node.objects.all())
    grant(client, nodes)
    for user in users - {keys.node_user(node.name) for node in nodes}:
        if user.startswith(keys.node_user("")):
            valkey.command(client, "ACL", "DELUSER", user)


def revoke(client: redis.Redis, name: str) -> None:
    """Shut a node out, at once."""
    valkey.command(client, "ACL", "SETUSER", keys.node_user(name), "off")
    valkey.command(client, "CLIENT", "KILL", "USER", keys.node_user(name))


def shut_out(client: redis.Redis, node: Node) -> None:
    """Let a node in no more; what it has sent is thrown away."""
    revoke(client, node.name)
    for key in client.scan_iter(match=f"{keys.node_prefix(node.name)}*", count=500):
        client.unlink(key)


def _rules(node: Node) -> list[str]:
    state = "off" if node.shut_out else "on"
    reach = [f"~{keys.node_prefix(node.name)}*", f"%R~{keys.bundle('*')}"]
    commands = [f"+{command}" for command in COMMANDS.split()]
    return ["reset", state, f"#{node.password_sha256}", *reach, "resetchannels", "-@all", *commands]
