"""The time of the day and sessions, by Python's own zones, dates and clocks."""

from datetime import date, datetime, time, timedelta, timezone
from math import cos, pi, sin
from zoneinfo import ZoneInfo

from market import VALUES, write

# Two years, 53 hours and some minutes apart: each hour of the day, both changes of the clocks.
INSTANTS = [1_690_000_000_000_000 + i * (53 * 3_600 + 997) * 1_000_000 for i in range(330)]
NEW_YORK = ZoneInfo("America/New_York")


def clock(at, zone):
    return datetime.fromtimestamp(at // 1_000_000, timezone.utc).astimezone(zone)


def keep(name, value_of):
    VALUES[name] = [value for at in INSTANTS if (value := value_of(at)) is not None]


def session(at, zone, opens, closes, holidays=(), half_days=None, days=(0, 1, 2, 3, 4)):
    """Start and end of the session around an instant: each date of the days around it is tried."""
    now = clock(at, timezone.utc)
    for ago in (-1, 0, 1):
        day = clock(at, zone).date() + timedelta(days=ago)
        if day.weekday() not in days or day in holidays:
            continue
        end = (half_days or {}).get(day, closes)
        start = datetime.combine(day, opens, zone)
        stop = datetime.combine(day if end > opens else day + timedelta(days=1), end, zone)
        if start.astimezone(timezone.utc) <= now < stop.astimezone(timezone.utc):
            return (now - start.astimezone(timezone.utc)).total_seconds(), (stop.astimezone(timezone.utc) - now).total_seconds()
    return None


def new_york(at):
    half_days = {date(2023, 11, 24): time(13), date(2024, 7, 3): time(13), date(2024, 11, 29): time(13)}
    holidays = {date(2023, 9, 4), date(2023, 12, 25), date(2024, 1, 15), date(2024, 5, 27), date(2024, 12, 25)}
    return session(at, NEW_YORK, time(9, 30), time(16), holidays, half_days)


def centres(at):
    hours = dict(asia=("Asia/Tokyo", 9, 18), london=("Europe/London", 8, 17), newYork=("America/New_York", 8, 17))
    return {
        name: int(session(at, ZoneInfo(zone), time(opens), time(closes)) is not None)
        for name, (zone, opens, closes) in hours.items()
    }


def circle(at):
    now = clock(at, NEW_YORK)
    angle = 2 * pi * (now.hour * 3_600 + now.minute * 60 + now.second) / 86_400
    return dict(sin=sin(angle), cos=cos(angle))


def fields(at):
    now = clock(at, NEW_YORK)
    return dict(hour=now.hour, minute=now.minute, weekday=now.isoweekday(), month=now.month)


VALUES["instants"] = [dict(at=at) for at in INSTANTS]
keep("timeOfDay", circle)
keep("calendarFields", fields)
keep("sessionOf", centres)
keep("isOpen", lambda at: int(new_york(at) is not None))
keep("minutesSinceOpen", lambda at: new_york(at)[0] / 60 if new_york(at) else None)
keep("timeToClose", lambda at: new_york(at)[1] / 60 if new_york(at) else None)
keep("isOpen over night", lambda at: int(session(at, NEW_YORK, time(17), time(17), days=(6, 0, 1, 2, 3)) is not None))

write("session")
