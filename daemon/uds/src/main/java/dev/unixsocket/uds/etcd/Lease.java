package dev.unixsocket.uds.etcd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the keys of an agent live by: etcd removes them when nobody has asked it to keep the lease
 * for its time. Thread-safe.
 *
 * <p>The number of a lease is made of what an agent is, so that its next process finds the lease of
 * the one before and goes on with it, and no other agent has the same one.
 */
final class Lease {

    private final long id;
    private final Duration time;

    /**
     * The lease of an agent; etcd does not know of it yet.
     *
     * @param identity texts that no other agent has together
     * @param time how long it lives without being kept; whole seconds
     */
    Lease(List<String> identity, Duration time) {
        this.id = number(identity, time);
        this.time = time;
    }

    private static long number(List<String> identity, Duration time) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String all = "uds register\0" + time.toSeconds() + '\0' + String.join("\0", identity);
            byte[] hash = digest.digest(all.getBytes(StandardCharsets.UTF_8));
            return Math.max(1, ByteBuffer.wrap(hash).getLong() & Long.MAX_VALUE);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has it", e);
        }
    }

    /** Its number, positive. */
    long id() {
        return id;
    }

    /** How long it lives without being kept. */
    Duration time() {
        return time;
    }

    /**
     * Makes etcd know it, unless it does.
     *
     * @return whether it is new, so that no key goes with it
     */
    boolean begin(EtcdClient client, Duration limit) throws IOException {
        if (keep(client, limit)) {
            return false;
        }
        try {
            client.call("lease/grant", Map.of("ID", id, "TTL", time.toSeconds()), limit);
            return true;
        } catch (EtcdException e) {
            if (e.isLeaseThere()) { // an answer to an earlier attempt was lost
                return false;
            }
            throw e;
        }
    }

    /** Lets it begin its time anew: whether it was there. */
    boolean keep(EtcdClient client, Duration limit) throws IOException {
        Map<String, Object> answer = client.call("lease/keepalive", Map.of("ID", id), limit);
        return Fields.number(Fields.map(answer, "result"), "TTL") > 0;
    }
}
