"""A Django view that does nothing, behind the middleware of the program: what the guide is measured against."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.policy import policy
from config.wsgi import application as application


@policy(public=True, without_database=("GET", "HEAD"))
def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nothing", headers={"Cache-Control": "private, no-cache"})


def add_address() -> None:
    # Read once Django is set up, as importing config.wsgi does.
    from config import urls

    urls.urlpatterns.insert(0, path("bare/", nothing, name="bare"))


add_address()
