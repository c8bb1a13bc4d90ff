package dev.unixsocket.services.observatory;

import java.io.IOException;

/** Where events go besides the readers of the output socket, such as standard output. */
@FunctionalInterface
public interface EventOutput {

    /**
     * Writes all of an event; may wait for whoever reads it. Called on the engine's thread.
     *
     * @return false if it was closed by its reader; it is not called again then
     * @throws IOException if it fails for another reason, such as a full disk
     */
    boolean write(Event event) throws IOException;
}
