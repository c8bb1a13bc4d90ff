package dev.unixsocket.services.events;

import dev.unixsocket.ffi.PeerCredentials;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A client of a server, as it was when it was asked for.
 *
 * @param id unique among all clients that the server ever had
 * @param connectedAt when it came
 * @param peer who it is, by the kernel's word; empty over TCP
 * @param queued how many messages wait for it
 * @param dropped how many messages it missed because it was too slow
 */
public record EventClientInfo(
        String id, Instant connectedAt, Optional<PeerCredentials> peer, int queued, long dropped) {

    Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("connected_at", connectedAt.toString());
        peer.ifPresent(
                credentials -> {
                    map.put("pid", credentials.pid() == 0 ? null : (long) credentials.pid());
                    map.put("uid", Integer.toUnsignedLong(credentials.uid()));
                    map.put("gid", Integer.toUnsignedLong(credentials.gid()));
                });
        map.put("queued", (long) queued);
        map.put("dropped", dropped);
        return map;
    }
}
