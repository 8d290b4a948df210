"""The address as browsers write it: what a simulated board says of itself must be what a real one says."""

import pytest

from gotv.rehearsal.address import address_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://gotv.example.org", "https://gotv.example.org"),
        ("https://gotv.example.org:443/", "https://gotv.example.org"),
        ("https://gotv.example.org:8443", "https://gotv.example.org:8443"),
        ("http://gotv.example.org:80", "http://gotv.example.org"),
        ("http://127.0.0.1:8000/enter", "http://127.0.0.1:8000"),
        ("https://gotv.example.org:80", "https://gotv.example.org:80"),
    ],
)
def test_the_port_that_goes_without_saying_is_not_said(url: str, origin: str) -> None:
    """A page at https://gotv.example.org:443 is another page to the guard against forged requests: no board came in."""
    assert address_of(url).origin == origin
