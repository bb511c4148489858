"""What every page has around its content, and how every form field looks."""

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.requests import is_covered
from accounts.signin.ending import leave_token
from accounts.undo.answers import pop_answer
from guide.safety import words_are_open
from guide.stories import followed


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context of `base.html`: the signed-in account or None, what the last press did, where Leave goes, which part of the site this is.

    `backup_days`: how long backups are kept, in days; 0 if that is not set.
    """
    user = getattr(request, "user", None)
    account = user if user is not None and user.is_authenticated else None
    match = request.resolver_match
    return {
        "account": account,
        # What the press before this page did; read only where a page has a place for it.
        "answer": partial(pop_answer, request) if account else None,
        "covered": account is not None and is_covered(request),
        "leave_to": (account and account.leave_address) or settings.LEAVE_URL,
        "leave_token": _leave_token(request) if user is not None else "",
        "left_cookie": settings.LEFT_COOKIE_NAME,
        "backup_days": settings.BACKUP_DAYS,
        "section": match.app_name or match.url_name if match else "",
    }


def _leave_token(request: HttpRequest) -> str:
    """The token in the link to Leave; empty on a page that is the same for all strangers (guide.page_cache)."""
    is_own = request.user.is_authenticated or followed(request) or words_are_open(request)
    return leave_token(request.session.session_key) if is_own else ""


class BoundField(forms.BoundField):
    """A field whose control has the class that our stylesheet uses, and whose value can be shown in a page."""

    def value(self) -> Any:
        """As Django has it, with NUL, which no page can hold, shown as the character for what cannot be shown."""
        value = super().value()
        return [_shown(each) for each in value] if isinstance(value, list) else _shown(value)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if isinstance(widget, forms.RadioSelect | forms.CheckboxInput):
            return attrs | {"class": "mark"}
        if isinstance(widget, forms.DateInput):
            return attrs | {"class": "input input--ui"}
        grows = isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == 1
        if widget.is_hidden:
            return attrs
        return _typing(widget) | attrs | {"class": "input input--grow" if grows else "input"}


def _typing(widget: forms.Widget) -> dict[str, str]:
    """How a browser helps with typing: Hebrew and Arabic start at their own side, and a phone says what Enter does."""
    if isinstance(widget, forms.PasswordInput):
        hints = {"enterkeyhint": "go", "spellcheck": "false", "autocapitalize": "none"}
    elif isinstance(widget, forms.TextInput):
        hints = {"enterkeyhint": "done", "dir": "auto"}
    elif isinstance(widget, forms.URLInput):
        hints = {"enterkeyhint": "done"}
    elif isinstance(widget, forms.Textarea):
        hints = {"dir": "auto"}
    else:
        hints = {}
    return {name: value for name, value in hints.items() if name not in widget.attrs}


def _shown(value: Any) -> Any:
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


class FormRenderer(TemplatesSetting):
    """Draws inputs, text areas and lists in Python, as Django's templates would: it renders two or three for each, and a page has many."""

    bound_field_class = BoundField
    field_template_name = "forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        draw = _DRAWN.get(template_name)
        return (draw and draw(context["widget"])) or super().render(template_name, context, request)


def _input(widget: dict[str, Any]) -> SafeString | None:
    """None for one inside its label: ours are next to it."""
    if widget.get("wrap_label"):
        return None
    own = {"type": widget["type"], "name": widget["name"]} | ({} if widget["value"] is None else {"value": str(widget["value"])})
    return format_html("<input{}{}>", _attributes(own), _attributes(widget["attrs"]))


def _textarea(widget: dict[str, Any]) -> SafeString:
    own = {"name": widget["name"]}
    return format_html("<textarea{}{}>\n{}</textarea>", _attributes(own), _attributes(widget["attrs"]), widget["value"] or "")


def _select(widget: dict[str, Any]) -> SafeString:
    groups = format_html_join("", "{}{}{}", (_options(name, options) for name, options, _place in widget["optgroups"]))
    return format_html("<select{}{}>{}\n</select>", _attributes({"name": widget["name"]}), _attributes(widget["attrs"]), groups)


def _options(group: str | None, options: list[dict[str, Any]]) -> tuple[SafeString | str, SafeString, SafeString | str]:
    """The options of a group, or those outside of all, with what is before and after them."""
    rows = ((_attributes({"value": str(option["value"])}), _attributes(option["attrs"]), option["label"]) for option in options)
    drawn = format_html_join("", "\n  <option{}{}>{}</option>\n", rows)
    return (format_html('\n  <optgroup label="{}">', group), drawn, SafeString("\n  </optgroup>")) if group else ("", drawn, "")


def _attributes(attributes: dict[str, Any]) -> SafeString:
    """Attributes of a tag, each after a space; True is one without a value, and False none."""
    given = ((name, value) for name, value in attributes.items() if value is not False)
    drawn = (f" {name}" if value is True else f' {name}="{conditional_escape(str(value))}"' for name, value in given)
    return mark_safe("".join(drawn))  # noqa: S308, each value is escaped


# By the name of Django's template, what draws the same.
_DRAWN = {
    **{
        f"django/forms/widgets/{kind}.html": _input for kind in ("text", "hidden", "password", "date", "number", "checkbox", "radio_option")
    },
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}
