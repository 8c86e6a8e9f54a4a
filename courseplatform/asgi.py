"""The ASGI entry point: ``uvicorn courseplatform.asgi:application``."""

import os

from django.core.asgi import get_asgi_application

from courseplatform.bodies import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courseplatform.settings")
application = BodyLimit(get_asgi_application())
