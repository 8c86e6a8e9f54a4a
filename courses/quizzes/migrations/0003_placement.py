import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('authoring', '0003_release_published_at'),
        ('quizzes', '0002_first_response'),
    ]

    operations = [
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.JSONField()),
                ('spec', models.JSONField()),
                ('release', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='placement', to='authoring.release')),
            ],
        ),
    ]
