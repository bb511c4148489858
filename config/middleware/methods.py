from django.http import HttpRequest, HttpResponse

from config import errors
from config.middleware import GetResponse


def methods(get_response: GetResponse) -> GetResponse:
    """An address that only forms send to says so when it is opened by itself, as after signing in again, and shows no empty page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = errors.not_by_itself(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware
