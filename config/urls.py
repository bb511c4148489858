from django.urls import include, path, re_path

from config import views
from guide import views as guide
from roadmap.calendar import views as calendar

urlpatterns = [
    path("", views.today, name="today"),
    path("guide/", include("guide.urls")),
    path("help/", guide.help_lines, name="help"),
    path("using-this-safely/", guide.using_this_safely, name="using_this_safely"),
    path("leave/", guide.leave, name="leave"),
    path("accounts/", include("accounts.urls")),
    path("checkins/", include("checkins.urls")),
    path("roadmap/", include("roadmap.urls")),
    path("calendar/<slug:token>.ics", calendar.feed, name="feed"),
    # Without the slash as monitors expect them; with it as all our other addresses.
    re_path(r"^health/live/?$", views.live, name="live"),
    re_path(r"^health/ready/?$", views.ready, name="ready"),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
