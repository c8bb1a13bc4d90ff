package dev.unixsocket.services.observatory;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where events go: another output, the readers on the output socket, or both. Confined to the
 * engine's thread.
 */
final class Outputs {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final EventFormat format;
    private Optional<EventOutput> other;
    private final Optional<Consumer<byte[]>> readers;
    private final Runnable whenNobodyIsLeft;

    Outputs(
            EventFormat format,
            Optional<EventOutput> other,
            Optional<Consumer<byte[]>> readers,
            Runnable whenNobodyIsLeft) {
        this.format = format;
        this.other = other;
        this.readers = readers;
        this.whenNobodyIsLeft = whenNobodyIsLeft;
    }

    /**
     * Writes an event to all of them.
     *
     * @return false if the other output was closed by its reader and there are no readers
     * @throws IOException if the other output cannot be written to for another reason
     */
    boolean publish(Event event) throws IOException {
        if (other.isPresent() && !other.get().write(event)) {
            other = Optional.empty();
            if (readers.isPresent()) {
                LOG.log(Level.INFO, "standard output was closed; going on with the socket");
            }
        }
        readers.ifPresent(all -> all.accept(event.as(format)));
        if (other.isEmpty() && readers.isEmpty()) {
            whenNobodyIsLeft.run();
            return false;
        }
        return true;
    }
}
