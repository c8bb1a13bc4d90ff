"""Another user, who connects to each socket over and over until standard input ends; prints how many
connections were made, and how many of them ended without an answer or with one."""
import select
import socket
import sys

made = ended = answered = 0
while not select.select([sys.stdin], [], [], 0.2)[0]:
    for path in sys.argv[1:]:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            try:
                connection.connect(path)
                made += 1
                if connection.recv(100):
                    answered += 1
                else:
                    ended += 1
            except OSError:
                pass
print(made, ended, answered)
