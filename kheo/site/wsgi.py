"""The WSGI door, for granian: ``granian --interface wsgi kheo.site.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kheo.settings")
application = get_wsgi_application()
