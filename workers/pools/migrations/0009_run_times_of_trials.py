"""A row of run times is of one work; what a pool's work takes as a rule is told from all of them."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forget_those_of_all(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("pools", "RunTime").objects.filter(work="").delete()


class Migration(migrations.Migration):
    dependencies = [("pools", "0008_faults")]

    operations = [
        migrations.RunPython(forget_those_of_all, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="runtime",
            name="work",
            field=models.CharField(max_length=160),
        ),
    ]
