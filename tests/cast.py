"""The fixed cast: Asha the agent, Omar the organiser, Clem the clerk, Tess the teller, Kit the knocker-up, and Sam."""

from dataclasses import dataclass

from flask.testing import FlaskClient

from gotv.domain.people import Person, Role
from gotv.house import House
from gotv.services import inviting, signing_in
from gotv.services.inviting import Invitation
from tests.builders import Seatlet, new_contest


@dataclass(frozen=True)
class Member:
    """One of the cast: who they are, the card they hold, and the token of the device they entered with."""

    person: Person
    card: Invitation
    device: str

    def signed_in(self, client: FlaskClient) -> FlaskClient:
        """The client, signed in as this person (not for tellers: their phone has no session)."""
        client.post("/enter", json={"token": self.card.token})
        return client

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.device}"}


@dataclass(frozen=True)
class Cast:
    """Omar, Clem and Kit belong to the North committee room; Tess stands at St Mark's Hall."""

    asha: Member
    omar: Member
    clem: Member
    tess: Member
    kit: Member
    sam: Member


def invite_cast(home: House, seatlet: Seatlet) -> Cast:
    north = seatlet.rooms["North"]
    other = new_contest(home)
    return Cast(
        asha=member(home, seatlet.contest_id, Role.AGENT, "Asha"),
        omar=member(home, seatlet.contest_id, Role.ORGANISER, "Omar", committee_room_id=north),
        clem=member(home, seatlet.contest_id, Role.CLERK, "Clem", committee_room_id=north),
        tess=member(home, seatlet.contest_id, Role.TELLER, "Tess", place_id=seatlet.places["St Mark's Hall"]),
        kit=member(home, seatlet.contest_id, Role.KNOCKER, "Kit", committee_room_id=north),
        sam=member(home, other.contest_id, Role.AGENT, "Sam"),
    )


def member(home: House, contest_id: int, role: Role, name: str, **where: int) -> Member:
    card = inviting.invite(home.database, home.key, contest_id, role, name, **where)
    person, device = signing_in.enter_by_link(home.database, home.key, card.token, home.clock.now())
    return Member(person, card, device)
