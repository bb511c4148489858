import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("guide", "0002_part_in_blocks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=10)),
                ("part", models.SlugField(db_index=False)),
                ("order", models.SmallIntegerField()),
                ("anchor", models.CharField(blank=True, max_length=60)),
                ("kind", models.CharField(blank=True, max_length=10)),
                ("heading", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("search", django.contrib.postgres.search.SearchVectorField(null=True)),
                ("words", django.contrib.postgres.search.SearchVectorField(null=True)),
            ],
            options={
                "ordering": ["language", "part", "order"],
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["search"], name="passage_search")],
                "constraints": [models.UniqueConstraint(fields=("language", "part", "anchor"), name="passage_once_each")],
            },
        ),
    ]
