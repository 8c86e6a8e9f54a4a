from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "courses.accounts"
    label = "accounts"

    def ready(self) -> None:
        # Models exist only once Django is ready, and these modules import them.
        from courses.accounts import called, own_data, personal  # noqa: PLC0415
        from workers.pools import naming  # noqa: PLC0415

        naming.register(called.names)
        personal.registry.register(own_data.SECTION)
