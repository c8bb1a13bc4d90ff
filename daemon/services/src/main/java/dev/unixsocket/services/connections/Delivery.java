package dev.unixsocket.services.connections;

/** What became of bytes that were sent to an output. */
public enum Delivery {
    /** The system has taken them all. */
    WRITTEN,
    /** Too much waits already. */
    NO_ROOM,
    /** They waited too long, and were withdrawn unless a part was being written. */
    TOO_LATE,
    /** Writing failed, as on a full device. */
    FAILED,
    /** The reader has gone, and comes no more. */
    GONE
}
