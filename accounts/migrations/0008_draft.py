import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.fields
from accounts.walls import own_rows_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_arrival"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place", models.CharField(max_length=200)),
                ("words", accounts.fields.SealedJSONField(default=dict)),
                ("written_at", models.DateTimeField()),
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
                "constraints": [models.UniqueConstraint(fields=("account", "place"), name="draft_one_per_place")],
            },
        ),
        own_rows_only("accounts_draft"),
    ]
