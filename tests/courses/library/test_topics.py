"""Topics and languages of the bundled course have names in the reader's language."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation

from courses.authoring.source.folder import read_course
from courses.library.templatetags.library import TOPICS, language_label, topic_name
from tests.courses.authoring.sample import Urls

#: The same in every language.
NAMES = {"python", "pytorch"}


def test_every_topic_of_the_bundled_course_has_a_name_in_chinese() -> None:
    course = read_course(settings.BASE_DIR / "content" / "large-models", Urls())
    topics = {topic for entries in course.library.values() for entry in entries for topic in entry.topics}
    assert topics <= set(TOPICS)
    with translation.override("zh-hans"):
        plain = {topic for topic in TOPICS if topic_name(topic).isascii()}
    assert plain <= NAMES | {"transformers"}


def test_a_topic_without_a_name_is_shown_by_its_slug() -> None:
    assert topic_name("my-own-topic") == "my own topic"


def test_languages_are_shown_by_their_own_names() -> None:
    assert [language_label(tag) for tag in ("en", "zh-hans", "zh", "de", "xx-unknown")] == [
        "English",
        "简体中文",
        "简体中文",
        "Deutsch",
        "xx-unknown",
    ]
