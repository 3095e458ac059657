"""The reader of server-sent events, and the waits between tries."""

import random

import pytest
from nexus_client.retry import Retry
from nexus_client.stream import EventReader
from datetime import datetime, timedelta, timezone
from nexus_client.models import time_text


def read(text: str, last=None):
    reader = EventReader(last)
    return [change for change in map(reader.feed, text.split("\n")) if change], reader


def test_events():
    changes, reader = read(": hi\n\nid: 4\nevent: job\ndata: {\"a\":\ndata: 1}\n\nid:5\ndata:{}\n\n")
    assert [(one.id, one.kind, one.data) for one in changes] == [(4, "job", {"a": 1}), (5, "message", {})]
    assert reader.last == 5 and reader.headers["Last-Event-ID"] == "5"


def test_half_an_event_is_none():
    changes, reader = read("id: 9\nevent: job\ndata: {}", last=3)
    assert changes == [] and reader.last == 3


def test_an_event_without_data_is_none():
    changes, _ = read("id: 9\nevent: job\n\n")
    assert changes == []


def test_waits_grow_and_end():
    retry = Retry(first_wait=1.0, longest_wait=8.0, draw=random.Random(7))
    for failures in range(1, 12):
        assert all(0 <= retry.wait(failures) <= min(8.0, 2 ** (failures - 1)) for _ in range(50))
    assert retry.wait(1, "5") >= 5.0
    assert retry.wait(1, "3600") == 8.0
    assert retry.wait(1, "soon") <= 1.0


def test_times():
    east = timezone(timedelta(hours=5, minutes=30))
    assert time_text(datetime(2026, 11, 21, 15, 0, 0, 123999, east)) == "2026-11-21T09:30:00.123Z"
    with pytest.raises(ValueError):
        time_text(datetime(2026, 11, 21))
