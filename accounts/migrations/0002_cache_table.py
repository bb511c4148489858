from django.db import migrations


class Migration(migrations.Migration):
    """Once made a table for a cache. Nothing is cached any more; databases that have been through it know its name."""

    dependencies = [("accounts", "0001_initial")]

    operations = []
