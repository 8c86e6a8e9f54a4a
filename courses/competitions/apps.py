from django.apps import AppConfig


class CompetitionsConfig(AppConfig):
    name = "courses.competitions"
    label = "competitions"

    def ready(self) -> None:
        # Models exist only once Django is ready, and these modules import them.
        from courses.accounts import personal  # noqa: PLC0415
        from courses.competitions import own_data, recording  # noqa: PLC0415

        recording.register()
        personal.registry.register(own_data.SECTION)
