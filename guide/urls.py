from django.urls import path

from guide import views
from guide.exercises import views as exercises
from guide.supporters import views as supporters

app_name = "guide"
urlpatterns = [
    path("", views.contents, name="contents"),
    path("print/", views.print_all, name="print"),
    path("card/", exercises.card, name="card"),
    path("sheets/<slug:name>/", exercises.sheet, name="sheet"),
    path("heard/", views.heard, name="heard"),
    path("search/", views.search, name="search"),
    path("story/", views.follow_story, name="story"),
    path("sources/", views.sources, name="sources"),
    path("find-someone/", views.find_someone, name="find_someone"),
    path("handout/", views.handout, name="handout"),
    path("support-map/", supporters.support_map, name="support_map"),
    path("support-map/<uuid:pk>/", supporters.supporter, name="supporter"),
    path("<slug:slug>/", views.part, name="part"),
    path("<slug:slug>/print/", views.print_part, name="print_part"),
    path("<slug:slug>/read/", views.stop_reading, name="read"),
]
