"""Requests as our middleware hands them to views."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Account


class OwnerRequest(HttpRequest):
    """A request of somebody signed in, as every view has it that is not marked `login_not_required`."""

    user: Account
    htmx: HtmxDetails
