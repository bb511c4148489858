import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.fields
from accounts.walls import own_rows_only


class Migration(migrations.Migration):
    dependencies = [
        ("guide", "0003_passage"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Supporter",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=0)),
                ("written_at", models.DateTimeField()),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("who", accounts.fields.SealedTextField(default="")),
                ("kind", accounts.fields.SealedTextField(default="")),
                ("reach", accounts.fields.SealedTextField(default="")),
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
                "constraints": [models.UniqueConstraint(fields=("account", "key"), name="supporter_once_each")],
            },
        ),
        own_rows_only("guide_supporter"),
    ]
