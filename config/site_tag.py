"""What an operator says about their own site, for any page: {% site as site %} (config.site)."""

from django import template

from config import site as own_site
from guide.rows import DataError

register = template.Library()


@register.simple_tag
def site() -> own_site.Site:
    """The site; an empty one while its files are wrong. The check that says so runs after checks that render pages."""
    try:
        return own_site.current()
    except DataError:
        return own_site.Site()
