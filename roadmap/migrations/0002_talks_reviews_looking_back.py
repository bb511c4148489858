import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.fields
from accounts.walls import own_rows_only


class Migration(migrations.Migration):
    dependencies = [
        ("roadmap", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="action",
            name="offer_declined_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="action",
            name="stays_in",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="roadmap",
            name="ended_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="roadmap",
            name="review_put_off_on",
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name="LookBack",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=0)),
                ("written_at", models.DateTimeField()),
                ("round", models.PositiveSmallIntegerField()),
                ("since", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                ("needed", accounts.fields.SealedTextField(default="")),
                ("now", accounts.fields.SealedTextField(default="")),
                ("need_stay", accounts.fields.SealedTextField(default="")),
                ("need_part", accounts.fields.SealedTextField(default="")),
                ("need_effort", accounts.fields.SealedTextField(default="")),
                ("next_step", accounts.fields.SealedTextField(default="")),
                ("by", accounts.fields.SealedTextField(default="")),
                ("who_helps", accounts.fields.SealedTextField(default="")),
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
                "constraints": [models.UniqueConstraint(fields=("account", "round"), name="lookback_once_each")],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=0)),
                ("written_at", models.DateTimeField()),
                ("day", models.DateField()),
                ("finished", models.BooleanField(default=False)),
                ("answers", accounts.fields.SealedJSONField(default=dict)),
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
                "constraints": [models.UniqueConstraint(fields=("account", "day"), name="review_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="SafetyCheck",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("answers", accounts.fields.SealedJSONField(default=dict)),
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
                "constraints": [models.UniqueConstraint(fields=("account", "day"), name="safetycheck_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Talk",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=0)),
                ("written_at", models.DateTimeField()),
                ("key", models.UUIDField(default=uuid.uuid4)),
                ("day", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "Planned"), ("held", "Held"), ("let-go", "Let go")], default="planned", max_length=7
                    ),
                ),
                ("logged", models.BooleanField(default=False)),
                ("approach", accounts.fields.SealedTextField(default="")),
                ("step", accounts.fields.SealedTextField(default="")),
                ("issue", accounts.fields.SealedTextField(default="")),
                ("feeling", accounts.fields.SealedTextField(default="")),
                ("about", accounts.fields.SealedTextField(default="")),
                ("need", accounts.fields.SealedTextField(default="")),
                ("place", accounts.fields.SealedTextField(default="")),
                ("reasons", accounts.fields.SealedJSONField(default=list)),
                ("replies", accounts.fields.SealedJSONField(default=list)),
                ("smaller_ask", accounts.fields.SealedTextField(default="")),
                ("stop_sentence", accounts.fields.SealedTextField(default="")),
                ("response", accounts.fields.SealedTextField(default="")),
                ("reason", accounts.fields.SealedTextField(default="")),
                ("safe", accounts.fields.SealedTextField(default="")),
                ("feelings_before", accounts.fields.SealedTextField(default="")),
                ("feelings_after", accounts.fields.SealedTextField(default="")),
                ("next_step", accounts.fields.SealedTextField(default="")),
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
                    models.UniqueConstraint(fields=("account", "key"), name="talk_once_each"),
                    models.CheckConstraint(condition=models.Q(("state__in", ["planned", "held", "let-go"])), name="talk_state_known"),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("state", "held"), _negated=True), ("day__isnull", False), _connector="OR"),
                        name="talk_held_on_a_day",
                    ),
                ],
            },
        ),
        own_rows_only("roadmap_talk"),
        own_rows_only("roadmap_review"),
        own_rows_only("roadmap_safetycheck"),
        own_rows_only("roadmap_lookback"),
    ]
