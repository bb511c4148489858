from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse

from accounts.signin.ending import SessionEnding
from config.middleware import Layer
from config.middleware.account_scope import roll_back
from config.middleware.login_required import sign_in_first
from config.ops import db_timeout


class Leaving(Layer):
    """Ended means ended (docs/security.md, R73 and R74). A request whose session has ended is a stranger's; if it ended during the request,
    the answer is the way to sign in.

    Sessions end here: before the request, if the browser brings the mark that a page sets when it leaves; after it and outside its
    transaction, if a view said so (`accounts.signin.ending.end_session`).
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ending = _end(request) if request.COOKIES.get(settings.LEFT_COOKIE_NAME) else None
        response = self.get_response(request)
        ended_by = getattr(request, "ends_session", None)
        if ended_by and ending is None:
            ending = _end(request)
        if ending:
            ending.clear(request, response, ended_by)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A session that ended while its request was under way: nothing is written, and the way to sign in is shown."""
        if not isinstance(error, SessionInterrupted):
            return None
        roll_back()
        return sign_in_first(request)


def _end(request: HttpRequest) -> SessionEnding:
    with db_timeout.db_timeout(db_timeout.TIMEOUT_S):
        return SessionEnding(request)
