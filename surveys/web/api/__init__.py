"""The HTTP API for other systems, under `/api/v1`: who may call is in `access`, what goes wrong in `problems`."""

from __future__ import annotations

from surveys.web.api.application import api

__all__ = ["api"]
