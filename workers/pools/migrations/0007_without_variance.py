"""How far the run times of one work lie apart is no longer kept: intervals are as wide as they may be."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("pools", "0006_seeds_of_regrades")]
    operations = [migrations.RemoveField(model_name="runtime", name="variance")]
