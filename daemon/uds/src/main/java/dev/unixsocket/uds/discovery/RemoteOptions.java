package dev.unixsocket.uds.discovery;

import dev.unixsocket.services.discovery.SocketSource;

import picocli.CommandLine.Command;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Options with which a command shows the sockets of several machines in place of directories. The
 * commands of this package know none of their own.
 */
public interface RemoteOptions {

    /** None: only the sockets of this machine. */
    @Command
    final class None implements RemoteOptions {

        /** No options. */
        public None() {}

        @Override
        public boolean areGiven() {
            return false;
        }

        @Override
        public Optional<SocketSource> open(Consumer<String> notice) {
            return Optional.empty();
        }
    }

    /** Whether other machines are asked for. */
    boolean areGiven();

    /**
     * What knows the sockets of other machines, if that is asked for.
     *
     * @param notice called with a sentence when what is shown gets out of date, and when it is
     *     current again
     * @throws IOException if a file that the options name cannot be used
     */
    Optional<SocketSource> open(Consumer<String> notice) throws IOException;
}
