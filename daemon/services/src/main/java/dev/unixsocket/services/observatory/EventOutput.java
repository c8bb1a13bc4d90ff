package dev.unixsocket.services.observatory;

import dev.unixsocket.services.connections.Delivery;

import java.util.function.Consumer;

/**
 * Where events go besides the readers of the output socket, such as standard output. Never waits
 * for whoever reads it. Thread-safe.
 */
public interface EventOutput {

    /** How events are written there. */
    EventFormat format();

    /**
     * Begins to write an event, after those that were given before.
     *
     * @param event the bytes, with the line feed that ends them; not to be changed
     * @param then is told once what became of them, on any thread, maybe before this returns
     */
    void write(byte[] event, Consumer<Delivery> then);

    /** Calls back when its reader has gone, once or more, on any thread. */
    void onGone(Runnable action);

    /** Why events could not be written, for a message, where there is more to say than that. */
    String failure();

    /** Writes nothing more, and tells nobody of what waited. */
    void abandon();
}
