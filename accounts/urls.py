from django.urls import path

from accounts import views

# allauth looks three of them up by these names.
urlpatterns = [
    path("signup/", views.sign_up, name="account_signup"),
    path("login/", views.sign_in, name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("settings/", views.settings, name="settings"),
]
