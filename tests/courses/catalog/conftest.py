"""The sample course, published."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.authoring.publish import publish
from courses.catalog.models import Course
from tests.courses.authoring.sample import write_course


@pytest.fixture
def sums(db: None, tmp_path: Path) -> Course:
    publish(write_course(tmp_path), by=None)
    return Course.objects.get(slug="sums")
