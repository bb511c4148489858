from django.http import HttpRequest, HttpResponse

from accounts.signin.passphrases import HashingBusy
from accounts.signin.throttle import make_known, offer_turn
from config import errors
from config.middleware import Layer
from config.middleware.account_scope import roll_back
from config.middleware.body_limit import is_oversized
from config.middleware.outage import uses_database
from config.policy import ThrottleBucket, policy_of


class Throttling(Layer):
    """Consumes the tries that the view's policy names, or answers 429; successful requests are refunded (docs/security.md, R53 to R55)."""

    @uses_database
    def __call__(self, request: HttpRequest) -> HttpResponse:
        policy = policy_of(request)
        throttle = policy.throttle
        # A request that is refused in any case costs no attempt, and its body is not read for a name.
        is_refused = not (policy.public or request.user.is_authenticated) or (is_oversized(request) and not policy.returns_typed_text)
        is_counted = throttle and request.method in throttle.methods and not is_refused
        buckets: list[ThrottleBucket] = list(throttle.buckets(request)) if throttle and is_counted else []
        if not all(bucket.consume() for bucket in buckets):
            response = errors.too_many(request)
            offer_turn(request, response, buckets)
            return response
        response = self.get_response(request)
        if response.status_code < 400 and throttle and throttle.refund:
            for bucket in buckets:
                bucket.refund()
        if request.user.is_authenticated:
            make_known(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Too many passphrases at once are a 429 that has changed nothing."""
        if not isinstance(error, HashingBusy):
            return None
        roll_back()
        return errors.busy(request)
