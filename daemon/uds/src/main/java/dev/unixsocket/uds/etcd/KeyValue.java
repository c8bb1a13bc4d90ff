package dev.unixsocket.uds.etcd;

import java.util.Map;

/**
 * A key as etcd has it.
 *
 * @param key its name
 * @param value what it is set to
 * @param revision of the cluster when it was set
 * @param lease that it goes with, 0 for none
 */
record KeyValue(String key, String value, long revision, long lease) {

    static KeyValue of(Map<String, Object> message) {
        return new KeyValue(
                Fields.text(message, "key"),
                Fields.text(message, "value"),
                Fields.number(message, "mod_revision"),
                Fields.number(message, "lease"));
    }
}
