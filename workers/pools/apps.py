from django.apps import AppConfig


class PoolsConfig(AppConfig):
    name = "workers.pools"
    label = "pools"

    def ready(self) -> None:
        # Models exist only once Django is ready, and these modules import them.
        from workers.audit import words  # noqa: PLC0415
        from workers.pools import auditing, changes, health, jobs  # noqa: PLC0415

        jobs.register(health.KIND, health.trial_ended)
        changes.listen(auditing.write_down)
        words.describe(auditing.ACTIONS, details=auditing.DETAILS, shower=auditing.shown)
