from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.signin import ending
from config.policy import policy


@policy(public=True, csrf_exempt=True, without_database=("GET", "HEAD", "POST"))
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """End the session and go away: a link without JavaScript; with it a message of the page, which needs no page in return.

    Another site may send someone here, but cannot end their session (docs/security.md, R32 and R75). A database that is away keeps no one.
    """
    leave_to = settings.LEAVE_URL
    if ending.comes_from_here(request):
        leave_to = getattr(request.user, "leave_address", "") or leave_to
        ending.end_session(request, ending.Way.LEAVE)
    return HttpResponse(status=204) if request.method == "POST" else HttpResponse(status=303, headers={"Location": leave_to})
