package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.PeerCredentials;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One event as a tree: what the service knows of it, then what its sender says, in the sender's
 * order. Confined to one thread.
 */
public final class Event {

    static final String TIME = "_ts";
    static final String NAME = "_event";
    static final String PEER_PID = "_peer_pid";
    static final String PEER_UID = "_peer_uid";
    static final String PEER_GID = "_peer_gid";

    /** Where a body is kept that is not a JSON object. */
    static final String RAW = "_raw";

    /** Where the fields of a body are kept whose names are the service's. */
    static final String DISPLACED = "_payload";

    /**
     * The names that a body cannot use beside the service's own fields. {@link #DISPLACED} is one
     * of them: else a body could make it look as if it had tried what it had not.
     */
    private static final Set<String> RESERVED =
            Set.of(TIME, NAME, PEER_PID, PEER_UID, PEER_GID, DISPLACED);

    /** In UTC, to the second: {@code 2026-02-09T10:30:00+00:00}. */
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx").withZone(ZoneOffset.UTC);

    private final Map<String, Object> fields = new LinkedHashMap<>();
    private EventFormat format;
    private byte[] formatted;

    /**
     * An event.
     *
     * @param time when it came
     * @param name of which kind it is, by its sender's word
     * @param peer who sent it, by the kernel's word; empty where the kernel does not say
     * @param body what its sender says: a JSON object, anything else, or nothing
     */
    public Event(Instant time, String name, Optional<PeerCredentials> peer, byte[] body) {
        fields.put(TIME, SECONDS.format(time));
        fields.put(NAME, name);
        peer.ifPresent(
                known -> {
                    fields.put(PEER_PID, JsonTree.number(known.pid()));
                    fields.put(PEER_UID, JsonTree.number(known.uid()));
                    fields.put(PEER_GID, JsonTree.number(known.gid()));
                });
        if (body.length > 0) {
            add(body);
        }
    }

    private void add(byte[] body) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException notUtf8) {
            fields.put(RAW, new String(body, StandardCharsets.UTF_8));
            return;
        }
        Optional<Map<String, Object>> object = JsonTree.object(text);
        if (object.isEmpty()) {
            fields.put(RAW, text);
            return;
        }
        Map<String, Object> displaced = new LinkedHashMap<>();
        object.get()
                .forEach(
                        (key, value) ->
                                (RESERVED.contains(key) ? displaced : fields).put(key, value));
        if (!displaced.isEmpty()) {
            fields.put(DISPLACED, displaced);
        }
    }

    /**
     * Its fields in their order. A value is a {@code Map} or a {@code List} of values, a {@code
     * String}, or a {@link JsonTree.Literal}.
     */
    public Map<String, Object> fields() {
        return fields;
    }

    /** In a format; the last one is remembered. */
    public byte[] as(EventFormat wanted) {
        if (wanted != format) {
            formatted = wanted.format(this);
            format = wanted;
        }
        return formatted;
    }
}
