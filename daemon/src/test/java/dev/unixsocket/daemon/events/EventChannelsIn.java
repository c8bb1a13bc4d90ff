package dev.unixsocket.daemon.events;

import java.nio.file.Path;

/** Clients of a directory of a test. */
final class EventChannelsIn {

    private EventChannelsIn() {}

    /** A client over AF_UNIX that connects again soon. */
    static EventClient client(Path directory, String name) throws EventException {
        return builder(directory, name).unix().connect();
    }

    static EventClientBuilder builder(Path directory, String name) throws EventException {
        return new EventClientBuilder(
                name,
                EventSettings.defaults()
                        .with("socket.socket_dir", directory.toString())
                        .with("socket.reconnect_delay", "0.02"));
    }
}
