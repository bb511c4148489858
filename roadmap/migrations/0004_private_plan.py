import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.walls import own_rows_only


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("roadmap", "0003_open_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="PrivatePlan",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("salt", models.BinaryField()),
                ("memory_kib", models.PositiveIntegerField()),
                ("passes", models.PositiveSmallIntegerField()),
                ("lanes", models.PositiveSmallIntegerField()),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("blob", models.BinaryField()),
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
                "constraints": [
                    models.UniqueConstraint(fields=("account",), name="plan_one_each"),
                    models.CheckConstraint(condition=models.Q(("version", 1)), name="plan_version_known"),
                ],
            },
        ),
        own_rows_only("roadmap_privateplan"),
    ]
