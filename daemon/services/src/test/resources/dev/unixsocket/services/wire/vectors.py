"""Encodes the messages of both protocols with Python's msgpack, and decodes ours.

Without arguments: prints each message in hexadecimal, a line each.
With hexadecimal lines on standard input and "decode": prints what Python reads, as JSON.
"""
import datetime
import json
import sys

import msgpack

MOMENT = datetime.datetime(2026, 2, 9, 10, 30, 0, 500000, tzinfo=datetime.timezone.utc)
VALUES = {
    "nil": None,
    "true": True,
    "small": 1,
    "negative": -1,
    "large": 2**40,
    "unsigned": 2**64 - 1,
    "float": 2.5,
    "text": "Grüße, 世界",
    "long": "x" * 70000,
    "bytes": b"\x00\x01\xff",
    "list": list(range(20)),
    "nested": {"a": [{"b": []}]},
}
IPC = {"id": "1", "type": "query", "timestamp": MOMENT, "data": VALUES}
EVENT = {
    "event_name": "counter",
    "timestamp_ms": 1770633000500,
    "timestamp_iso": "2026-02-09T10:30:00.500+00:00",
    "message_type": "data",
    "data": VALUES,
}


def readable(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(value)


if sys.argv[1:] == ["decode"]:
    for line in sys.stdin:
        message = msgpack.unpackb(bytes.fromhex(line), timestamp=3)
        print(json.dumps(message, default=readable, ensure_ascii=False))
else:
    for message in (IPC, EVENT):
        print(msgpack.packb(message, datetime=True).hex())
