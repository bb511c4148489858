from typing import Any

from django.db import migrations, models

from accounts import sealing


def seal(apps: Any, schema_editor: Any) -> None:
    """Seal each address with its account's data key, as `Account.email` does, and empty what held it in the clear."""
    for account in apps.get_model("accounts", "Account").objects.exclude(email=""):
        purpose = b"accounts_account.email:" + str(account.pk).encode()
        account.sealed_email = sealing.unwrap(account.data_key).seal(sealing.pad(account.email.encode()), purpose)
        account.email = ""
        account.save(update_fields=["email", "sealed_email"])
    apps.get_model("account", "EmailAddress").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_draft"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.AddField("Account", "sealed_email", models.BinaryField(default=b"")),
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.RemoveField("Account", "email"),
    ]
