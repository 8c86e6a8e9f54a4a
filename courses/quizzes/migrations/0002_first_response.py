from typing import Any

from django.db import migrations, models
from django.db.models import F


def take_over(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  # Django's signature
    """Who has answered once has given their first answer."""
    apps.get_model("quizzes", "QuizAnswer").objects.filter(tries=1).update(first_response=F("response"))


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0001_initial")]

    operations = [
        migrations.AddField("quizanswer", "first_response", models.JSONField(null=True)),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
