"""What the program remembers for the people who run it. Nothing in here is about a person who uses it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import connection, models


class ErrorCountQuerySet(models.QuerySet["ErrorCount"]):
    def add(self, counts: Mapping[str, int], *, day: date) -> None:
        """Add to the counts of `day`, by kind; processes that do so at once add up."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO config_errorcount AS known (day, kind, count) VALUES (%s, %s, %s) "
                "ON CONFLICT (day, kind) DO UPDATE SET count = known.count + excluded.count",
                [(day, kind[:100], count) for kind, count in sorted(counts.items())],
            )

    def by_kind(self, *, since: date) -> dict[str, int]:
        """The sums by kind from the day `since` on, the most frequent first."""
        sums = self.filter(day__gte=since).values("kind").annotate(sum=models.Sum("count")).order_by("-sum", "kind")
        return {row["kind"]: row["sum"] for row in sums}

    def delete_expired(self, *, today: date) -> None:
        """Delete the counts of days more than 30 days before `today`."""
        self.filter(day__lt=today - timedelta(days=30)).delete()


class ErrorCount(models.Model):
    """How often something went wrong on a day. `kind` is the name of an exception, a status or a part of the program: never a text."""

    day = models.DateField()
    kind = models.CharField(max_length=100)
    count = models.PositiveIntegerField()

    objects = ErrorCountQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "kind"], name="errorcount_one_per_day_and_kind")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class BackupProof(models.Model):
    """The last backup that was restored to prove that it can be. One row."""

    # When its dump was written, and when it was restored.
    made_at = models.DateTimeField()
    proven_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.proven_at)

    @classmethod
    def record(cls, *, made_at: datetime, proven_at: datetime) -> None:
        cls.objects.update_or_create(pk=1, defaults={"made_at": made_at, "proven_at": proven_at})
