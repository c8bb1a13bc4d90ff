package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.PeerCredentials;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

/**
 * One event: what the service knows of it, and what its sender says.
 *
 * @param time when it came
 * @param name of which kind it is, by its sender's word
 * @param peer who sent it, by the kernel's word; empty where the kernel does not say
 * @param payload what its sender says
 */
public record Event(Instant time, String name, Optional<PeerCredentials> peer, Payload payload) {

    static final String TIME = "_ts";
    static final String NAME = "_event";
    static final String PEER_PID = "_peer_pid";
    static final String PEER_UID = "_peer_uid";
    static final String PEER_GID = "_peer_gid";

    /** Where a body is kept that is not a JSON object. */
    static final String RAW = "_raw";

    /** Where the fields of a payload are kept whose names are the service's. */
    static final String DISPLACED = "_payload";

    /**
     * The names that a payload cannot use beside the service's own fields. {@link #DISPLACED} is
     * one of them: else a payload could make it look as if it had tried what it had not.
     */
    static final Set<String> RESERVED = Set.of(TIME, NAME, PEER_PID, PEER_UID, PEER_GID, DISPLACED);

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx").withZone(ZoneOffset.UTC);

    /** The time in UTC, to the second: {@code 2026-02-09T10:30:00+00:00}. */
    String timestamp() {
        return SECONDS.format(time);
    }
}
