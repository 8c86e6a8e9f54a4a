from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "courses.certificates"
    label = "certificates"

    def ready(self) -> None:
        # Models exist only once Django is ready, and these modules import them.
        from courses.accounts import personal  # noqa: PLC0415
        from courses.certificates import own_data  # noqa: PLC0415

        personal.registry.register(own_data.SECTION)
