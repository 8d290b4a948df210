"""Dates as councils write them."""

from datetime import date, datetime


def birthday(born: date, age: int) -> date:
    """The day somebody born then reaches this age."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:  # born on 29 February
        return date(born.year + age, 3, 1)


DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d.%m.%Y", "%d/%m/%y")


def read_date(text: str) -> date:
    """A date as councils write them; day before month. Raises ValueError."""
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(" ".join(text.split()), form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise ValueError(f"{text!r} is not a date")
