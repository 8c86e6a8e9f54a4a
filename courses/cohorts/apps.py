from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "courses.cohorts"
    label = "cohorts"

    def ready(self) -> None:
        # Models exist only once Django is ready, and these modules import them.
        from courses.accounts import personal  # noqa: PLC0415
        from courses.catalog.reading import registry  # noqa: PLC0415
        from courses.cohorts import deadlines, own_data, rules  # noqa: PLC0415
        from workers.pools import changes, naming  # noqa: PLC0415

        registry.register_role(rules.role_in)
        changes.register_extender(deadlines.extend)
        naming.register(deadlines.names)
        personal.registry.register(own_data.SECTION)
