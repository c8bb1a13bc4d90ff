package dev.unixsocket.ffi;

/** Which system calls a socket makes where there is an older one and a safer one. */
public enum Calls {

    /**
     * socket(2) with {@code SOCK_CLOEXEC}, accept4(2), send(2) with {@code MSG_NOSIGNAL}: no child
     * inherits the descriptor, and a peer that is gone raises no {@code SIGPIPE}. The default.
     */
    SAFE,

    /**
     * socket(2), accept(2) and write(2) without flags, for a program that mirrors the calls of one
     * in C. A child that native code starts inherits the descriptor, and a program that has set
     * {@code SIGPIPE} back to its default dies when it writes to a peer that is gone.
     */
    PLAIN
}
