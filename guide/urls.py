from django.urls import path

from guide import views

app_name = "guide"
urlpatterns = [
    path("", views.contents, name="contents"),
    path("search/", views.search, name="search"),
    path("story/", views.follow_story, name="story"),
    path("sources/", views.sources, name="sources"),
    path("<slug:slug>/", views.part, name="part"),
    path("<slug:slug>/read/", views.stop_reading, name="read"),
]
