from django.urls import path

from accounts import views
from accounts.autosave import views as autosave
from accounts.portability import deletion as deletion
from accounts.portability import views as portability
from accounts.signin.recovery import views as recovery
from accounts.signin.two_step import views as twostep

# allauth looks those up that are called account_… and mfa_….
urlpatterns = [
    path("signup/", views.sign_up, name="account_signup"),
    path("login/", views.sign_in, name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("login/code/", twostep.code, name="mfa_authenticate"),
    path("login/passkey/", twostep.sign_in_with_passkey, name="passkey_sign_in"),
    path("two-step/", twostep.index, name="two_step"),
    path("two-step/app/", twostep.app, name="two_step_app"),
    path("two-step/passkey/", twostep.passkey, name="passkey"),
    path("recover/", recovery.recover, name="recover"),
    path("recovery-code/", recovery.code, name="recovery_code"),
    path("again/", views.again, name="account_reauthenticate"),
    path("passphrase/", views.passphrase, name="passphrase"),
    path("devices/", views.devices, name="devices"),
    path("draft/", autosave.draft, name="draft"),
    path("alive/", views.alive, name="alive"),
    path("read-first/", views.told_about_leave, name="told_about_leave"),
    path("export/", portability.take_out, name="export"),
    path("import/", portability.bring, name="import"),
    path("delete/", deletion.delete, name="delete"),
    path("settings/", views.settings, name="settings"),
]
