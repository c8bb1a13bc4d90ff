package dev.unixsocket.services.observatory;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Where events go: standard output, the readers on the output socket, or both. Confined to the
 * engine's thread.
 */
final class Outputs {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final EventFormat format;
    private Optional<StandardOutput> standardOutput;
    private final Optional<Readers> readers;
    private final Runnable whenNobodyIsLeft;

    /** The readers that are connected to the output socket. */
    @FunctionalInterface
    interface Readers {

        /**
         * Gives each reader an event, or puts it in the reader's queue. Never waits.
         *
         * @param event the bytes, with the line feed that ends them
         */
        void broadcast(byte[] event);
    }

    Outputs(
            EventFormat format,
            Optional<StandardOutput> standardOutput,
            Optional<Readers> readers,
            Runnable whenNobodyIsLeft) {
        this.format = format;
        this.standardOutput = standardOutput;
        this.readers = readers;
        this.whenNobodyIsLeft = whenNobodyIsLeft;
    }

    /**
     * Writes an event to all of them.
     *
     * @return false if standard output was closed by its reader and there is no other output
     * @throws IOException if standard output cannot be written to for another reason
     */
    boolean publish(Event event) throws IOException {
        byte[] plain = null;
        if (standardOutput.isPresent()) {
            byte[] bytes = format.format(event, standardOutput.get().colours());
            if (!standardOutput.get().write(bytes)) {
                standardOutput = Optional.empty();
                if (readers.isPresent()) {
                    LOG.log(Level.INFO, "standard output was closed; going on with the socket");
                }
            } else if (standardOutput.get().colours() == EventFormat.Colours.NONE) {
                plain = bytes;
            }
        }
        if (readers.isPresent()) {
            readers.get()
                    .broadcast(
                            plain != null ? plain : format.format(event, EventFormat.Colours.NONE));
        }
        if (standardOutput.isEmpty() && readers.isEmpty()) {
            whenNobodyIsLeft.run();
            return false;
        }
        return true;
    }
}
