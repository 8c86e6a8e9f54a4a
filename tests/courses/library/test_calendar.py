"""Dated events as a calendar to subscribe to."""

from __future__ import annotations

import datetime

from django.test import Client

from courses.catalog.models import Course
from courses.library.calendar import calendar
from courses.library.models import Entry, Kind

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


def test_an_event_and_its_deadline_are_whole_days(client: Client, sums: Course) -> None:
    assert "/library/events.ics?in=en" in client.get("/library/").content.decode()
    response = client.get("/library/events.ics?in=en")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = response.content.decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    for line in ("UID:event-sum-conf@testserver", "SUMMARY:SumConf", "LOCATION:Paris", "URL:https://example.org/conf"):
        assert line in lines
    assert lines[lines.index("DTSTART;VALUE=DATE:20200501") + 1] == "DTEND;VALUE=DATE:20200504"
    assert lines[lines.index("DTSTART;VALUE=DATE:20200131") + 1] == "DTEND;VALUE=DATE:20200201"


def test_it_speaks_the_language_that_the_address_names(client: Client, sums: Course) -> None:
    assert "截止：SumConf" in client.get("/library/events.ics?in=zh-hans").content.decode()
    assert "Deadline: SumConf" in client.get("/library/events.ics?in=xx").content.decode()


def test_filters_hold_and_an_undated_library_has_no_link(client: Client, sums: Course) -> None:
    assert "BEGIN:VEVENT" not in client.get("/library/events.ics?topic=text").content.decode()
    Entry.objects.filter(kind=Kind.EVENT).update(start=None, deadline=None)
    assert "events.ics" not in client.get("/library/").content.decode()
    assert "BEGIN:VEVENT" not in client.get("/library/events.ics").content.decode()


def test_long_and_odd_texts_are_escaped_and_folded() -> None:
    summary = "a,b;c\\d\nBEGIN:VEVENT " + "长" * 60
    entry = Entry(slug="x", kind=Kind.EVENT, title={"en": "X"}, summary={"en": summary}, start=NOW.date())
    lines = calendar([entry], host="h", now=NOW).split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert lines.count("BEGIN:VEVENT") == 1
    assert "DTSTAMP:20260102T030405Z" in lines
    whole = "\r\n".join(lines).replace("\r\n ", "")
    assert "DESCRIPTION:a\\,b\\;c\\\\d\\nBEGIN:VEVENT " + "长" * 60 in whole
