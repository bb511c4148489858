from django.http import HttpRequest, HttpResponse

from config.middleware import GetResponse
from guide import helplines


def country(get_response: GetResponse) -> GetResponse:
    """Keeps the country that the address names (`?country=GB`) in the links of the page to help, and to public pages that lead there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return keep(request, get_response(request))

    return middleware


def keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response with the country of the request's address in its links. What is compressed has it already (guide.page_cache)."""
    ending = helplines.at_country(request)
    if ending and response.headers.get("Content-Type", "").startswith("text/html") and "Content-Encoding" not in response.headers:
        response.content = helplines.keep_country(response.content.decode(), ending)
    return response
