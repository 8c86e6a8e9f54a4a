from django.apps import AppConfig


class AuthoringConfig(AppConfig):
    name = "courses.authoring"
    label = "authoring"
