"""The sample course, published."""

from tests.courses.catalog.conftest import sums

__all__ = ["sums"]
