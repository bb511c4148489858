import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.vault.fields
from accounts.vault.row_security import enable_row_security


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldForm",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=64)),
                ("held_at", models.DateTimeField()),
                ("page", accounts.vault.fields.SealedTextField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "key"), name="heldform_one_per_token")],
            },
        ),
        migrations.CreateModel(
            name="ErrorCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=100)),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "kind"), name="errorcount_one_per_day_and_kind")],
            },
        ),
        migrations.CreateModel(
            name="BackupProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("proven_at", models.DateTimeField()),
            ],
        ),
        enable_row_security("config_heldform"),
    ]
