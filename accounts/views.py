from typing import Any

from allauth.account import views as allauth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import names
from accounts.forms import SettingsForm, next_address

# Classes here and nowhere else: allauth's views are classes, and what differs is the status of a refused form.


class SignUpView(allauth_views.SignupView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "another" in request.POST:
            return self.another_name(request)
        return super().post(request, *args, **kwargs)

    def another_name(self, request: HttpRequest) -> HttpResponse:
        """The form with a fresh name in it; nothing is judged yet. The passphrase is never sent back."""
        form = self.get_form_class()(initial={**request.POST.dict(), "username": names.offer()})
        return self.render_to_response(self.get_context_data(form=form))

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SignInView(allauth_views.LoginView):
    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(next=next_address(self.request), **context)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


sign_up = SignUpView.as_view()
sign_in = SignInView.as_view()
sign_out = require_POST(allauth_views.logout)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.instance.save(update_fields=form.changed_data)
        return redirect("settings")
    return render(request, "accounts/settings.html", {"form": form}, status=422 if form.errors else 200)
