from django.apps import AppConfig


class AuthoringConfig(AppConfig):
    name = "courses.authoring"
    label = "authoring"

    def ready(self) -> None:
        # Models exist only once Django is ready, and this module imports them.
        from courses.authoring.checking import working  # noqa: PLC0415
        from workers.pools import naming  # noqa: PLC0415

        working.register()
        naming.register(working.names)
