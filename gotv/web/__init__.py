"""HTTP: parse, call, render. One blueprint for each word of the field."""

from gotv.web.audit import blueprint as audit
from gotv.web.battlegrounds import blueprint as battlegrounds
from gotv.web.coming import blueprint as coming
from gotv.web.committee_room import blueprint as committee_room
from gotv.web.concerns import blueprint as concerns
from gotv.web.events import blueprint as events
from gotv.web.health import blueprint as health
from gotv.web.knocking import blueprint as knocking
from gotv.web.knocking_rules import blueprint as knocking_rules
from gotv.web.knocking_up import blueprint as knocking_up
from gotv.web.lifts import blueprint as lifts
from gotv.web.organisation import blueprint as organisation
from gotv.web.outings import blueprint as outings
from gotv.web.own_link import blueprint as own_link
from gotv.web.paper import blueprint as paper
from gotv.web.people import blueprint as people
from gotv.web.polling_day import blueprint as polling_day
from gotv.web.purge import blueprint as purge
from gotv.web.readiness import blueprint as readiness
from gotv.web.register import blueprint as register
from gotv.web.rehearsal import blueprint as rehearsal
from gotv.web.second_step import blueprint as second_step
from gotv.web.sheets import blueprint as sheets
from gotv.web.signing_in import blueprint as signing_in
from gotv.web.slip_photos import blueprint as slip_photos
from gotv.web.slips import blueprint as slips
from gotv.web.telling import blueprint as telling
from gotv.web.training import blueprint as training
from gotv.web.worth import blueprint as worth

BLUEPRINTS = (
    *(signing_in, second_step, telling, committee_room, knocking_up, outings, knocking, register),
    *(people, paper, sheets, slips, slip_photos, lifts, worth, knocking_rules, purge, readiness, audit, health),
    *(battlegrounds, coming, own_link, events, polling_day, training, concerns, organisation, rehearsal),
)
