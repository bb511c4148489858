"""What an operator says about their own site, for any page: {% site as site %} (config.site)."""

from django import template

from config import site as own_site
from guide.rows import DataError

register = template.Library()


@register.simple_tag
def site() -> own_site.Site:
    """The site; nothing of it while its files are wrong. A check says what is wrong, after others have rendered a page."""
    try:
        return own_site.current()
    except DataError:
        return own_site.Site()
