"""One entry of a page: its title at the side, and what belongs to it.

{% entry "t-week" _("The last seven days") note=_("Press a day to read it") %} … {% endentry %}
"""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag
def entry(
    content: SafeString, id: str, title: str, note: str = "", kind: str = "", body: str = "", of: str = "", focus: bool = False
) -> SafeString:
    """`id` is that of the title; `kind` and `body` are further classes of the entry and of its body, `of` is an id of the whole.

    `focus` is whether the title has focus when the entry arrives.
    """
    return format_html(
        '<section class="entry{}" aria-labelledby="{}"{}>\n'
        '<div class="entry-side"><h2 class="entry-label" id="{}"{}>{}</h2>{}</div>\n<div class="entry-body{}">{}</div>\n</section>',
        f" entry--{kind}" if kind else "",
        id,
        format_html(' id="{}"', of) if of else "",
        id,
        SafeString(' tabindex="-1" autofocus') if focus else "",
        title,
        format_html('<p class="entry-note">{}</p>', note) if note else "",
        f" {body}" if body else "",
        content,
    )
