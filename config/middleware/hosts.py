from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware


class Hosts(CommonMiddleware):
    """Refuses host names that are not ours, except for the health pages: proxies and monitors ask for those by address."""

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        return None if request.path_info.startswith("/health/") else super().process_request(request)
