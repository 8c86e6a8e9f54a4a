"""Names of apps, models and fields in the reader's language, for the administration.

Django takes a field's name for its label where nobody wrote another one, and such a label stays English for good. Here
all become messages to be translated, at one place and without a migration: what migrations know of a name stays.
"""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.db.models import Field
from django.utils.translation import gettext_lazy

#: Whose names: ours, and those of django-allauth, which has them in English alone.
OWNERS = ("courses.", "workers.", "allauth.")


def translate_labels() -> None:
    """To be called once all models are there; what is lazy already is left alone."""
    for config in apps.get_app_configs():
        if config.name.startswith(OWNERS):
            _translate(config)


def _translate(config: AppConfig) -> None:
    if isinstance(config.verbose_name, str):
        config.verbose_name = gettext_lazy(config.verbose_name)
    for model in config.get_models():
        options = model._meta
        if "verbose_name_plural" not in options.original_attrs:  # Django has put an s behind the other name
            options.verbose_name_plural = gettext_lazy(f"{options.verbose_name_raw}s")
        for name in ("verbose_name", "verbose_name_plural"):
            label = getattr(options, name)
            if isinstance(label, str):
                setattr(options, name, gettext_lazy(label))
        for field in options.get_fields():
            if isinstance(field, Field) and isinstance(field.verbose_name, str):
                field.verbose_name = gettext_lazy(field.verbose_name)
