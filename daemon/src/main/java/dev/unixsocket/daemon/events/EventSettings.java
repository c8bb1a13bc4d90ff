package dev.unixsocket.daemon.events;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Map;

/**
 * The settings of channels: from the environment, else from {@code settings.toml}, else the
 * defaults. {@code docs/MESSAGING.md} has the list.
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
     * With {@code settings.toml} of the working directory, if there is one, and the environment of
     * this process.
     *
     * @throws EventException.ValidationFailed if something in them is wrong
     */
    public static EventSettings load() throws EventException.ValidationFailed {
        return new EventSettings(SettingsReader.read(System.getenv()));
    }

    /**
     * With a file.
     *
     * @throws EventException.ValidationFailed if it cannot be read, or something in it or in the
     *     environment is wrong
     */
    public static EventSettings load(Path file, Map<String, String> environment)
            throws EventException.ValidationFailed {
        return new EventSettings(SettingsReader.read(file, environment));
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

    Path socketDir() {
        return (Path) values.get(Setting.SOCKET_DIR);
    }

    Duration defaultTimeout() {
        return (Duration) values.get(Setting.DEFAULT_TIMEOUT);
    }

    int bufferSize() {
        return (int) values.get(Setting.BUFFER_SIZE);
    }

    ZoneId timezone() {
        return (ZoneId) values.get(Setting.TIMEZONE);
    }

    int messageQueueSize() {
        return (int) values.get(Setting.MESSAGE_QUEUE_SIZE);
    }

    /** Whether {@link EventServer#serve} serves on the calling thread. */
    boolean blockingMode() {
        return (boolean) values.get(Setting.BLOCKING_MODE);
    }

    boolean allowClientSend() {
        return (boolean) values.get(Setting.ALLOW_CLIENT_SEND);
    }

    int clientQueueSize() {
        return (int) values.get(Setting.CLIENT_QUEUE_SIZE);
    }

    SlowPolicy slowSubscriber() {
        return (SlowPolicy) values.get(Setting.SLOW_SUBSCRIBER);
    }

    Duration reconnectDelay() {
        return (Duration) values.get(Setting.RECONNECT_DELAY);
    }

    /** How many subscribers there may be. */
    int maxConnections(Transport transport) {
        return switch (transport) {
            case UNIX -> (int) values.get(Setting.UNIX_MAX_CONNECTIONS);
            case TCP -> (int) values.get(Setting.TCP_MAX_CONNECTIONS);
        };
    }

    int socketPermissions() {
        return (int) values.get(Setting.SOCKET_PERMISSIONS);
    }

    boolean autoRemoveSocket() {
        return (boolean) values.get(Setting.AUTO_REMOVE_SOCKET);
    }

    int portRangeStart() {
        return (int) values.get(Setting.PORT_RANGE_START);
    }

    int portRangeEnd() {
        return (int) values.get(Setting.PORT_RANGE_END);
    }
}
