"""A real Valkey for the live events."""

from tests.workers.conftest import broker, running_broker  # noqa: F401  # fixtures
