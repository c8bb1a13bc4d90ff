package dev.unixsocket.services.events;

import dev.unixsocket.services.server.SlowPolicy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Map;

/**
 * The settings of channels, which {@code uds events} reads from the environment and {@code
 * settings.toml}. {@code docs/MESSAGING.md} has the list.
 *
 * <p>Immutable, thread-safe.
 */
public final class EventSettings {

    private final Map<Setting, Object> values;

    private EventSettings(Map<Setting, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** Nothing but the defaults. */
    public static EventSettings defaults() {
        return new EventSettings(Setting.defaults());
    }

    /**
     * These settings with another value for one, such as {@code socket.unix.max_connections}.
     *
     * @param key as in the file, tables and name with dots between
     * @throws EventException.ValidationFailed if there is no such key, or the value is not one
     */
    public EventSettings with(String key, String value) throws EventException.ValidationFailed {
        Map<Setting, Object> changed = new EnumMap<>(values);
        Setting setting = Setting.of(key);
        changed.put(setting, setting.parse(value));
        return new EventSettings(changed);
    }

    public Path socketDir() {
        return (Path) values.get(Setting.SOCKET_DIR);
    }

    public Duration defaultTimeout() {
        return (Duration) values.get(Setting.DEFAULT_TIMEOUT);
    }

    public int bufferSize() {
        return (int) values.get(Setting.BUFFER_SIZE);
    }

    public ZoneId timezone() {
        return (ZoneId) values.get(Setting.TIMEZONE);
    }

    public int messageQueueSize() {
        return (int) values.get(Setting.MESSAGE_QUEUE_SIZE);
    }

    /** Whether {@link EventServer#serve} serves on the calling thread. */
    public boolean blockingMode() {
        return (boolean) values.get(Setting.BLOCKING_MODE);
    }

    public boolean allowClientSend() {
        return (boolean) values.get(Setting.ALLOW_CLIENT_SEND);
    }

    public int clientQueueSize() {
        return (int) values.get(Setting.CLIENT_QUEUE_SIZE);
    }

    public SlowPolicy slowSubscriber() {
        return (SlowPolicy) values.get(Setting.SLOW_SUBSCRIBER);
    }

    public Duration reconnectDelay() {
        return (Duration) values.get(Setting.RECONNECT_DELAY);
    }

    /** How many subscribers there may be. */
    public int maxConnections(Transport transport) {
        return switch (transport) {
            case UNIX -> (int) values.get(Setting.UNIX_MAX_CONNECTIONS);
            case TCP -> (int) values.get(Setting.TCP_MAX_CONNECTIONS);
        };
    }

    public int socketPermissions() {
        return (int) values.get(Setting.SOCKET_PERMISSIONS);
    }

    public boolean autoRemoveSocket() {
        return (boolean) values.get(Setting.AUTO_REMOVE_SOCKET);
    }

    public int portRangeStart() {
        return (int) values.get(Setting.PORT_RANGE_START);
    }

    public int portRangeEnd() {
        return (int) values.get(Setting.PORT_RANGE_END);
    }
}
