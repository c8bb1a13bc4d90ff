"""Clients of the services, by Python's own sockets.

weave SOCKET           one request; fails if it is not answered
weave SOCKET FILE      requests by 4 threads at once, each on a connection of its own, until there is such
                       a file; prints how often each result came: answered, or what went wrong
observe SOCKET FILE    the same with events
burst SOCKET COUNT     that many events on one connection; prints how many were answered with 200
read SOCKET OUTPUT     prints the first line that comes from the socket OUTPUT
idle SOCKET            connects, sends nothing, and waits for the end of the connection
"""
import os
import socket
import struct
import sys
import threading
import time

LIMIT = 100


def connect(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(LIMIT)
    connection.connect(path)
    return connection


def exchange(path, request):
    with connect(path) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def weave(path):
    prompt = b"a cat"
    spots = struct.pack(">6I", 0, len(prompt), 0, len(prompt), 0, len(prompt))
    payload = struct.pack(">QIIIIfQ", 7, 0, 64, 64, 20, 7.0, 42) + spots + prompt
    answer = exchange(path, struct.pack(">IHHII", 0x57455645, 1, 1, len(payload), 0) + payload)
    return len(answer) == 48 + 64 * 64 * 3 and struct.unpack(">H", answer[6:8]) == (2,)


def observe(path):
    request = b"POST /hook?event=Load HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}"
    return exchange(path, request).startswith(b"HTTP/1.1 200")


def load(ask, path, stop):
    end = time.monotonic() + LIMIT
    results = []

    def repeat():
        while not os.path.exists(stop) and time.monotonic() < end:
            try:
                results.append("answered" if ask(path) else "cut off")
            except OSError as error:
                results.append(str(error))

    threads = [threading.Thread(target=repeat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in sorted(set(results)):
        print(result, results.count(result))


def burst(path, count):
    connection = connect(path)

    def event(number):
        body = b'{"n":%d}' % number
        return b"POST /hook?event=Burst HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    def send():
        for first in range(0, count, 1000):
            last = min(first + 1000, count)
            connection.sendall(b"".join(event(number) for number in range(first, last)))

    sender = threading.Thread(target=send)
    sender.start()
    answers = 0
    line = b""
    while answers < count and (piece := connection.recv(1 << 16)):
        lines = (line + piece).split(b"\n")
        line = lines.pop()
        answers += sum(text.startswith(b"HTTP/1.1 200") for text in lines)
    sender.join()
    print(answers)


def read(path):
    with connect(path) as connection:
        print(connection.makefile().readline(), end="")


def idle(path):
    with connect(path) as connection:
        try:
            connection.recv(1)
        except ConnectionResetError:
            pass


what, where = sys.argv[1:3]
if what == "burst":
    burst(where, int(sys.argv[3]))
elif what == "read":
    read(sys.argv[3])
elif what == "idle":
    idle(where)
elif len(sys.argv) > 3:
    load({"weave": weave, "observe": observe}[what], where, sys.argv[3])
elif not weave(where):
    sys.exit("cut off")
