from django.urls import path

from accounts import views
from accounts.autosave import views as autosave
from accounts.portability import deletion
from accounts.portability import views as portability
from accounts.signin import views as signin
from accounts.signin.recovery import views as recovery
from accounts.signin.two_step import views as two_step

# allauth looks up the names that begin with account_ and mfa_.
urlpatterns = [
    path("signup/", signin.sign_up, name="account_signup"),
    path("login/", signin.sign_in, name="account_login"),
    path("logout/", signin.sign_out, name="account_logout"),
    path("login/code/", two_step.code, name="mfa_authenticate"),
    path("login/passkey/", two_step.sign_in_with_passkey, name="passkey_sign_in"),
    path("two-step/", two_step.index, name="two_step"),
    path("two-step/app/", two_step.app, name="two_step_app"),
    path("two-step/passkey/", two_step.passkey, name="passkey"),
    path("recover/", recovery.recover, name="recover"),
    path("recovery-code/", recovery.code, name="recovery_code"),
    path("reauthenticate/", signin.reauthenticate, name="account_reauthenticate"),
    path("passphrase/", signin.passphrase, name="passphrase"),
    path("devices/", signin.devices, name="devices"),
    path("draft/", autosave.draft, name="draft"),
    path("alive/", signin.alive, name="alive"),
    path("read-first/", views.told_about_leave, name="told_about_leave"),
    path("export/", portability.export_view, name="export"),
    path("import/", portability.import_view, name="import"),
    path("delete/", deletion.delete, name="delete"),
    path("time-zone/", views.time_zone, name="time_zone"),
    path("settings/", views.settings, name="settings"),
]
