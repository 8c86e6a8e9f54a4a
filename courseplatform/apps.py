from django.apps import AppConfig

from courseplatform import trail_words
from courseplatform.labels import translate_labels


class CoursePlatformConfig(AppConfig):
    name = "courseplatform"

    def ready(self) -> None:
        translate_labels()
        trail_words.describe()
