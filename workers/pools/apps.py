from django.apps import AppConfig


class PoolsConfig(AppConfig):
    name = "workers.pools"
    label = "pools"
