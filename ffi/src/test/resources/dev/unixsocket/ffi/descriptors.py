"""Does what descriptors.c does, in Python."""

import os
import socket
import sys

s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
s.connect(sys.argv[1])


def take():
    data, fds, flags, _ = socket.recv_fds(s, 1, 4)
    assert flags & socket.MSG_CTRUNC == 0
    return data, fds


def count():
    return str(len(os.listdir('/proc/self/fd')))


s.sendall(count().encode().ljust(8))
while True:
    data, fds = take()
    if data == b'k':  # knows them all
        memory, connection, listener, file = fds
        os.pwrite(memory, b'from Python', 0)
        socket.socket(fileno=connection).sendall(b'through the connection')
        accepted, _ = socket.socket(fileno=listener).accept()
        accepted.sendall(os.pread(file, 100, 0))
        accepted.close()
        os.close(memory)
        os.close(file)
    elif data == b'b':  # back
        socket.send_fds(s, [b'b'], fds)
        for fd in fds:
            os.close(fd)
    elif data == b'm':  # make one
        made = os.memfd_create('made')
        os.write(made, b'made in Python')
        one, other = socket.socketpair()
        one.sendall(b'a pair of Python')
        socket.send_fds(s, [b'm'], [made, other.fileno()])
        os.close(made)
        one.close()
        other.close()
    else:
        break
s.sendall(count().encode().ljust(8))
