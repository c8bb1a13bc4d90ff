package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.PeerCredentials;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
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
    private final int bodyBytes;

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
                    fields.put(
                            PEER_PID,
                            known.pid() == 0 ? JsonTree.NULL : JsonTree.number(known.pid()));
                    fields.put(PEER_UID, JsonTree.number(known.uid()));
                    fields.put(PEER_GID, JsonTree.number(known.gid()));
                });
        bodyBytes = body.length;
        if (body.length > 0) {
            add(body);
        }
    }

    private void add(byte[] body) {
        Optional<Map<String, Object>> object = text(body).flatMap(JsonTree::object);
        if (object.isEmpty()) {
            fields.put(RAW, new String(body, StandardCharsets.UTF_8));
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

    /** What JSON can be; empty if it is not that. */
    private static Optional<String> text(byte[] body) {
        Encoding encoding = Encoding.of(body);
        ByteBuffer bytes = ByteBuffer.wrap(body, encoding.mark, body.length - encoding.mark);
        try {
            return Optional.of(encoding.charset.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }

    /**
     * In what JSON is encoded: a byte order mark says it, or where the zeros of its first two
     * characters are, which are ASCII; RFC 4627, section 3.
     *
     * @param mark how many bytes the mark has
     */
    private record Encoding(Charset charset, int mark) {

        static Encoding of(byte[] body) {
            int start = 0;
            for (int i = 0; i < 4; i++) {
                start = start << 8 | (i < body.length ? body[i] & 0xFF : 1);
            }
            if (start >>> 8 == 0xEFBBBF) {
                return new Encoding(StandardCharsets.UTF_8, 3);
            } else if (start == 0x0000FEFF) {
                return new Encoding(StandardCharsets.UTF_32BE, 4);
            } else if (start == 0xFFFE0000) {
                return new Encoding(StandardCharsets.UTF_32LE, 4);
            } else if (start >>> 16 == 0xFEFF) {
                return new Encoding(StandardCharsets.UTF_16BE, 2);
            } else if (start >>> 16 == 0xFFFE) {
                return new Encoding(StandardCharsets.UTF_16LE, 2);
            } else if (start >>> 8 == 0) {
                return new Encoding(StandardCharsets.UTF_32BE, 0);
            } else if ((start & 0xFFFFFF) == 0) {
                return new Encoding(StandardCharsets.UTF_32LE, 0);
            } else if (start >>> 24 == 0) {
                return new Encoding(StandardCharsets.UTF_16BE, 0);
            } else if ((start >>> 16 & 0xFF) == 0) {
                return new Encoding(StandardCharsets.UTF_16LE, 0);
            }
            return new Encoding(StandardCharsets.UTF_8, 0);
        }
    }

    /**
     * Its fields in their order. A value is a {@code Map} or a {@code List} of values, a {@code
     * String}, or a {@link JsonTree.Literal}.
     */
    public Map<String, Object> fields() {
        return fields;
    }

    /** How many bytes its sender sent. */
    public int bodyBytes() {
        return bodyBytes;
    }
}
