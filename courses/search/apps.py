from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "courses.search"
    label = "search"
