"""JSON read strictly, and the values that stand in it (docs/wire.md, "JSON, strictly" and "Values")."""

import datetime
import json
import pathlib
import re

LONGEST_LINE = 16_777_216
WHITE_SPACE = (
    "\u0009\u000a\u000b\u000c\u000d\u0020\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)


class Invalid(Exception):
    """A line that is not of the form."""


def is_blank(text):
    return text.strip(WHITE_SPACE) == ""


def read_text(line):
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("not UTF-8") from error


def read_json(text):
    """What Python reads besides JSON, `NaN` and `Infinity`, is in no range."""
    try:
        return json.loads(text, object_pairs_hook=_fields)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"not JSON: {type(error).__name__}") from error


def _fields(pairs):
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Invalid("a field stands twice in one object")
    return fields


# Readers take a value of JSON and return what it means, or raise Invalid.


def text(value):
    if not isinstance(value, str):
        raise Invalid("expected a text")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Invalid("half of a surrogate pair")
    return value


def boolean(value):
    if not isinstance(value, bool):
        raise Invalid("expected true or false")
    return value


def matching(pattern, what):
    compiled = re.compile(pattern, re.ASCII)

    def read(value):
        found = compiled.fullmatch(text(value))
        if not found:
            raise Invalid(f"expected {what}")
        return found

    return read


def word(*known):
    def read(value):
        if value not in known:
            raise Invalid(f"expected one of {', '.join(known)}")
        return value

    return read


def whole(least, most):
    def read(value):
        if type(value) not in (int, float) or not least <= value <= most or value != int(value):
            raise Invalid(f"expected a whole number from {least} to {most}")

    return read


def either(one, other):
    def read(value):
        try:
            return one(value)
        except Invalid:
            return other(value)

    return read


def nothing(value):
    if value is not None:
        raise Invalid("expected null")


def many(read_one):
    def read(value):
        if not isinstance(value, list):
            raise Invalid("expected a list")
        return [read_one(item) for item in value]

    return read


def fields(required, optional=None):
    """An object with these fields; the optional ones are given as a field with what reads it and what it means to
    leave it out."""
    optional = optional or {}

    def read(value):
        if not isinstance(value, dict):
            raise Invalid("expected an object")
        for name in required:
            if name not in value:
                raise Invalid(f"found no field {name}")
        for name in value:
            if name not in required and name not in optional:
                raise Invalid("found a field that the object does not have")
        meaning = {name: read_one(value[name]) for name, read_one in required.items()}
        for name, (read_one, absent) in optional.items():
            meaning[name] = read_one(value[name]) if name in value else absent
        return meaning

    return read


def uuid(value):
    hexadecimal = matching("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "a hyphenated UUID")
    return hexadecimal(value)[0].lower()


def version_name(value):
    if not 1 <= len(text(value)) <= 64:
        raise Invalid("expected 1 to 64 characters")
    return value


def processor_id(value):
    found = matching("[a-z][a-z0-9_]{0,63}", "a processor id")(value)[0]
    if found == "subject":
        raise Invalid("subject is no processor")
    return found


# The calendar repeats itself after 400 years, which lets Python's own reckon with the year 0000 and beyond 9999.
DAYS_OF_400_YEARS = 146097
DAY = 24 * 60 * 60
SECOND = 1_000_000_000


def date(value):
    """A date as the number of its day."""
    year, month, day = (int(part) for part in matching(r"(\d{4})-(\d\d)-(\d\d)", "a date")(value).groups())
    try:
        within = datetime.date(400 + year % 400, month, day).toordinal()
    except ValueError as error:
        raise Invalid("no day of the calendar") from error
    return within + year // 400 * DAYS_OF_400_YEARS


def instant(value):
    """A point of time: whole seconds and nanoseconds on top, of which a leap second has a thousand million and more."""
    shape = r"(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))"
    day, hour, minute, second, fraction, sign, off_hours, off_minutes = matching(shape, "an instant")(value).groups()
    hour, minute, second = int(hour), int(minute), int(second)
    off_hours, off_minutes = int(off_hours or 0), int(off_minutes or 0)
    if hour > 23 or minute > 59 or second > 60 or off_hours > 23 or off_minutes > 59:
        raise Invalid("no time of a day, or no offset")
    offset = (off_hours * 60 + off_minutes) * 60
    if sign == "-":
        offset = -offset
    seconds = date(day) * DAY + hour * 3600 + minute * 60 + min(second, 59) - offset
    nanoseconds = int(((fraction or "") + "000000000")[:9])
    if second == 60:
        if (seconds + 1) % DAY != 0 or not _first_of_a_month((seconds + 1) // DAY):
            raise Invalid("no place for a leap second")
        nanoseconds += SECOND
    return (seconds, nanoseconds)


def _first_of_a_month(day):
    return datetime.date.fromordinal(day % DAYS_OF_400_YEARS + DAYS_OF_400_YEARS).day == 1


def day_of(point):
    return point[0] // DAY


def country(value):
    return word(*COUNTRIES)(value)


def _countries():
    """The list stands in the document, so that nobody has to copy it."""
    document = pathlib.Path(__file__).resolve().parents[2] / "docs" / "wire.md"
    return document.read_text("utf-8").split("```countries\n")[1].split("```")[0].split()


COUNTRIES = _countries()
