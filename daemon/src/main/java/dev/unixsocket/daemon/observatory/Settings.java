package dev.unixsocket.daemon.observatory;

import dev.unixsocket.daemon.server.ListenerPlan;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a user chooses.
 *
 * @param socket where senders connect to
 * @param mode the permissions of that socket file, such as 0660
 * @param outputSocket where readers connect to
 * @param outputMode the permissions of that socket file, such as 0600
 * @param locking whether lock files guard the socket files
 * @param standardOutput whether events go to standard output
 * @param format how events are written
 * @param requestLimit how long a request may take to come
 */
record Settings(
        Path socket,
        int mode,
        Optional<Path> outputSocket,
        int outputMode,
        ListenerPlan.Locking locking,
        boolean standardOutput,
        EventFormat format,
        Duration requestLimit) {}
