"""The cache of the site: Valkey's, and a miss where Valkey is away. Nothing in a cache is worth an error page."""

from __future__ import annotations

import logging
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """What rate limits of sign-in and the like use: while Valkey is away they do not limit, and people can sign in."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except redis.RedisError as error:
            return self._missed(error, default)

    def set(self, key: Any, value: Any, *args: Any, **options: Any) -> None:
        try:
            super().set(key, value, *args, **options)
        except redis.RedisError as error:
            self._missed(error, None)

    def add(self, key: Any, value: Any, *args: Any, **options: Any) -> bool:
        try:
            return super().add(key, value, *args, **options)
        except redis.RedisError as error:
            return bool(self._missed(error, default=True))

    def delete(self, key: Any, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except redis.RedisError as error:
            return bool(self._missed(error, default=False))

    def _missed(self, error: redis.RedisError, default: Any) -> Any:
        log.warning("the cache does not answer: %s", error)
        return default
