"""The practice UPS's socket."""

import socket

from mcp_servers.ups.simulator.__main__ import listen


def test_an_answer_in_two_parts_does_not_wait_for_the_clients_acknowledgement() -> None:
    """With Nagle's algorithm on, every answer would come 40 ms late: a shop at concurrency 1 would wait for nothing."""
    with listen(0) as listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()) as client:
            accepted, _ = listener.accept()
            with accepted, client:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
