from django.urls import path

from roadmap import views

app_name = "roadmap"
urlpatterns = [
    path("", views.roadmap, name="roadmap"),
    path("actions/new/", views.new_action, name="new_action"),
    path("actions/<uuid:pk>/", views.action, name="action"),
]
