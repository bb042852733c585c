"""What a WSGI server loads: ``wsgi:app``."""

from __future__ import annotations

import os

from config import settings_or_exit
from tracker import create_app

app = create_app(settings_or_exit(os.environ))
