import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.fields
from accounts.walls import own_rows_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("written_at", models.DateTimeField()),
                ("zone", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField(default=0)),
                ("gratitude_1", accounts.fields.SealedTextField(default="")),
                ("gratitude_2", accounts.fields.SealedTextField(default="")),
                ("gratitude_3", accounts.fields.SealedTextField(default="")),
                ("emotion_1", accounts.fields.SealedTextField(default="")),
                ("emotion_2", accounts.fields.SealedTextField(default="")),
                ("action", accounts.fields.SealedTextField(default="")),
                ("plan_when", accounts.fields.SealedTextField(default="")),
                ("plan_will", accounts.fields.SealedTextField(default="")),
                ("outcome", accounts.fields.SealedTextField(default="")),
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
                "constraints": [models.UniqueConstraint(fields=("account", "day"), name="checkin_once_a_day")],
            },
        ),
        own_rows_only("checkins_checkin"),
    ]
