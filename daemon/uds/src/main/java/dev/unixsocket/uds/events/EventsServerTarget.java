package dev.unixsocket.uds.events;

import dev.unixsocket.services.events.EventClient;
import dev.unixsocket.services.events.EventClientBuilder;
import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventPublisher;
import dev.unixsocket.services.events.EventSettings;
import dev.unixsocket.services.events.Setting;

import picocli.CommandLine.Option;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** The server of a channel, for those who connect to it. */
final class EventsServerTarget extends EventsTarget {

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "The server is at TCP port N of 127.0.0.1, and needs no NAME.json.")
    private Optional<Integer> port;

    EventsServerTarget() {}

    EventClientBuilder clientBuilder() throws EventException {
        return new EventClientBuilder(name().text(), settings());
    }

    private EventClientBuilder clientBuilder(Optional<Duration> limit) throws EventException {
        EventSettings settings = settings();
        if (limit.isPresent()) {
            BigDecimal seconds = BigDecimal.valueOf(limit.get().toMillis(), 3);
            settings = settings.with(Setting.DEFAULT_TIMEOUT.key(), seconds.toPlainString());
        }
        return new EventClientBuilder(name().text(), settings);
    }

    /**
     * Sends.
     *
     * @param limit for connecting, for each message to be taken, and for an answer; empty leaves it
     *     to the settings
     */
    EventPublisher publisher(Optional<Duration> limit) throws EventException {
        EventClientBuilder builder = clientBuilder(limit);
        return port.isPresent()
                ? builder.publisher(port.get())
                : builder.publisher(chosenTransport());
    }

    /** Asks; with a limit as {@link #publisher}. */
    EventPublisher inquirer(Optional<Duration> limit) throws EventException {
        EventClientBuilder builder = clientBuilder(limit);
        return port.isPresent()
                ? builder.inquirer(port.get())
                : builder.inquirer(chosenTransport());
    }

    EventClient client(EventClientBuilder builder) {
        return port.isPresent() ? builder.tcp(port.get()) : builder.client(chosenTransport());
    }
}
