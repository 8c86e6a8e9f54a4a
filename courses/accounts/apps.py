from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "courses.accounts"
    label = "accounts"

    def ready(self) -> None:
        # Models exist only once Django is ready, and these modules import them.
        from courses.accounts import own_data, personal  # noqa: PLC0415

        personal.registry.register(own_data.SECTION)
