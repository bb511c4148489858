"""A drawing from the page's own set (templates/_sprite.html): {% icon "check" %}.

It is hidden from screen readers, because the text next to it says the same.
"""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html('<svg aria-hidden="true" viewBox="0 0 24 24"><use href="#i-{}"></use></svg>', name)
