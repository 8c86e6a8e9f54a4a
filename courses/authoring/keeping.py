"""The parts of a course that were rendered and checked, kept in the database for the next reading of its folder."""

from __future__ import annotations

import json

from courses.authoring.models import KeptPart
from courses.authoring.source.memory import Memory
from courses.catalog.models import Course


def memory_of(slug: str) -> Memory:
    """What is kept of the course of this address; nothing, where there is no such course yet."""
    rows = KeptPart.objects.filter(course__slug=slug).values_list("name", "inputs", "content")
    return Memory(earlier={name: {"inputs": inputs, **json.loads(content)} for name, inputs, content in rows})


def keep(course: Course, memory: Memory) -> None:
    """Keep the parts as they are now, and nothing else: no more than one release of the course is ever kept."""
    changed = {name: part for name, part in memory.now.items() if part is not memory.earlier.get(name)}
    KeptPart.objects.filter(course=course, name__in=memory.earlier.keys() - memory.now.keys()).delete()
    KeptPart.objects.bulk_create(
        (_row(course, name, **part) for name, part in changed.items()),
        update_conflicts=True,
        unique_fields=["course", "name"],
        update_fields=["inputs", "content"],
        batch_size=100,
    )


def _row(course: Course, name: str, *, inputs: str, **content: object) -> KeptPart:
    return KeptPart(course=course, name=name, inputs=inputs, content=json.dumps(content, ensure_ascii=False))
