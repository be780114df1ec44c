"""Django's own handler, for tests and for anyone who would rather run another server."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
