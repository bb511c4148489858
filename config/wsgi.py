import os

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application


def make_application() -> WSGIHandler:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    handler = get_wsgi_application()
    # It reads models, which exist only now that Django is set up.
    from config.startup import prepare

    prepare()
    return handler


application = make_application()
