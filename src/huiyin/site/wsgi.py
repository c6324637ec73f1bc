"""The application a server runs: `huiyin.site.wsgi:application`. On SQLite the worker lives in the same process."""

from __future__ import annotations

import atexit
import os
from contextlib import suppress

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connections
from django.urls import get_resolver

application = get_wsgi_application()

from huiyin.organisation import store  # noqa: E402 - its models need the application

_ = get_resolver().url_patterns  # import every room now, not during somebody's first request

with suppress(store.NoPackLoaded, DatabaseError):
    store.current()  # the first page knows the body's time zone
connections.close_all()  # a server may fork after this

if settings.CONFIG.embedded_worker:
    from huiyin.worker.loop import Worker

    _worker = Worker()
    _worker.start()
    atexit.register(_worker.stop, timeout=5)
