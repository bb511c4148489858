from django.urls import path, register_converter

from checkins import views


class DayConverter:
    """The shape of a day; whether there is one, and whether it has come, the view says in words."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


class YearConverter:
    regex = r"\d{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04}"


register_converter(DayConverter, "day")
register_converter(YearConverter, "year")

app_name = "checkins"
urlpatterns = [
    path("", views.index, name="index"),
    path("history/", views.history, name="history"),
    path("calendar/<year:year>/", views.year, name="year"),
    path("patterns/", views.patterns, name="patterns"),
    path("pause/", views.pause, name="pause"),
    path("cover/", views.cover, name="cover"),
    path("delete/", views.delete_range, name="delete_range"),
    path("restore/", views.restore, name="restore"),
    path("<day:day>/", views.day, name="day"),
    path("<day:day>/delete/", views.delete, name="delete"),
]
