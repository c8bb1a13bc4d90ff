package dev.unixsocket.uds.events;

import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventName;
import dev.unixsocket.services.events.EventSettings;
import dev.unixsocket.services.events.Setting;
import dev.unixsocket.services.events.Transport;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

import java.nio.file.Path;
import java.util.Optional;

/** Which channel, and where the settings are. */
class EventsTarget {

    @Parameters(
            paramLabel = "NAME",
            converter = NameConverter.class,
            description = "The channel: letters, digits, _ and -, at most 64.")
    private EventName name;

    @Option(
            names = "--transport",
            paramLabel = "unix|tcp",
            description =
                    "A socket file, or a TCP port of 127.0.0.1. Default: unix; a client takes"
                            + " whichever is there.")
    private Optional<Transport> transport;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Directory of the socket files. Default: as in the settings, /tmp/sockets")
    private Optional<Path> dir;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Settings. Default: $XDG_CONFIG_HOME/panama-unixsocket/settings.toml, if it is"
                            + " there and belongs to this user or root.")
    private Optional<Path> config;

    EventsTarget() {}

    /** Reads the name of a channel from the command line. */
    private static final class NameConverter implements ITypeConverter<EventName> {

        @Override
        public EventName convert(String text) {
            try {
                return EventName.of(text);
            } catch (EventException.ValidationFailed e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    EventName name() {
        return name;
    }

    /** What a server serves over. */
    Transport transport() {
        return transport.orElse(Transport.UNIX);
    }

    EventSettings settings() throws EventException {
        EventSettings settings =
                config.isPresent()
                        ? SettingsReader.read(config.get(), System.getenv())
                        : SettingsReader.read(System.getenv());
        return dir.isPresent()
                ? settings.with(Setting.SOCKET_DIR.key(), dir.get().toString())
                : settings;
    }

    /** What was asked for; empty for whichever is there. */
    Optional<Transport> chosenTransport() {
        return transport;
    }
}
