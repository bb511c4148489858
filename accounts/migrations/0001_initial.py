import datetime
import uuid

import django.core.validators
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.db import migrations, models

import accounts.sealing


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("session_key", models.CharField(max_length=64, primary_key=True, serialize=False)),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=64)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("joined_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("data_key", models.BinaryField(default=accounts.sealing.new_data_key)),
                ("recovery_code_hash", models.CharField(blank=True, max_length=128)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("day_start", models.PositiveSmallIntegerField(default=3)),
                ("country", models.CharField(blank=True, max_length=2)),
                (
                    "theme",
                    models.CharField(
                        choices=[("system", "As the device has it"), ("light", "Light"), ("dark", "Dark")], default="system", max_length=6
                    ),
                ),
                ("leave_address", models.URLField(blank=True, validators=[django.core.validators.URLValidator(schemes=["http", "https"])])),
                ("idle_minutes", models.PositiveSmallIntegerField(default=15)),
                ("paused_since", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Upper("name"),
                        name="account_name_unique",
                        violation_error_message="This name is taken.",
                    ),
                    models.CheckConstraint(condition=models.Q(("day_start__lte", 6)), name="account_day_start_in_range"),
                    models.CheckConstraint(condition=models.Q(("theme__in", ["system", "light", "dark"])), name="account_theme_known"),
                    models.CheckConstraint(condition=models.Q(("idle_minutes__range", (5, 60))), name="account_idle_minutes_in_range"),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.IsNull(
                            models.Func(
                                models.F("time_zone"),
                                models.Value(datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                                function="timezone",
                                output_field=models.DateTimeField(),
                            ),
                            False,
                        ),
                        name="account_time_zone_known",
                    ),
                ],
            },
        ),
    ]
