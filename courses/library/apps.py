from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "courses.library"
    label = "library"
