package dev.unixsocket.uds.etcd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Changes that etcd makes all at once, or not at all where a key is somebody else's. Confined to
 * one thread.
 */
final class Transaction {

    /** As many as etcd takes, by its default of {@code --max-txn-ops} 128. */
    static final int MAX_CHANGES = 100;

    private final long lease;
    private final List<Object> conditions = new ArrayList<>();
    private final List<Object> changes = new ArrayList<>();

    /** Of what goes with that lease. */
    Transaction(long lease) {
        this.lease = lease;
    }

    /** Sets a key that is not there. */
    void create(String key, String value) {
        conditions.add(
                Map.of(
                        "key",
                        bytes(key),
                        "target",
                        "CREATE",
                        "result",
                        "EQUAL",
                        "create_revision",
                        0));
        put(key, value);
    }

    /** Sets a key that goes with the lease already. */
    void replace(String key, String value) {
        requireOwn(key);
        put(key, value);
    }

    /** Removes a key that goes with the lease. */
    void delete(String key) {
        requireOwn(key);
        changes.add(Map.of("request_delete_range", Map.of("key", bytes(key))));
    }

    private void requireOwn(String key) {
        conditions.add(
                Map.of("key", bytes(key), "target", "LEASE", "result", "EQUAL", "lease", lease));
    }

    private void put(String key, String value) {
        changes.add(
                Map.of(
                        "request_put",
                        Map.of("key", bytes(key), "value", bytes(value), "lease", lease)));
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Makes the changes: whether all keys were as they had to be. */
    boolean commit(EtcdClient client, Duration limit) throws IOException {
        Map<String, Object> answer =
                client.call("kv/txn", Map.of("compare", conditions, "success", changes), limit);
        return Fields.isTrue(answer, "succeeded");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
