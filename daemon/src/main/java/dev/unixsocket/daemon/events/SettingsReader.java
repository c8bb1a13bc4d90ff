package dev.unixsocket.daemon.events;

import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads settings from a file and the environment; says where in them something is wrong. */
final class SettingsReader {

    /** What the variables begin with that override a setting. */
    static final String VARIABLES = "UDS_SOCKET__";

    private static final Path DEFAULT_FILE = Path.of("settings.toml");

    private SettingsReader() {}

    /** Without a file where none is in the working directory. */
    static Map<Setting, Object> read(Map<String, String> environment)
            throws EventException.ValidationFailed {
        Map<Setting, Object> values =
                Files.exists(DEFAULT_FILE) ? readFile(DEFAULT_FILE) : Setting.defaults();
        override(values, environment);
        return checked(values);
    }

    static Map<Setting, Object> read(Path file, Map<String, String> environment)
            throws EventException.ValidationFailed {
        Map<Setting, Object> values = readFile(file);
        override(values, environment);
        return checked(values);
    }

    private static Map<Setting, Object> readFile(Path file) throws EventException.ValidationFailed {
        TomlParseResult toml;
        try {
            toml = Toml.parse(file);
        } catch (IOException e) {
            throw new EventException.ValidationFailed("cannot read " + file + ": " + e);
        }
        if (toml.hasErrors()) {
            TomlParseError error = toml.errors().getFirst();
            throw new EventException.ValidationFailed(
                    "%s, line %d: %s".formatted(file, error.position().line(), error.getMessage()));
        }
        Map<Setting, Object> values = Setting.defaults();
        for (List<String> path : toml.keyPathSet()) {
            try {
                Setting setting = Setting.of(String.join(".", path));
                values.put(setting, setting.parse(text(setting, toml.get(path))));
            } catch (EventException.ValidationFailed e) {
                throw new EventException.ValidationFailed(
                        "%s, line %d: %s"
                                .formatted(
                                        file, toml.inputPositionOf(path).line(), e.getMessage()));
            }
        }
        return values;
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

    private static void override(Map<Setting, Object> values, Map<String, String> environment)
            throws EventException.ValidationFailed {
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (!name.startsWith(VARIABLES)) {
                continue;
            }
            String key =
                    "socket."
                            + name.substring(VARIABLES.length())
                                    .replace("__", ".")
                                    .toLowerCase(Locale.ROOT);
            try {
                Setting setting = Setting.of(key);
                values.put(setting, setting.parse(variable.getValue()));
            } catch (EventException.ValidationFailed e) {
                throw new EventException.ValidationFailed(
                        "the variable " + name + ": " + e.getMessage());
            }
        }
    }

    private static Map<Setting, Object> checked(Map<Setting, Object> values)
            throws EventException.ValidationFailed {
        int start = (int) values.get(Setting.PORT_RANGE_START);
        int end = (int) values.get(Setting.PORT_RANGE_END);
        if (start > end) {
            throw new EventException.ValidationFailed(
                    "%s is %d, above %s, which is %d"
                            .formatted(
                                    Setting.PORT_RANGE_START.key(),
                                    start,
                                    Setting.PORT_RANGE_END.key(),
                                    end));
        }
        return values;
    }
}
