"""How likely it is that a pledge nobody has seen has not voted yet: an honest first model, and no forecast.

A pledge goes unseen for two reasons: they have not been, or they have and nobody told us. How well a district is told
is what its tellers have given of the pledges that should have come by now. With ``turned_out`` the share of pledges who
should have voted by now and ``told`` the share of those whom tellers caught, Bayes' rule gives

    chance not voted = (1 - turned_out) / ((1 - turned_out) + turned_out × (1 - told))

so that where nobody tells a pledge is as likely to have been as anywhere, and where every number comes in nobody
unseen has been.
"""

from collections.abc import Mapping
from datetime import datetime

from gotv.domain.contests import Contest

# Shares of the day's voters by hour from 07:00, in per cent: a planning profile derived from one London station's
# hourly log of 2010 (peak hour 15 %, a third of the day after 18:00) and organisers' experience of busy mornings.
HOURLY = (7, 7, 6, 5, 5, 5, 4, 4, 5, 7, 10, 13, 12, 7, 3)
# Two thirds of a list of pledges turn out (Association of Liberal Democrat Councillors, 2014).
PLEDGE_TURNOUT = 0.68


def shares_by_now(contest: Contest, now: datetime) -> dict[datetime, float]:
    """The share of all who will vote that each hour of the poll has brought by now; the running hour in part."""
    hours = contest.hours()
    profile = HOURLY if len(hours) == len(HOURLY) else (1,) * len(hours)
    whole = sum(profile)
    shares = {}
    for hour, share in zip(hours, profile, strict=True):
        passed = min(1.0, max(0.0, (now - hour).total_seconds() / 3600))
        shares[hour] = share / whole * passed
    return shares


def told(shares: Mapping[datetime, float], marked: Mapping[datetime, int], pledges: int) -> float:
    """How much of what should have been heard was heard, 0 to 1. An hour can't make up for another.

    ``marked``: pledges marked in each hour; ``pledges``: those who vote in person.
    """
    expected = {hour: share * pledges * PLEDGE_TURNOUT for hour, share in shares.items()}
    due = sum(expected.values())
    return sum(min(marked.get(hour, 0), most) for hour, most in expected.items()) / due if due else 0.0


def not_voted(shares: Mapping[datetime, float], told: float) -> float:
    """The chance that a pledge nobody has seen has not voted yet, 0 to 1."""
    turned_out = PLEDGE_TURNOUT * sum(shares.values())
    return (1 - turned_out) / ((1 - turned_out) + turned_out * (1 - told))
