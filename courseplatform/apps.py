from django.apps import AppConfig


class CoursePlatformConfig(AppConfig):
    name = "courseplatform"
