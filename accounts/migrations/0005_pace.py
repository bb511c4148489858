from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_blank_minutes")]

    operations = [
        migrations.CreateModel(
            name="Pace",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("left_over", models.PositiveSmallIntegerField()),
                ("filled_at", models.DateTimeField()),
            ],
        ),
    ]
