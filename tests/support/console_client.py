"""A manager's browser without its screen: speaks with the console as Streamlit's page does, and waits for each run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from surveys.web.protection.sessions import SESSION_COOKIE

LONGEST_RUN = 120.0  # seconds


class ConsoleClient:
    """One live connection to the console."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.seen = b""  # all that the last run sent

    def run(self, page: str, query: str = "") -> float:
        """Open this page, or draw it again; returns the seconds until it stood. Raises TimeoutError."""
        begun = time.perf_counter()
        state = ClientState(query_string=query, page_name=page)
        self._connection.send(BackMsg(rerun_script=state).SerializeToString())
        self.seen = b""
        while True:
            received = self._connection.recv(timeout=begun + LONGEST_RUN - time.perf_counter())
            assert isinstance(received, bytes)
            self.seen += received
            message = ForwardMsg.FromString(received)
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                return time.perf_counter() - begun


@contextmanager
def console_client(port: int, token: str) -> Iterator[ConsoleClient]:
    """Connected to the server on this port, signed in by the token of a session."""
    address, headers = f"ws://127.0.0.1:{port}/_stcore/stream", {"Cookie": f"{SESSION_COOKIE}={token}"}
    with connect(
        address, additional_headers=headers, subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None, open_timeout=60, compression=None,
    ) as connection:  # fmt: skip
        yield ConsoleClient(connection)
