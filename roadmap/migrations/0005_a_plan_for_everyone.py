from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from accounts.acting import acting_for
from roadmap.plan import lock
from roadmap.plan.models import unused


def begin(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give every account that is there the row it would have from its first day.

    One account at a time: row-level security hides the others' rows from the migration too.
    """
    cost = lock.Cost()
    plans = apps.get_model("roadmap", "PrivatePlan").objects
    for account in apps.get_model("accounts", "Account").objects.only("data_key"):
        with acting_for(account):
            plans.get_or_create(
                account_id=account.pk,
                defaults={
                    "salt": lock.new_salt(),
                    "memory_kib": cost.memory_kib,
                    "passes": cost.passes,
                    "lanes": cost.lanes,
                    "blob": unused(),
                },
            )


class Migration(migrations.Migration):
    dependencies = [("roadmap", "0004_private_plan")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
