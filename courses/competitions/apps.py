from django.apps import AppConfig


class CompetitionsConfig(AppConfig):
    name = "courses.competitions"
    label = "competitions"

    def ready(self) -> None:
        # Models exist only once Django is ready, and these modules import them.
        from courses.accounts import personal  # noqa: PLC0415
        from courses.competitions import own_data, recording, rescoring  # noqa: PLC0415
        from workers.pools import naming  # noqa: PLC0415

        recording.register()
        naming.register(rescoring.names)
        personal.registry.register(own_data.SECTION)
