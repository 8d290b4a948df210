"""The job that sends the e-mails of one contest."""

from gotv.services import messages
from workers.worker import house_of_job


def send_mail(contest_id: int) -> int:
    """May run twice, also at once: each message is taken by one before it is sent. Returns how many went out."""
    home = house_of_job()
    key, url, office = home.key, home.settings.public_url, home.post_office
    return messages.send_due(home.database, office, key, url, contest_id, home.clock.now()) if office else 0
