"""Serves a folder of gzipped files: `python compressed_files.py FOLDER PORT`."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_KINDS = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}


def main(folder: str, port: str) -> None:
    """Until it is ended."""
    contents = {path.name: path.read_bytes() for path in Path(folder).iterdir()}

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in contents:
            return Response(status_code=404)
        return Response(contents[name], 200, {"Content-Encoding": "gzip"}, _KINDS[Path(name).suffix])

    uvicorn.run(Starlette(routes=[Route("/{name}", file)]), host="127.0.0.1", port=int(port), log_level="error")


if __name__ == "__main__":
    main(*sys.argv[1:])
