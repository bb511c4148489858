from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_sealed_email"),
    ]

    operations = [
        migrations.AddField("Draft", "turn", models.PositiveIntegerField(db_default=0, default=0, editable=False)),
        migrations.AddField("Draft", "writer", models.CharField(db_default="", default="", editable=False, max_length=16)),
    ]
