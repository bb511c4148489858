from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.middleware import GetResponse

# On every response, static files and errors included (docs/security.md, R57). Django's own middleware sets the others.
HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Browsers ignore it over plain HTTP; sent always, it cannot be lost to a proxy that forgets to say "https".
    "Strict-Transport-Security": f"max-age={settings.SECURE_HSTS_SECONDS}"
    + ("; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""),
    "X-Robots-Tag": "noindex",
}


def headers(get_response: GetResponse) -> GetResponse:
    """Outermost: a browser stores nothing unless a view says so (R16), and no other site may use a response (R57)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware
