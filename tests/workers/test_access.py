"""With a node's own password nobody reaches anything but that node's keys and, to read, the bundles."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import cast

import pytest
import redis

from graders.report import Outcome
from tests.workers.conftest import Submit, eventually, state_of, wait_until_ended
from tests.workers.speaking import Speaking
from workers import keys
from workers.pools import access, valkey
from workers.pools.models import Job, JobState, Node

FOREIGN = {
    "the poke": keys.POKE,
    "the platform's queue": f"{keys.PLATFORM_PREFIX}background",
    "a live stream": keys.live(1),
    "the cache": "gradus:cache:1:x",
    "another node's stream": keys.node_out("boris"),
    "another node's orders": f"{keys.node_prefix('boris')}orders:1",
    "a node whose name begins alike": keys.node_out("anna-2"),
}

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("GET", "KEY"),
    ("SET", "KEY", "x"),
    ("DEL", "KEY"),
    ("LPUSH", "KEY", "x"),
    ("LRANGE", "KEY", "0", "-1"),
    ("XADD", "KEY", "*", "m", "x"),
    ("XRANGE", "KEY", "-", "+"),
    ("XREAD", "STREAMS", "KEY", "0"),
    ("SADD", "KEY", "x"),
    ("HSET", "KEY", "a", "b"),
    ("EXPIRE", "KEY", "1"),
    ("RENAME", "KEY", "gr:node:anna:stolen"),
    ("COPY", "KEY", "gr:node:anna:stolen"),
    ("RESTORE", "KEY", "0", "x"),
    ("MIGRATE", "127.0.0.1", "1", "KEY", "0", "10"),
    ("OBJECT", "ENCODING", "KEY"),
    ("BLPOP", "gr:node:anna:x", "KEY", "1"),
    ("BLMOVE", "KEY", "gr:node:anna:x", "LEFT", "LEFT", "1"),
    ("XGROUP", "CREATE", "KEY", "g", "0"),
    ("XREADGROUP", "GROUP", "g", "c", "STREAMS", "KEY", ">"),
    ("XAUTOCLAIM", "KEY", "g", "c", "0", "0"),
    ("WATCH", "KEY"),
    ("DUMP", "KEY"),
    ("SORT", "KEY"),
    ("EVAL", "return redis.call('get', KEYS[1])", "1", "KEY"),
    ("EVAL", "return redis.call('set', 'KEY', 'x')", "0"),
    ("FCALL", "f", "1", "KEY"),
)

WITHOUT_KEYS: tuple[tuple[str, ...], ...] = (
    ("KEYS", "*"),
    ("SCAN", "0"),
    ("FLUSHALL",),
    ("FLUSHDB",),
    ("CONFIG", "GET", "*"),
    ("CONFIG", "SET", "dir", "/"),
    ("ACL", "LIST"),
    ("ACL", "SETUSER", "node-anna", "+@all"),
    ("CLIENT", "LIST"),
    ("CLIENT", "KILL", "USER", "default"),
    ("SHUTDOWN",),
    ("MONITOR",),
    ("PUBLISH", "anything", "x"),
    ("SUBSCRIBE", "anything"),
    ("REPLICAOF", "127.0.0.1", "1"),
    ("MODULE", "LIST"),
    ("SCRIPT", "FLUSH"),
    ("FUNCTION", "LIST"),
    ("SAVE",),
    ("RANDOMKEY",),
    ("EVAL", "while true do end", "0"),
    ("EVALSHA", "0" * 40, "0"),
    ("SCRIPT", "LOAD", "return 1"),
    ("FUNCTION", "LOAD", "#!lua name=x"),
    ("FUNCTION", "DUMP"),
    ("CLIENT", "PAUSE", "1000"),
    ("CLIENT", "UNBLOCK", "1"),
    ("CLIENT", "TRACKING", "ON", "BCAST"),
    ("PSUBSCRIBE", "__key*__:*"),
    ("SSUBSCRIBE", "x"),
    ("PUBSUB", "CHANNELS"),
    ("XGROUP", "CREATE", "gr:node:anna:out", "g", "0"),
    ("XREADGROUP", "GROUP", "g", "c", "STREAMS", "gr:node:anna:out", ">"),
    ("MOVE", "gr:node:anna:out", "1"),
    ("RENAME", "gr:node:anna:out", "gr:bundle:x"),
    ("WAIT", "1", "0"),
    ("ROLE",),
    ("SWAPDB", "0", "1"),
    ("INFO",),
)


def refused(client: redis.Redis, *words: str) -> None:
    with pytest.raises(redis.ResponseError, match=r"(?i)no permissions|NOPERM|ACL failure|can't access"):
        valkey.command(client, *words)


@pytest.mark.parametrize("place", FOREIGN.values(), ids=FOREIGN)
def test_every_command_on_a_key_of_somebody_else_is_refused(anna: Speaking, place: str) -> None:
    for command in COMMANDS:
        refused(anna.client, *(word.replace("KEY", place) if "KEYS[" not in word else word for word in command))


def test_commands_that_look_or_act_beyond_keys_are_refused(anna: Speaking) -> None:
    for command in WITHOUT_KEYS:
        refused(anna.client, *command)


#: Reaches no key, whatever words follow: what any connection may say, and what frames a transaction.
HARMLESS = {"auth", "hello", "ping", "select", "echo", "reset", "quit", "multi", "exec", "discard", "unwatch"}


def test_the_server_itself_says_that_no_command_reaches_a_foreign_key(anna: Speaking, platform: redis.Redis) -> None:
    """Every command that the server has, on every key of the platform: by its own word (ACL DRYRUN) all are refused."""
    names = cast("list[bytes]", platform.command_list())
    allowed, asked = [], Counter[str]()
    for command, place in itertools.product({name.decode() for name in names} - HARMLESS, FOREIGN.values()):
        for shape in SHAPES.get(command, ANY_SHAPE):
            foreign = [word.replace("KEY", place) for word in (command, *shape)]
            try:
                answer = valkey.command(platform, "ACL", "DRYRUN", keys.node_user("anna"), *foreign)
            except redis.ResponseError:
                continue  # so it is no call of that command; the test above has the calls that matter
            asked[command] += 1
            if answer in (b"OK", "OK"):
                allowed.append(" ".join(foreign))
    assert allowed == []
    assert asked.total() > 500
    granted = {command for command in access.COMMANDS.split() if "|" not in command} - HARMLESS
    assert {command for command in granted if asked[command] < len(FOREIGN)} == set(), "each that a node has was asked"


#: A key, and as many words after it as a command may want.
ANY_SHAPE: list[tuple[str, ...]] = [("KEY", *["1"] * words) for words in range(4)]
#: Where a command takes its keys elsewhere.
SHAPES: dict[str, list[tuple[str, ...]]] = {
    "eval": [("return 1", "1", "KEY")],
    "evalsha": [("0" * 40, "1", "KEY")],
    "xadd": [("KEY", "*", "m", "x")],
    "xread": [("STREAMS", "KEY", "0")],
}


def test_a_report_for_another_nodes_try_is_refused_whatever_it_says(
    anna: Speaking, boris: Speaking, submit: Submit
) -> None:
    boris.beat(leaving=True)
    boris.answer()
    job = submit()
    token = anna.order().token
    for outcome in Outcome:
        boris.report(token, outcome, score=0)
    boris.beat(token)
    assert token in boris.answer_naming(token).unwanted
    assert (state_of(job), Job.objects.get(pk=job.pk).report) == (JobState.SENT, None)
    anna.report(token)
    wait_until_ended(job)
    report = Job.objects.get(pk=job.pk).report
    assert report is not None
    assert report["score"] == 10


def test_bundles_can_be_read_and_not_written(anna: Speaking, platform: redis.Redis) -> None:
    platform.set(keys.bundle("ab"), b"content")
    assert anna.client.get(keys.bundle("ab")) == b"content"
    refused(anna.client, "SET", keys.bundle("ab"), "poison")
    refused(anna.client, "DEL", keys.bundle("ab"))


def test_nobody_without_a_password_gets_in(anna: Speaking) -> None:
    port = anna.client.get_connection_kwargs()["port"]
    with redis.Redis(port=port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_users_that_the_broker_has_lost_come_back(anna: Speaking, platform: redis.Redis) -> None:
    valkey.command(platform, "ACL", "DELUSER", keys.node_user("anna"))
    with pytest.raises(redis.RedisError):
        anna.beat()
    access.grant(platform, Node.objects.all())
    anna.beat()
    anna.answer()


def test_the_user_of_a_deleted_node_goes(anna: Speaking, boris: Speaking) -> None:
    Node.objects.filter(name="anna").delete()
    eventually(lambda: "node-anna" not in valkey.prompt().acl_users())
    with pytest.raises(redis.RedisError):
        anna.beat()
    boris.beat()
    boris.answer()


def test_a_node_with_a_new_password_is_not_let_in_with_the_old_one(anna: Speaking, platform: redis.Redis) -> None:
    node, _password = access.make("anna", pool="cpu", replace=True)
    access.grant(platform, [node])
    anna.client.connection_pool.disconnect()
    with pytest.raises(redis.AuthenticationError):
        anna.client.ping()
