from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pools', '0001_initial'),
    ]

    operations = [
        migrations.RenameField(model_name='bundle', old_name='created', new_name='stored'),
        migrations.AlterField(model_name='bundle', name='stored', field=models.DateTimeField(auto_now=True)),
    ]
