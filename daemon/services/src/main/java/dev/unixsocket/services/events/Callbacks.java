package dev.unixsocket.services.events;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Who wants to be told what. One that fails does not keep the others from it. Thread-safe. */
final class Callbacks {

    private static final Logger LOG = System.getLogger("dev.unixsocket.events");

    final List<Consumer<EventClientInfo>> connected = new CopyOnWriteArrayList<>();
    final List<Consumer<EventClientInfo>> disconnected = new CopyOnWriteArrayList<>();
    final List<BiConsumer<EventClientInfo, EventMessage>> received = new CopyOnWriteArrayList<>();
    final List<Runnable> shutdown = new CopyOnWriteArrayList<>();

    void connected(EventClientInfo client) {
        connected.forEach(callback -> safely(() -> callback.accept(client)));
    }

    void disconnected(EventClientInfo client) {
        disconnected.forEach(callback -> safely(() -> callback.accept(client)));
    }

    void received(EventClientInfo client, EventMessage message) {
        received.forEach(callback -> safely(() -> callback.accept(client, message)));
    }

    void shutDown() {
        shutdown.forEach(Callbacks::safely);
    }

    private static void safely(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a callback failed", e);
        }
    }
}
