"""What every request passes through, a file for each layer. Of a view they read its policy alone
(config.policy).

Each layer may give one kind of answer of its own: `body_limit` 413, `hosts` 400 and redirects, `csrf` 403, `outage` 503, `throttling` 429,
`account_scope` 409, `login_required` the way to sign in, `methods` 405, `held` 303 to what would
have answered a form. `headers`, `sessions` and `leaving` answer nothing themselves.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

# They change nothing.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
