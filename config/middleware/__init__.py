"""What every request passes through, a file for each layer. The only thing they read from a view is its policy (config.policy).

Each layer may give one kind of answer of its own: `body_limit` 413, `overload` 503 and 429, `hosts` 400 and redirects, `csrf` 403,
`outage` 503, `throttling` 429, `account_scope` 409, `login_required` the way to sign in, `methods` 405, `script_redirects` 204, `held` 303
to what would have answered a form. `sessions` and `leaving` show the way to sign in when a session ended during its request. `headers` and
`country` answer nothing themselves.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class Layer:
    """A layer with more methods than one. `get_response` asks those inside it, and the view."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


# They change nothing.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
