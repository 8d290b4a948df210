"""Simulated phones and boards reach the house over TLS, as real ones do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gotv.embedded.household import Household
from gotv.house import House
from gotv.rehearsal.address import Address, address_of
from gotv.rehearsal.boards import Boards
from gotv.rehearsal.phones import Phone, Phones
from tests.builders import Seatlet
from tests.cast import Cast
from tests.tls_front import certificate_in, tls_front
from tests.waiting import wait_until


@pytest.fixture
def safe(running: Household, tmp_path: Path) -> Iterator[Address]:
    certificate, key = certificate_in(tmp_path)
    with tls_front(running.port, certificate, key) as port:
        yield address_of(f"https://localhost:{port}", str(certificate))


def test_a_phone_and_a_board_over_tls(safe: Address, home: House, seatlet: Seatlet, cast: Cast) -> None:
    acked: list[tuple[int, float]] = []
    took: list[float] = []
    tess = Phone(cast.tess.device)

    def answered(phone: Phone, _answers: list[dict[str, object]], seconds: float) -> None:
        took.append(seconds)
        acked.append((phone.position, 0.0))

    phones = Phones(safe.host, safe.port, [tess], answered, safe.trust)
    boards = Boards(safe, seatlet.contest_id, cast.asha.card.token, 1, acked)
    phones.connect_all()

    def told(many: int) -> bool:
        phones.step(0.01)
        boards.step()
        return len(took) >= many and len(boards.late) >= many

    for n in range(1, 4):
        tess.key(str(n), "AB")
        wait_until(lambda n=n: told(n))  # type: ignore[misc]
    phones.close()
    boards.close()
    assert len(acked) == 3


def test_a_certificate_that_nobody_trusts_is_refused(safe: Address) -> None:
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        address_of(f"https://localhost:{safe.port}").connect()
