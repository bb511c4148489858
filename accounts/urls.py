from django.urls import path

from accounts import views

# allauth looks those up that are called account_….
urlpatterns = [
    path("signup/", views.sign_up, name="account_signup"),
    path("login/", views.sign_in, name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("again/", views.again, name="account_reauthenticate"),
    path("passphrase/", views.passphrase, name="passphrase"),
    path("devices/", views.devices, name="devices"),
    path("alive/", views.alive, name="alive"),
    path("settings/", views.settings, name="settings"),
]
