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
            name="Action",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("horizon", models.PositiveSmallIntegerField(choices=[(7, "7 days"), (30, "30 days"), (180, "180 days")])),
                ("key", models.CharField(max_length=30, null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("done_on", models.DateField(null=True)),
                ("set_aside_on", models.DateField(null=True)),
                ("title", accounts.fields.SealedTextField(default="")),
                ("note", accounts.fields.SealedTextField(default="")),
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
                    models.UniqueConstraint(fields=("account", "key"), name="action_once_each"),
                    models.CheckConstraint(condition=models.Q(("horizon__in", [7, 30, 180])), name="action_horizon_known"),
                    models.CheckConstraint(
                        condition=models.Q(("done_on", None), ("set_aside_on", None), _connector="OR"), name="action_not_done_and_set_aside"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Roadmap",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("started_on", models.DateField()),
                ("look_back_on", models.DateField()),
                ("feed_token_hash", models.CharField(blank=True, max_length=64)),
                ("need_to_see", accounts.fields.SealedTextField(default="")),
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
                "constraints": [models.UniqueConstraint(fields=("account",), name="roadmap_one_each")],
            },
        ),
        own_rows_only("roadmap_action"),
        own_rows_only("roadmap_roadmap"),
    ]
