package dev.unixsocket.services.events;

import dev.unixsocket.services.server.SlowPolicy;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The keys of {@code settings.toml}, and what each takes. */
public enum Setting {
    SOCKET_DIR("socket.socket_dir", "/tmp/sockets", "a path", Setting::path),
    DEFAULT_TIMEOUT(
            "socket.default_timeout", "5", "a number of seconds, 0.001 to 86400", Setting::seconds),
    BUFFER_SIZE("socket.buffer_size", "4096", "a number from 1 to 1000000", Setting::count),
    TIMEZONE("socket.timezone", "UTC", "a time zone such as Europe/Berlin", ZoneId::of),
    MESSAGE_QUEUE_SIZE(
            "socket.message_queue_size", "100", "a number from 1 to 1000000", Setting::count),
    BLOCKING_MODE("socket.blocking_mode", "false", "true or false", Setting::truth),
    ALLOW_CLIENT_SEND("socket.allow_client_send", "true", "true or false", Setting::truth),
    CLIENT_QUEUE_SIZE(
            "socket.client_queue_size", "1024", "a number from 1 to 1000000", Setting::count),
    SLOW_SUBSCRIBER(
            "socket.slow_subscriber",
            "drop-oldest",
            "drop-oldest, drop-newest or disconnect",
            Setting::policy),
    RECONNECT_DELAY(
            "socket.reconnect_delay", "1", "a number of seconds, 0.001 to 86400", Setting::seconds),
    UNIX_MAX_CONNECTIONS(
            "socket.unix.max_connections", "10", "a number from 1 to 1000000", Setting::count),
    SOCKET_PERMISSIONS(
            "socket.unix.socket_permissions",
            "0600",
            "an octal mode in quotes, such as \"0600\"",
            Setting::mode),
    AUTO_REMOVE_SOCKET("socket.unix.auto_remove_socket", "true", "true or false", Setting::truth),
    HOST("socket.tcp.host", "127.0.0.1", "127.0.0.1, the only host there is", Setting::loopback),
    PORT_RANGE_START(
            "socket.tcp.port_range_start", "9000", "a port from 1024 to 65535", Setting::port),
    PORT_RANGE_END("socket.tcp.port_range_end", "9100", "a port from 1024 to 65535", Setting::port),
    TCP_MAX_CONNECTIONS(
            "socket.tcp.max_connections", "10", "a number from 1 to 1000000", Setting::count);

    private final String key;
    private final String defaultText;
    private final String expected;
    private final Function<String, Object> parser;

    Setting(String key, String defaultText, String expected, Function<String, Object> parser) {
        this.key = key;
        this.defaultText = defaultText;
        this.expected = expected;
        this.parser = parser;
    }

    /** As in the file, with dots between tables and name. */
    public String key() {
        return key;
    }

    /** Whether the file has it in quotes. */
    public boolean isText() {
        return switch (this) {
            case SOCKET_DIR, TIMEZONE, SLOW_SUBSCRIBER, SOCKET_PERMISSIONS, HOST -> true;
            default -> false;
        };
    }

    /** Says what was expected. */
    public EventException.ValidationFailed refusal(Object value) {
        return new EventException.ValidationFailed(
                "%s must be %s, not %s".formatted(key, expected, value));
    }

    public static Setting of(String key) throws EventException.ValidationFailed {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findAny()
                .orElseThrow(
                        () ->
                                new EventException.ValidationFailed(
                                        "unknown key %s, expected one of %s"
                                                .formatted(key, allKeys())));
    }

    /** Whether settings are in a table of that name. */
    public static boolean isTable(String name) {
        return Arrays.stream(values()).anyMatch(setting -> setting.key.startsWith(name + "."));
    }

    /**
     * Its value from text.
     *
     * @throws EventException.ValidationFailed if it is not one; the message says what was expected
     */
    Object parse(String text) throws EventException.ValidationFailed {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw refusal(text);
        }
    }

    private static String allKeys() {
        return Arrays.stream(values()).map(Setting::key).collect(Collectors.joining(", "));
    }

    static Map<Setting, Object> defaults() {
        Map<Setting, Object> values = new EnumMap<>(Setting.class);
        for (Setting setting : values()) {
            values.put(setting, setting.parser.apply(setting.defaultText));
        }
        return values;
    }

    private static Object path(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException();
        }
        return Path.of(text);
    }

    private static Object count(String text) {
        return inRange(text, 1, 1_000_000);
    }

    private static Object port(String text) {
        return inRange(text, 1024, 65535);
    }

    private static int inRange(String text, int least, int most) {
        int number = Integer.parseInt(text);
        if (number < least || number > most) {
            throw new IllegalArgumentException();
        }
        return number;
    }

    private static Object seconds(String text) {
        double seconds = Double.parseDouble(text);
        if (!(seconds >= 0.001 && seconds <= 86_400)) {
            throw new IllegalArgumentException();
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private static Object truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        };
    }

    private static Object mode(String text) {
        if (!text.matches("0[0-7]{3}")) {
            throw new IllegalArgumentException();
        }
        return Integer.parseInt(text, 8);
    }

    private static Object loopback(String text) {
        if (!text.equals("127.0.0.1")) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static Object policy(String text) {
        return Arrays.stream(SlowPolicy.values())
                .filter(policy -> policy.toString().equals(text))
                .findAny()
                .orElseThrow(IllegalArgumentException::new);
    }
}
