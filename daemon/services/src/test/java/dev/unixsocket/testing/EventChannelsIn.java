package dev.unixsocket.testing;

import dev.unixsocket.services.events.EventClient;
import dev.unixsocket.services.events.EventClientBuilder;
import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventSettings;

import java.nio.file.Path;

/** Clients of a directory of a test. */
public final class EventChannelsIn {

    private EventChannelsIn() {}

    /** A client over AF_UNIX that connects again soon. */
    public static EventClient client(Path directory, String name) throws EventException {
        return builder(directory, name).unix().connect();
    }

    /** What makes one. */
    public static EventClientBuilder builder(Path directory, String name) throws EventException {
        return new EventClientBuilder(
                name,
                EventSettings.defaults()
                        .with("socket.socket_dir", directory.toString())
                        .with("socket.reconnect_delay", "0.02"));
    }
}
