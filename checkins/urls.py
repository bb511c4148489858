from django.urls import path, register_converter

from checkins import views


class DayConverter:
    """The shape of a day; whether there is one, and whether it has come, the view says in words."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(DayConverter, "day")

app_name = "checkins"
urlpatterns = [
    path("", views.index, name="index"),
    path("<day:day>/", views.day, name="day"),
]
