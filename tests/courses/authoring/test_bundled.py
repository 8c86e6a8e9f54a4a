"""The bundled course reads without a mistake, in both of its languages."""

from __future__ import annotations

from django.conf import settings

from courses.authoring.source.folder import read_course
from tests.courses.authoring.sample import Urls


def test_the_bundled_course_is_right() -> None:
    course = read_course(settings.BASE_DIR / "content" / "large-models", Urls())
    assert course.about.languages == ("en", "zh-hans")
    for chapter in course.chapters:
        assert set(chapter.texts) == {"en", "zh-hans"}, chapter.slug
        assert chapter.quizzes, chapter.slug
        assert chapter.exercises, chapter.slug
    for text in (text for chapter in course.chapters for text in chapter.texts.values()):
        assert text["toc"]
        assert text["minutes"]
    assert len(course.chapters) == 16
    assert sum(len(chapter.exercises) for chapter in course.chapters) >= 50
    assert course.placement is not None
    assert set(course.library) == {"lecture", "event", "paper", "dataset", "tool"}
    assert len(course.library["lecture"]) >= 12
    assert course.faq
