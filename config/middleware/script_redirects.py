from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase

from config.middleware import GetResponse


def script_redirects(get_response: GetResponse) -> GetResponse:
    """A form that a script sends (static/js/forms.js) is told where to go, by a 204: following a redirect it would load the page twice."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.headers.get("X-Requested-With") == "fetch" and isinstance(response, HttpResponseRedirectBase):
            response.status_code = 204
            response.content = b""
        return response

    return middleware
