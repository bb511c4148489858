from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from config import errors
from config.middleware.login_required import sign_in_first

# Cookies that say something to a session alone.
BOUND = {settings.SESSION_COOKIE_NAME, settings.HALF_COOKIE_NAME, settings.KNOWN_COOKIE_NAME}


class Sessions(SessionMiddleware):
    """Stores the session after the request, unless it has ended in the meantime: then nothing is stored, and no cookie is set (R74)."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            response = super().process_response(request, response)
        except SessionInterrupted:
            return sign_in_first(request)
        except DatabaseError:
            return errors.unavailable(request)
        sets = {name for name, cookie in response.cookies.items() if cookie.value}
        if sets & BOUND and _has_ended(request):
            for name in sets:
                del response.cookies[name]
        return response


def _has_ended(request: HttpRequest) -> bool:
    key = request.session.session_key
    try:
        return not key or not request.session.exists(key)
    except DatabaseError:
        return True
