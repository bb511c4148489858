from django.db import migrations

import accounts.fields


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0004_pause"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkin",
            name="note",
            field=accounts.fields.SealedTextField(db_default="", default=""),
        ),
    ]
