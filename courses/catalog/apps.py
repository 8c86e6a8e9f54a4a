from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "courses.catalog"
    label = "catalog"

    def ready(self) -> None:
        # Models exist only once Django is ready, and these modules import them.
        from courses.accounts import personal  # noqa: PLC0415
        from courses.catalog import own_data, progress  # noqa: PLC0415
        from courses.quizzes import answering  # noqa: PLC0415

        answering.listen(progress.refresh_after_answers)
        personal.registry.register(own_data.SECTION)
