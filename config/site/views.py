from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import site
from config.policy import policy
from config.site import privacy

CSS = "text/css; charset=utf-8"


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def privacy_page(request: HttpRequest) -> HttpResponse:
    """The operator's own notice, if there is one, and what the program keeps."""
    context = {"own": privacy.OWN, "for_a_while": privacy.FOR_A_WHILE, "backup_days": settings.BACKUP_DAYS}
    return render(request, "privacy.html", context)


@policy(public=True, ignores_session=True, without_database=("GET", "HEAD"))
@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The site's own colours as a style sheet. A browser keeps it under the version that pages link to, like every other style sheet."""
    here = site.current()
    response = HttpResponse(here.theme, content_type=CSS)
    if request.GET.get("v") == here.theme_version:
        response.headers["Cache-Control"] = "max-age=31536000, public, immutable"
    return response
