from django.apps import AppConfig


class DiscussionsConfig(AppConfig):
    name = "courses.discussions"
    label = "discussions"

    def ready(self) -> None:
        # Models exist only once Django is ready, and these modules import them.
        from courses.accounts import personal  # noqa: PLC0415
        from courses.discussions import finding, own_data  # noqa: PLC0415
        from courses.search import finding as search  # noqa: PLC0415

        personal.registry.register(own_data.SECTION)
        search.register(finding.find)
