from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "courses.quizzes"
    label = "quizzes"

    def ready(self) -> None:
        # Models exist only once Django is ready, and these modules import them.
        from courses.accounts import personal  # noqa: PLC0415
        from courses.quizzes import own_data  # noqa: PLC0415

        personal.registry.register(own_data.SECTION)
