"""What was published before there was a search can be found, too."""

from django.db import migrations

from courses.search.indexing import index_release


def index_all(apps, schema_editor):
    passages = apps.get_model("search", "Passage").objects
    for course in apps.get_model("catalog", "Course").objects.filter(current_release__isnull=False):
        index_release(course, course.current_release, passages)


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_initial"),
        ("catalog", "0001_initial"),
        ("library", "0001_initial"),
        ("authoring", "0003_release_published_at"),
    ]

    operations = [migrations.RunPython(index_all, migrations.RunPython.noop)]
