"""weave's side of weave-compute --socket-path, by Python's own sockets: owns the socket, starts the
daemon, and plays one scenario. Prints a line a fact; the daemon's exit status is the last."""
import os
import signal
import socket
import struct
import subprocess
import sys
import time

MAGIC = 0x57455645


def request(number, width=64, prompt=b"a cat", magic=MAGIC, version=1, kind=1, length=None):
    spots = struct.pack(">6I", 0, len(prompt), 0, len(prompt), 0, len(prompt))
    payload = struct.pack(">QIIIIfQ", number, 0, width, 64, 20, 7.0, 42) + spots + prompt
    announced = len(payload) if length is None else length
    return struct.pack(">IHHII", magic, version, kind, announced, 0) + payload


def exactly(count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def answer():
    magic, version, kind, length, _ = struct.unpack(">IHHII", exactly(16))
    payload = exactly(length)
    number, status = struct.unpack(">QI", payload[:12])
    if kind == 2:
        return "picture %d %d %d" % (number, status, len(payload))
    return "error %d %d %d" % (number, status, struct.unpack(">I", payload[12:16])[0])


def exchange(message):
    connection.sendall(message)
    print(answer(), flush=True)


def ended():
    # Less than the 60 s for which the daemon would wait for a request.
    status = daemon.wait(45)
    print("socket file", "there" if os.path.exists(path) else "gone")
    print("exit status", status)


path, scenario, command = sys.argv[1], sys.argv[2], sys.argv[3:]
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(1)
listener.settimeout(100)
daemon = subprocess.Popen(
    command + ["--socket-path", path],
    stdin=subprocess.DEVNULL if scenario == "empty input" else subprocess.PIPE,
    preexec_fn=(lambda: os.close(0)) if scenario == "no input" else None)
connection, _ = listener.accept()
connection.settimeout(100)

if scenario == "many":
    for number in range(1, 1001):
        connection.sendall(request(number))
        line = answer()
        if line != "picture %d 200 12320" % number:
            print(line)
    connection.close()
    ended()
elif scenario == "refused":
    exchange(request(1))
    exchange(request(2, width=65))
    exchange(request(3, prompt=b"x" * 257))
    exchange(request(4, version=2))
    exchange(request(5, kind=2))
    exchange(request(6, magic=0x47455420))
    exchange(request(7, magic=0x47455420)[:16])
    exchange(request(8, length=0xFFFFFFFF)[:16])
    exchange(request(9)[:8] + struct.pack(">II", 59, 0) + request(9)[16:75])
    exchange(request(10)[:8] + struct.pack(">II", 8, 0) + request(10)[16:24])
    exchange(request(11)[:8] + struct.pack(">II", 7, 0) + request(11)[16:23])
    exchange(request(12)[:8] + struct.pack(">II", 0, 0))
    exchange(request(13))
    connection.sendall(request(14) + request(15, version=9) + request(16))
    for _ in range(3):
        print(answer(), flush=True)
    connection.close()
    ended()
elif scenario == "input closed":
    exchange(request(1))
    daemon.stdin.close()
    ended()
elif scenario == "a byte":
    exchange(request(1))
    daemon.stdin.write(b"x")
    daemon.stdin.flush()
    ended()
elif scenario in ("no input", "empty input"):
    ended()
elif scenario == "half a request":
    connection.sendall(request(1)[:40])
    connection.close()
    ended()
elif scenario == "killed":
    exchange(request(1))
    print("daemon", daemon.pid, flush=True)
    time.sleep(600)
elif scenario == "signal while idle":
    exchange(request(1))
    daemon.send_signal(signal.SIGTERM)
    ended()
elif scenario == "signal while computing":
    connection.sendall(request(1))
    while not os.path.exists(path + ".computing"):
        time.sleep(0.01)
    daemon.send_signal(signal.SIGTERM)
    open(path + ".signalled", "w").close()
    print(answer())
    ended()
elif scenario == "input closed while computing":
    connection.sendall(request(1))
    while not os.path.exists(path + ".computing"):
        time.sleep(0.01)
    daemon.stdin.close()
    ended()
elif scenario == "signal while nobody reads":
    connection.sendall(request(1, width=2048))
    exactly(16)
    daemon.send_signal(signal.SIGTERM)
    ended()
