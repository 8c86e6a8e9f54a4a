"""A node fetches what it needs to grade by digest: verified, within a limit, and again where Valkey has lost it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from graders.exercise import Exercise, ExerciseInvalid
from tests.workers.conftest import EXERCISE, Submit, eventually
from tests.workers.speaking import Speaking
from workers import keys
from workers.messages import Wanted
from workers.node import bundles as node_bundles
from workers.node.bundles import BundleCache, BundleMissing, BundleWrong
from workers.pools import bundles

Asked = list[str]


@pytest.fixture
def asked() -> Asked:
    """The digests for which the node has asked."""
    return []


@pytest.fixture
def make_cache(anna: Speaking, asked: Asked, tmp_path: Path) -> Iterator[Callable[[], BundleCache]]:
    """The cache of a node's process, which asks a real dispatcher with the node's own password."""

    def ask(digest: str) -> None:
        asked.append(digest)
        anna.say(Wanted(worker=anna.name, bundle=digest).to_json())

    yield lambda: BundleCache(tmp_path / "bundles", anna.client, ask=ask)


def lose(platform: redis.Redis, *digests: str) -> None:
    for digest in digests:
        platform.delete(keys.bundle(digest))


def another(folder: Path, number: int) -> str:
    """The digest of one more exercise."""
    return bundles.store(packed(folder, EXERCISE.replace("A toy", f"Toy {number}")))


def packed(folder: Path, description: str) -> bytes:
    (folder / "exercise.yaml").write_text(description)
    return Exercise.load(folder).pack()


def test_a_bundle_that_the_broker_has_lost_is_placed_again_for_the_node_that_needs_it(
    anna: Speaking,
    platform: redis.Redis,
    submit: Submit,
    bundle: str,
    make_cache: Callable[[], BundleCache],
    asked: Asked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(node_bundles, "PATIENCE_SECONDS", 20.0)  # this machine may be slow
    submit()
    assert anna.order().bundle == bundle
    lose(platform, bundle)
    assert make_cache().exercise(bundle).points == 10
    assert asked == [bundle]
    assert platform.exists(keys.bundle(bundle))


def test_a_bundle_is_fetched_once_and_by_each_new_process_anew(
    anna: Speaking,
    platform: redis.Redis,
    bundle: str,
    make_cache: Callable[[], BundleCache],
    asked: Asked,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(node_bundles, "PATIENCE_SECONDS", 0.3)
    bundles.place(platform, bundle)
    cache = make_cache()
    first = cache.exercise(bundle)
    lose(platform, bundle)
    assert cache.exercise(bundle) is first
    (tmp_path / "bundles" / bundle / "exercise.yaml").write_text("")  # as a power cut may leave it
    with pytest.raises(BundleMissing):
        make_cache().exercise(bundle)
    bundles.place(platform, bundle)
    assert make_cache().exercise(bundle).points == 10
    assert asked == [bundle]


def test_a_slot_whose_bundle_is_missing_keeps_no_other_slot_waiting(
    platform: redis.Redis,
    bundle: str,
    make_cache: Callable[[], BundleCache],
    asked: Asked,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(node_bundles, "PATIENCE_SECONDS", 60.0)
    missing = another(tmp_path / "toy-exercise", 1)
    bundles.place(platform, bundle)
    cache = make_cache()
    with ThreadPoolExecutor(1) as other_slot:
        waiting = other_slot.submit(cache.exercise, missing)
        eventually(lambda: asked)
        assert cache.exercise(bundle).points == 10
        assert not waiting.done()
        bundles.place(platform, missing)
        assert waiting.result(20).points == 10


def test_nobody_is_given_a_bundle_that_none_of_their_tries_needs(
    anna: Speaking,
    platform: redis.Redis,
    bundle: str,
    make_cache: Callable[[], BundleCache],
    asked: Asked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(node_bundles, "PATIENCE_SECONDS", 1.0)
    with pytest.raises(BundleMissing, match=bundle):
        make_cache().exercise(bundle)
    assert asked == [bundle]
    assert not platform.exists(keys.bundle(bundle))


def test_what_is_not_the_bundle_is_never_unpacked(
    platform: redis.Redis,
    bundle: str,
    make_cache: Callable[[], BundleCache],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cache = make_cache()
    bundles.place(platform, bundle)
    content = platform.get(keys.bundle(bundle))
    assert isinstance(content, bytes)
    platform.set(keys.bundle(bundle), content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(BundleWrong, match="something else"):
        cache.exercise(bundle)
    monkeypatch.setattr(node_bundles, "MAX_BYTES", len(content) - 1)
    with pytest.raises(BundleWrong, match=f"{len(content)} bytes"):
        cache.exercise(bundle)
    evil = b"no archive"
    digest = hashlib.sha256(evil).hexdigest()
    platform.set(keys.bundle(digest), evil)
    with pytest.raises(ExerciseInvalid):
        cache.exercise(digest)
    assert not list((tmp_path / "bundles").iterdir()), "nothing is left of any of them"


def test_the_disk_holds_no_more_exercises_than_the_limit(
    platform: redis.Redis,
    bundle: str,
    make_cache: Callable[[], BundleCache],
    asked: Asked,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(node_bundles, "KEPT", 2)
    cache = make_cache()
    digests = [another(tmp_path / "toy-exercise", number) for number in range(3)]
    for digest in (digests[0], digests[1], digests[0], digests[2]):
        bundles.place(platform, digest)
        cache.exercise(digest)
    kept = {path.name for path in (tmp_path / "bundles").iterdir()}
    assert kept == {digests[0], digests[2]}, "what was used longest ago has gone"
    assert cache.exercise(digests[1]).points == 10
    assert asked == []
