"""An event as calendars read it (RFC 5545)."""

from typing import Any

from icalendar import Calendar, Event

from gotv.domain.contests import Contest


def of_event(event: dict[str, Any], contest: Contest, public_url: str) -> bytes:
    """One event. Loaded again, a newer version takes the place of the older one; called off, it goes."""
    page = f"{public_url}/come/{event['contest_id']}/{event['event_id']}"
    one = Event()
    one.add("uid", f"event-{event['contest_id']}-{event['event_id']}@{public_url.split('://')[-1]}")
    one.add("sequence", event["version"])
    one.add("dtstamp", event["created_at"])
    one.add("dtstart", contest.local(event["starts_at"]))
    one.add("dtend", contest.local(event["ends_at"]))
    one.add("summary", f"{event['title']}, {contest.name}")
    one.add("location", event["meeting_point"])
    notes = {"Host": "host", "Bring": "bring", "Access": "access_notes", "Travel": "travel"}
    told = [f"{words}: {event[name]}" for words, name in notes.items() if event[name]]
    one.add("description", "\n".join([*told, page]))
    one.add("url", page)
    one.add("status", "CANCELLED" if event["cancelled_at"] else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//gotv//events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if event["cancelled_at"] else "PUBLISH")
    calendar.add_component(one)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
