package dev.unixsocket.services.observatory;

import dev.unixsocket.services.server.Listener;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Makes an engine. Found by {@link ServiceLoader}: a module that {@code provides} one adds it to
 * those that {@code uds observe --engine} knows.
 */
public interface EngineFactory {

    /** What a user calls it. */
    String name();

    /**
     * Makes the engine, which owns the listeners from then on.
     *
     * @param senders where requests come to
     * @param readers where readers come to
     */
    Engine open(Listener senders, Optional<Listener> readers, Settings settings) throws IOException;

    /** All that there are. */
    static List<EngineFactory> all() {
        return ServiceLoader.load(EngineFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
