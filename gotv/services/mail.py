"""Handing in e-mail at any SMTP server, one connection for a round."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

# The second is for the answer to a whole mail: a server may look through it first (RFC 5321 allows ten minutes).
PATIENCE_SECONDS, AFTER_DATA_SECONDS = 10, 120
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class CannotReach(Exception):
    """The server is away or busy: to be tried again."""


class NeverArrives(Exception):
    """The server says that it takes nothing for this address."""


class NotKnown(Exception):
    """All was handed in and no answer came: perhaps it goes out, perhaps not."""


class Counter:
    """An open connection to the server."""

    def __init__(self, line: smtplib.SMTP, sender: str) -> None:
        self.line, self.sender = line, sender

    def hand_in(self, to: str, subject: str, body: str, name: str) -> None:
        """Hand one in. ``name``: the same for the same message, so that a mailbox knows it when it comes twice.

        Raises CannotReach, NeverArrives or NotKnown.
        """
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, to, subject
        _, sender = parseaddr(self.sender)
        mail["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
        # No answer of a machine to a machine.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(body)
        try:
            self.line.rset()
            self._accepted(self.line.mail(sender))
            self._accepted(self.line.rcpt(to))
        except (OSError, smtplib.SMTPException) as why:
            raise CannotReach(type(why).__name__) from None
        if self.line.sock:
            self.line.sock.settimeout(AFTER_DATA_SECONDS)
        try:
            answer = self.line.data(mail.as_bytes())
        except smtplib.SMTPDataError as why:
            answer = why.smtp_code, b""
        except (OSError, smtplib.SMTPException) as why:
            raise NotKnown(type(why).__name__) from None
        self._accepted(answer)

    @staticmethod
    def _accepted(answer: tuple[int, bytes]) -> None:
        code = answer[0]
        if code >= 500:
            raise NeverArrives(f"refused with {code}")
        if code >= 400 or code < 200:
            raise CannotReach(f"refused with {code}")


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Where mail is handed in: ``smtp``, ``smtp+starttls`` or ``smtps``; and by whom it is."""

    url: str
    sender: str

    @contextlib.contextmanager
    def open(self) -> Iterator[Counter]:
        """Raises CannotReach."""
        try:
            line = self._line()
        except (OSError, smtplib.SMTPException) as why:
            raise CannotReach(type(why).__name__) from None
        try:
            yield Counter(line, self.sender)
        finally:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                line.quit()
            line.close()

    def _line(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            line: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=context)
        else:
            line = smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
        try:
            if parts.scheme == "smtp+starttls":
                line.starttls(context=ssl.create_default_context())
            if parts.username:
                line.login(unquote(parts.username), unquote(parts.password or ""))
            line.ehlo_or_helo_if_needed()
        except BaseException:
            line.close()
            raise
        return line
