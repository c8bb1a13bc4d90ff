package dev.unixsocket.uds.events;

import dev.unixsocket.services.events.EventClient;
import dev.unixsocket.services.events.EventClientBuilder;
import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventPublisher;

import picocli.CommandLine.Option;

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

    /** Sends. */
    EventPublisher publisher() throws EventException {
        EventClientBuilder builder = clientBuilder();
        return port.isPresent()
                ? builder.publisher(port.get())
                : builder.publisher(chosenTransport());
    }

    /** Asks. */
    EventPublisher inquirer() throws EventException {
        EventClientBuilder builder = clientBuilder();
        return port.isPresent()
                ? builder.inquirer(port.get())
                : builder.inquirer(chosenTransport());
    }

    EventClient client(EventClientBuilder builder) {
        return port.isPresent() ? builder.tcp(port.get()) : builder.client(chosenTransport());
    }
}
