from django.db import migrations, models

from workers.audit import triggers


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                ('actor', models.CharField(blank=True, max_length=64, verbose_name='account')),
                ('actor_name', models.CharField(blank=True, max_length=150, verbose_name='who')),
                ('action', models.CharField(max_length=48, verbose_name='what')),
                ('subject', models.CharField(max_length=120, verbose_name='subject')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='details')),
            ],
            options={
                'verbose_name': 'line of the audit trail',
                'verbose_name_plural': 'audit trail',
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['subject', '-id'], name='audit_subject')],
            },
        ),
        migrations.RunPython(
            lambda _apps, editor: triggers.install(editor.connection),
            lambda _apps, editor: triggers.remove(editor.connection),
        ),
    ]
