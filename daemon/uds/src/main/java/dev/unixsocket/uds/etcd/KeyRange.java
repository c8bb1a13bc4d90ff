package dev.unixsocket.uds.etcd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys that begin with a prefix. Immutable, thread-safe. */
final class KeyRange {

    /** How many are read at once; a long answer would hold up others. */
    private static final int PAGE = 1000;

    private static final String READ = "kv/range";

    private final byte[] first;
    private final byte[] end;

    KeyRange(String prefix) {
        first = prefix.getBytes(StandardCharsets.UTF_8);
        end = first.clone();
        end[end.length - 1]++; // a prefix ends with a slash, so that this never overflows
    }

    /**
     * All keys as they were at one time.
     *
     * @param cluster which one answered
     * @param revision when
     * @param keys sorted by name
     */
    record Contents(long cluster, long revision, List<KeyValue> keys) {}

    /** Of what is read, a server's own copy may lack what is newest. */
    enum Reading {
        /** A majority of the servers agrees on it. */
        CURRENT,
        /** One server has it. */
        MAYBE_OLD
    }

    /** The fields of a request that name the range. */
    Map<String, Object> request() {
        return from(first);
    }

    private Map<String, Object> from(byte[] begin) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("key", begin);
        request.put("range_end", end);
        return request;
    }

    /**
     * Reads them, page by page, all as of one revision.
     *
     * @param limit for each page
     */
    Contents read(EtcdClient client, Reading reading, Duration limit) throws IOException {
        while (true) {
            try {
                return readOnce(client, reading, limit);
            } catch (EtcdException e) {
                if (!e.isCompacted()) {
                    throw e;
                } // between two pages: what is there now
            }
        }
    }

    private Contents readOnce(EtcdClient client, Reading reading, Duration limit)
            throws IOException {
        List<KeyValue> keys = new ArrayList<>();
        Map<String, Object> request = request();
        request.put("limit", PAGE);
        request.put("serializable", reading == Reading.MAYBE_OLD);
        while (true) {
            Map<String, Object> page = client.call(READ, request, limit);
            Map<String, Object> header = Fields.map(page, "header");
            Fields.list(page, "kvs").stream().map(KeyValue::of).forEach(keys::add);
            long revision =
                    request.get("revision") instanceof Long pinned
                            ? pinned
                            : Fields.number(header, "revision");
            if (!Fields.isTrue(page, "more")) {
                return new Contents(Fields.number(header, "cluster_id"), revision, keys);
            }
            byte[] last = keys.getLast().key().getBytes(StandardCharsets.UTF_8);
            request.put("key", Arrays.copyOf(last, last.length + 1)); // the next possible name
            request.put("revision", revision);
        }
    }

    /**
     * What tells whether a view of the range is current, without reading it.
     *
     * @param cluster which one answered
     * @param revision of the cluster
     * @param count how many keys there are
     * @param isNewer whether one was set after the revision that was asked about
     */
    record Digest(long cluster, long revision, long count, boolean isNewer) {}

    /** Asks one server, which asks a majority, what has been set after a revision. */
    Digest digest(EtcdClient client, int server, long seen, Duration limit) throws IOException {
        Map<String, Object> request = request();
        request.put("limit", 1);
        request.put("keys_only", true);
        request.put("min_mod_revision", seen + 1);
        Map<String, Object> answer = client.callAt(server, READ, request, limit);
        Map<String, Object> header = Fields.map(answer, "header");
        return new Digest(
                Fields.number(header, "cluster_id"),
                Fields.number(header, "revision"),
                Fields.number(answer, "count"),
                !Fields.list(answer, "kvs").isEmpty());
    }
}
