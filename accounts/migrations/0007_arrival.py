import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.fields
from accounts.walls import own_rows_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_told_about_leave"),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("brought_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("entries", models.PositiveIntegerField()),
                ("looked", models.PositiveIntegerField(default=0)),
                ("contents", accounts.fields.SealedJSONField(default=dict)),
                ("report", accounts.fields.SealedJSONField(default=list)),
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
                "constraints": [models.UniqueConstraint(fields=("account",), name="arrival_one_at_a_time")],
            },
        ),
        own_rows_only("accounts_arrival"),
    ]
