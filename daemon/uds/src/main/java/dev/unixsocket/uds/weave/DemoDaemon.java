package dev.unixsocket.uds.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.weave.WeaveClient;
import dev.unixsocket.services.weave.WeaveDaemon;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The daemon of {@code uds demo}: a process of its own, or a thread of this one. */
sealed interface DemoDaemon extends AutoCloseable {

    /** How long to wait for the daemon to start, and to stop. */
    Duration PATIENCE = Duration.ofSeconds(30);

    /** The process that serves. */
    long pid();

    /** Sends SIGTERM, or does what it would do, and returns the exit status. */
    int stop() throws Exception;

    /** Ends a daemon that was not stopped. */
    @Override
    void close();

    /** Starts the daemon. */
    static DemoDaemon start(Path socket, boolean onThread) throws IOException {
        return onThread ? new OnThread(socket) : new AsProcess(socket);
    }

    /** Whether it has not ended. */
    boolean isAlive();

    /** Waits until a connection is accepted; a socket file that is there does not listen yet. */
    default void awaitListening(Path socket) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                StreamSocket.connect(Address.path(socket), WeaveClient.CONNECT_TIMEOUT).close();
                return;
            } catch (SyscallException e) {
                if (!isAlive() || System.nanoTime() > end) {
                    throw new IOException("the daemon did not start: " + e.getMessage(), e);
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** What a user would have: {@code weave-compute} with its own runtime directory. */
    final class AsProcess implements DemoDaemon {

        private final Process process;

        AsProcess(Path socket) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(command());
            Path runtimeDirectory = socket.getParent().getParent();
            builder.environment().put("XDG_RUNTIME_DIR", runtimeDirectory.toString());
            builder.environment().put("WEAVE_LOG_LEVEL", "warn");
            process = builder.inheritIO().start();
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        static List<String> command() throws IOException {
            String launcher = System.getProperty("uds.launcher");
            if (launcher == null) {
                throw new IOException("the demo needs to be started with bin/uds");
            }
            return List.of(launcher, "weave", "serve");
        }

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public int stop() throws Exception {
            process.destroy();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the daemon did not stop");
            }
            return process.exitValue();
        }

        /** As a user would, with SIGTERM; only a daemon that does not heed it is killed. */
        @Override
        public void close() {
            process.destroy();
            try {
                process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly();
        }
    }

    /**
     * For the run that trains the cache of classes, so that one run has daemon and client in it.
     */
    final class OnThread implements DemoDaemon {

        private final WeaveDaemon daemon;
        private final Thread thread;

        OnThread(Path socket) throws IOException {
            daemon = WeaveDaemon.open(socket, WeaveDaemon.Options.DEFAULT);
            thread = Thread.ofPlatform().name("daemon").start(daemon::run);
        }

        @Override
        public boolean isAlive() {
            return thread.isAlive();
        }

        @Override
        public long pid() {
            return ProcessHandle.current().pid();
        }

        @Override
        public int stop() throws Exception {
            daemon.stop();
            thread.join();
            daemon.close();
            return 0;
        }

        @Override
        public void close() {
            daemon.stop();
        }
    }
}
