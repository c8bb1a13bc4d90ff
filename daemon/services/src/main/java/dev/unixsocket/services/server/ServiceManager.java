package dev.unixsocket.services.server;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Datagrams;
import dev.unixsocket.ffi.StreamListener;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What systemd, or a program that does as it does, has to do with a service: it may have made the
 * listener (sd_listen_fds(3)), and may want to be told how the service is doing (sd_notify(3)).
 *
 * <p>Immutable, thread-safe.
 */
public final class ServiceManager {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    /** The first descriptor that is passed, {@code SD_LISTEN_FDS_START}. */
    private static final int FIRST_DESCRIPTOR = 3;

    private final Map<String, String> environment;

    /** The one that the environment tells of, as of {@link System#getenv()}. */
    public ServiceManager(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * The listener that this process was started with, by {@code LISTEN_FDS}; empty where there is
     * none, or where it was meant for another process, by {@code LISTEN_PID}.
     *
     * @throws IOException if there are several, or it is not a listening stream socket of AF_UNIX
     */
    Optional<StreamListener> listener() throws IOException {
        if (!gaveListener()) {
            return Optional.empty();
        }
        String count = environment.get("LISTEN_FDS");
        if (!count.equals("1")) {
            throw new IOException("LISTEN_FDS is " + count + ": this service takes 1 socket");
        }
        try {
            return Optional.of(StreamListener.inherited(FIRST_DESCRIPTOR));
        } catch (IOException e) {
            throw new IOException("LISTEN_FDS is 1, but " + e.getMessage(), e);
        }
    }

    /** Whether this process was started with a listener. */
    public boolean gaveListener() {
        String pid = Long.toString(ProcessHandle.current().pid());
        return pid.equals(environment.get("LISTEN_PID"))
                && !environment.getOrDefault("LISTEN_FDS", "0").equals("0");
    }

    /** Tells it that connections are served: {@code READY=1}. */
    void ready() {
        say("READY=1");
    }

    /** Tells it that the end has begun: {@code STOPPING=1}. */
    void stopping() {
        say("STOPPING=1");
    }

    /** A manager that does not listen is no reason not to serve. */
    private void say(String state) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (socket.isEmpty()) {
            return;
        }
        try {
            Address address =
                    socket.startsWith("@")
                            ? Address.abstractName(socket.substring(1))
                            : Address.path(socket);
            Datagrams.send(address, state.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            LOG.log(Level.WARNING, "NOTIFY_SOCKET: " + e.getMessage());
        }
    }
}
