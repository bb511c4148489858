import uuid

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.walls import own_rows_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(unique=True)),
                ("order", models.SmallIntegerField(unique=True)),
                ("title", models.CharField(max_length=100)),
                ("heading", models.CharField(max_length=200)),
                ("about", models.TextField()),
                ("lead", models.TextField()),
                ("html", models.TextField()),
                ("text", models.TextField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("headings", models.JSONField()),
                ("notes", models.JSONField()),
                ("edition", models.CharField(max_length=64)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.CombinedSearchVector(
                                django.contrib.postgres.search.SearchVector("title", "heading", config="english", weight="A"),
                                "||",
                                django.contrib.postgres.search.SearchVector("lead", config="english", weight="B"),
                                django.contrib.postgres.search.SearchConfig("english"),
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector("text", config="english", weight="C"),
                            django.contrib.postgres.search.SearchConfig("english"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "ordering": ["order"],
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["search"], name="part_search")],
            },
        ),
        migrations.CreateModel(
            name="PartRead",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("part", models.SlugField(db_index=False)),
                ("read_at", models.DateTimeField()),
                ("position", models.SlugField(blank=True, db_index=False)),
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
                "verbose_name": "part read",
                "constraints": [models.UniqueConstraint(fields=("account", "part"), name="partread_once_per_part")],
            },
        ),
        own_rows_only("guide_partread"),
    ]
