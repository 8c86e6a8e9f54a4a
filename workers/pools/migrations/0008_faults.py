"""Why a machine is not trusted becomes a code with its values; what was written before stays as somebody's words."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FIELDS = (("node", "quarantine_reason", "reason"), ("worker", "health_reason", "why"))


def to_codes(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for model, field, _label in FIELDS:
        rows = apps.get_model("pools", model).objects
        for text in rows.exclude(**{f"{field}_text": ""}).values_list(f"{field}_text", flat=True).distinct():
            rows.filter(**{f"{field}_text": text}).update(**{field: {"code": "said", "reason": text}})


class Migration(migrations.Migration):
    dependencies = [("pools", "0007_without_variance")]
    operations = [
        *(migrations.RenameField(model, field, f"{field}_text") for model, field, _label in FIELDS),
        *(
            migrations.AddField(model, field, models.JSONField(blank=True, default=dict, verbose_name=label))
            for model, field, label in FIELDS
        ),
        migrations.RunPython(to_codes, migrations.RunPython.noop),
        *(migrations.RemoveField(model, f"{field}_text") for model, field, _label in FIELDS),
    ]
