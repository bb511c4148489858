import re
import urllib.request
from collections.abc import Callable
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from urllib.parse import urlencode

import pytest


class _Loopback(DefaultCookiePolicy):
    """Browsers send Secure cookies to loopback; so does this."""

    def return_ok_secure(self, cookie: Cookie, request: urllib.request.Request) -> bool:
        return True


@pytest.fixture
def browser_free_client() -> Callable[[str, str, str], dict[str, str]]:
    """Signs in over HTTP and returns some pages."""

    def pages(address: str, name: str, passphrase: str) -> dict[str, str]:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar(_Loopback())))
        form = opener.open(f"{address}/accounts/login/").read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        opener.open(f"{address}/accounts/login/", urlencode({"login": name, "password": passphrase, "csrfmiddlewaretoken": token}).encode())
        return {path: opener.open(address + path).read().decode() for path in ("/", "/checkins/", "/roadmap/")}

    return pages
