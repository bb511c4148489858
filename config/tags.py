"""Template tags for every page: an entry, a drawing, and what the operator says about the site. Those of forms are in config.form_owner."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config import site as own_site
from guide.rows import DataError

register = template.Library()


@register.simple_block_tag
def entry(
    content: SafeString, id: str, title: str, note: str = "", kind: str = "", body: str = "", of: str = "", focus: bool = False
) -> SafeString:
    """One entry of a page, its title at the side:

    {% entry "t-week" _("The last seven days") note=_("Press a day to read it") %} … {% endentry %}

    `id` is that of the title; `kind` and `body` are further classes of the entry and of its body, `of` is an id of the whole.
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


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of templates/_sprite.html: {% icon "check" %}. Screen readers pass it over, because the text next to it says the same."""
    return format_html('<svg aria-hidden="true" viewBox="0 0 24 24"><use href="#i-{}"></use></svg>', name)


@register.simple_tag
def site() -> own_site.Site:
    """{% site as site %}: empty while its files are wrong. The check that says so runs after checks that render pages."""
    try:
        return own_site.current()
    except DataError:
        return own_site.Site()
