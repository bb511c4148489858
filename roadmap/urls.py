from django.urls import path

from roadmap import views
from roadmap.calendar import views as calendar
from roadmap.looking_back import views as lookback
from roadmap.private_plan import views as plan
from roadmap.reviews import views as reviews
from roadmap.sheet import views as sheet
from roadmap.talks import views as talks

app_name = "roadmap"
urlpatterns = [
    path("", views.roadmap, name="roadmap"),
    path("actions/new/", views.new_action, name="new_action"),
    path("actions/<uuid:pk>/", views.action, name="action"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/address/", calendar.address, name="calendar_address"),
    path("calendar.ics", calendar.download, name="calendar_file"),
    path("looking-back/", lookback.looking_back, name="looking_back"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/new/", reviews.new_review, name="new_review"),
    path("sheet/", sheet.sheet, name="sheet"),
    path("talks/", talks.talks, name="talks"),
    path("talks/ladder/", talks.ladder_of_asks, name="ladder"),
    path("talks/new/", talks.new_talk, name="new_talk"),
    path("talks/<uuid:pk>/", talks.talk, name="talk"),
    path("talks/<uuid:pk>/debrief/", talks.debrief, name="debrief"),
    path("talks/<uuid:pk>/card/", talks.card, name="card"),
    path("plan/", plan.plan, name="plan"),
    path("plan/unlock/", plan.unlock, name="unlock_plan"),
    path("plan/lock/", plan.lock, name="lock_plan"),
    path("plan/new/", plan.new, name="new_plan"),
    path("plan/clear/", plan.clear, name="clear_plan"),
    path("plan/phrase/", plan.phrase, name="plan_phrase"),
    path("plan/code/", plan.code, name="plan_code"),
    path("plan/from-file/", plan.from_file, name="plan_from_file"),
    path("plan/print/", plan.on_paper, name="print_plan"),
    path("plan/lists/", plan.lists, name="plan_lists"),
]
