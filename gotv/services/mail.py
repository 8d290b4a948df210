"""Sending one e-mail through any SMTP server."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

PATIENCE_SECONDS = 30
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class CannotReach(Exception):
    """The server is away or busy, or has not answered: to be tried again."""


class NeverArrives(Exception):
    """The server says that this address takes nothing."""


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Where mail is handed in: ``smtp``, ``smtp+starttls`` or ``smtps``; and by whom it is."""

    url: str
    sender: str

    def send(self, to: str, subject: str, body: str, name: str) -> None:
        """Hand one in. ``name``: the same for the same message, so that a mailbox knows it when it comes twice.

        Raises CannotReach or NeverArrives.
        """
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, to, subject
        mail["Message-ID"] = f"<{name}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        # No answer of a machine to a machine.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(body)
        try:
            with self._door() as door:
                door.send_message(mail)
        except smtplib.SMTPRecipientsRefused as why:
            code = next((code for code, _ in why.recipients.values()), 0)
            raise (NeverArrives if code >= 500 else CannotReach)(f"refused with {code}") from None
        except (OSError, smtplib.SMTPException) as why:
            raise CannotReach(type(why).__name__) from None

    def _door(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
        if parts.scheme == "smtps":
            door: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=PATIENCE_SECONDS, context=ssl.create_default_context()
            )
        else:
            door = smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
        try:
            if parts.scheme == "smtp+starttls":
                door.starttls(context=ssl.create_default_context())
            if parts.username:
                door.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            door.close()
            raise
        return door
