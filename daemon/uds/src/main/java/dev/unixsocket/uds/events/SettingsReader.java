package dev.unixsocket.uds.events;

import dev.unixsocket.ffi.RegularFile;
import dev.unixsocket.ffi.Syscalls;
import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventSettings;
import dev.unixsocket.services.events.Setting;
import dev.unixsocket.services.wire.FailureText;

import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads settings from a file and the environment; says where in them something is wrong.
 *
 * <p>Confined to one thread.
 */
final class SettingsReader {

    /** What the variables begin with that override a setting. */
    static final String VARIABLES = "UDS_SOCKET__";

    /** Below {@code $XDG_CONFIG_HOME}. */
    private static final Path DEFAULT_FILE = Path.of("panama-unixsocket", "settings.toml");

    private static final int MAX_BYTES = 64 * 1024;
    private static final int ROOT = 0;

    private EventSettings settings = EventSettings.defaults();

    /** Where the values are from that are no defaults, as an error begins. */
    private final Map<Setting, String> origins = new EnumMap<>(Setting.class);

    private SettingsReader() {}

    /**
     * With {@code $XDG_CONFIG_HOME/panama-unixsocket/settings.toml}, if the variable is set and
     * there is one. It must be a regular file of this user's or root's, of 64 KiB at most.
     *
     * @param environment as of {@link System#getenv()}
     * @throws EventException.ValidationFailed if something in them is wrong
     */
    static EventSettings read(Map<String, String> environment)
            throws EventException.ValidationFailed {
        SettingsReader reader = new SettingsReader();
        String home = environment.getOrDefault("XDG_CONFIG_HOME", "");
        if (!home.isEmpty() && Path.of(home).isAbsolute()) {
            reader.readTrusted(Path.of(home).resolve(DEFAULT_FILE));
        }
        return reader.override(environment);
    }

    private void readTrusted(Path file) throws EventException.ValidationFailed {
        try {
            Optional<RegularFile> found = RegularFile.read(file, MAX_BYTES);
            if (found.isEmpty()) {
                return;
            }
            int uid = found.get().uid();
            if (uid != Syscalls.getuid() && uid != ROOT) {
                throw new IOException("it belongs to uid " + Integer.toUnsignedString(uid));
            }
            String text = new String(found.get().content(), StandardCharsets.UTF_8);
            readSettings(file, parsed(file, Toml.parse(text)));
        } catch (EventException.ValidationFailed e) {
            throw e;
        } catch (IOException e) {
            throw new EventException.ValidationFailed(
                    "%s is not read: %s".formatted(file, FailureText.reason(e)));
        }
    }

    /** As {@link #read(Map)}, with another file, which must be there. */
    static EventSettings read(Path file, Map<String, String> environment)
            throws EventException.ValidationFailed {
        SettingsReader reader = new SettingsReader();
        reader.readFile(file);
        return reader.override(environment);
    }

    private void readFile(Path file) throws EventException.ValidationFailed {
        readSettings(file, parse(file));
    }

    private void readSettings(Path file, TomlParseResult toml)
            throws EventException.ValidationFailed {
        for (List<String> path : toml.keyPathSet(true)) {
            String origin = "%s, line %d: ".formatted(file, toml.inputPositionOf(path).line());
            String key = String.join(".", path);
            Object value = toml.get(path);
            if (value instanceof TomlTable && Setting.isTable(key)) {
                continue;
            }
            try {
                Setting setting = Setting.of(key);
                set(setting, text(setting, value), origin);
            } catch (EventException.ValidationFailed e) {
                throw new EventException.ValidationFailed(origin + e.getMessage());
            }
        }
    }

    private static TomlParseResult parse(Path file) throws EventException.ValidationFailed {
        try {
            return parsed(file, Toml.parse(file));
        } catch (EventException.ValidationFailed e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new EventException.ValidationFailed("there is no " + file);
        } catch (CharacterCodingException e) {
            throw new EventException.ValidationFailed(file + " is not UTF-8");
        } catch (IOException e) {
            throw new EventException.ValidationFailed(
                    "cannot read " + file + ": " + FailureText.reason(e));
        }
    }

    private static TomlParseResult parsed(Path file, TomlParseResult toml)
            throws EventException.ValidationFailed {
        if (toml.hasErrors()) {
            TomlParseError error = toml.errors().getFirst();
            throw new EventException.ValidationFailed(
                    "%s, line %d: %s".formatted(file, error.position().line(), error.getMessage()));
        }
        return toml;
    }

    /** Text goes where text belongs, and a number where a number does. */
    private static String text(Setting setting, Object value)
            throws EventException.ValidationFailed {
        boolean isText = value instanceof String;
        if (isText != setting.isText()) {
            throw setting.refusal(isText ? "\"" + value + "\"" : value);
        }
        return String.valueOf(value);
    }

    private void set(Setting setting, String text, String origin)
            throws EventException.ValidationFailed {
        settings = settings.with(setting.key(), text);
        origins.put(setting, origin);
    }

    private EventSettings override(Map<String, String> environment)
            throws EventException.ValidationFailed {
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (!name.startsWith(VARIABLES)) {
                continue;
            }
            String origin = "the variable " + name + ": ";
            String key =
                    "socket."
                            + name.substring(VARIABLES.length())
                                    .replace("__", ".")
                                    .toLowerCase(Locale.ROOT);
            try {
                set(Setting.of(key), variable.getValue(), origin);
            } catch (EventException.ValidationFailed e) {
                throw new EventException.ValidationFailed(origin + e.getMessage());
            }
        }
        checkPorts();
        return settings;
    }

    private void checkPorts() throws EventException.ValidationFailed {
        int start = settings.portRangeStart();
        int end = settings.portRangeEnd();
        if (start > end) {
            String origin =
                    origins.getOrDefault(
                            Setting.PORT_RANGE_START, origins.get(Setting.PORT_RANGE_END));
            throw new EventException.ValidationFailed(
                    "%s%s is %d, above %s, which is %d"
                            .formatted(
                                    origin,
                                    Setting.PORT_RANGE_START.key(),
                                    start,
                                    Setting.PORT_RANGE_END.key(),
                                    end));
        }
    }
}
