"""Our exceptions, each with the words a person is shown and the HTTP status it means."""


class HouseError(Exception):
    """Something a person can understand and act on. The message is shown to them."""

    status = 400


class NotLetIn(HouseError):
    """No sign-in, or one that no longer works."""

    status = 401


class BeforeTheDay(NotLetIn):
    """A teller's link that is good, and opened before its day: it can be tried, no more."""

    def __init__(self, words: str, trial: dict[str, str]) -> None:
        super().__init__(words)
        self.trial = trial


class NotYours(HouseError):
    """Signed in, but this is outside your role or your committee room."""

    status = 403


class NotThere(HouseError):
    """Nothing of that name here."""

    status = 404


class TooMuch(HouseError):
    """More at once than we take; nothing of it was kept."""

    status = 413


class Conflict(HouseError):
    """Somebody else was first, or it is too late for this."""

    status = 409


class SwitchedOff(HouseError):
    """Switched off for now by whoever looks after the house, so that the rest of it lives."""

    status = 503


class NotNow(HouseError):
    """The database is away. Nothing was kept; the same again will do when it is back."""

    status = 503

    def __init__(self) -> None:
        super().__init__("Not stored yet: the database does not answer just now. It will be sent again.")
