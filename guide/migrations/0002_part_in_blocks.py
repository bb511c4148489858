from django.db import migrations, models


class Migration(migrations.Migration):
    """Parts as blocks, in several languages. `sync_guide` fills the table from the files; nothing in it is anybody's."""

    dependencies = [
        ("guide", "0001_initial"),
    ]

    operations = [
        migrations.DeleteModel(name="Part"),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=10)),
                ("slug", models.SlugField(db_index=False)),
                ("order", models.SmallIntegerField()),
                ("title", models.CharField(max_length=100)),
                ("heading", models.CharField(max_length=200)),
                ("about", models.TextField()),
                ("lead", models.TextField()),
                ("content", models.JSONField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("headings", models.JSONField()),
                ("notes", models.JSONField()),
                ("edition", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["language", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=["language", "slug"], name="part_once_in_a_language"),
                    models.UniqueConstraint(fields=["language", "order"], name="part_in_a_place_of_its_own"),
                ],
            },
        ),
    ]
