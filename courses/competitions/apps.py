from django.apps import AppConfig


class CompetitionsConfig(AppConfig):
    name = "courses.competitions"
    label = "competitions"

    def ready(self) -> None:
        # Models exist only once Django is ready, and this module imports them.
        from courses.competitions import recording  # noqa: PLC0415

        recording.register()
