from django.apps import AppConfig


class ExercisesConfig(AppConfig):
    name = "courses.exercises"
    label = "exercises"

    def ready(self) -> None:
        # Models exist only once Django is ready, and these modules import them.
        from courses.accounts import personal  # noqa: PLC0415
        from courses.catalog.reading import registry  # noqa: PLC0415
        from courses.exercises import grades, own_data, recording, regrading  # noqa: PLC0415
        from workers.pools import naming  # noqa: PLC0415

        recording.register()
        regrading.register()
        naming.register(regrading.names)
        registry.register_scores(grades.scores_of)
        personal.registry.register(own_data.SECTION)
