from django.urls import include, path, re_path

from accounts.signin import views as signin
from accounts.undo.views import undo
from config import health
from config.held.views import held
from config.search.views import search_everything
from config.site import views as site
from config.today import views as today
from guide import views as guide
from roadmap.calendar import views as calendar

urlpatterns = [
    path("", today.today, name="today"),
    path("guide/", include("guide.urls")),
    path("help/", guide.help_lines, name="help"),
    path("privacy/", site.privacy_page, name="privacy"),
    path("theme.css", site.theme, name="theme"),
    path("using-this-safely/", guide.using_this_safely, name="using_this_safely"),
    path("undo/", undo, name="undo"),
    path("search/", search_everything, name="search"),
    path("leave/", signin.leave, name="leave"),
    path("held/<slug:token>/", held, name="held"),
    path("accounts/", include("accounts.urls")),
    path("checkins/", include("checkins.urls")),
    path("roadmap/", include("roadmap.urls")),
    path("calendar/<slug:token>.ics", calendar.feed, name="feed"),
    # Without the slash as monitors expect them; with it as all our other addresses.
    re_path(r"^health/live/?$", health.live, name="live"),
    re_path(r"^health/ready/?$", health.ready, name="ready"),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
