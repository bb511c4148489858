"""A Django view that does nothing, behind the middleware of the program: what the guide is measured against."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.policy import policy

application = get_wsgi_application()


@policy(public=True)
def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nothing", headers={"Cache-Control": "private, no-cache"})


from config import urls  # noqa: E402, once Django is set up

urls.urlpatterns.insert(0, path("bare/", nothing, name="bare"))
