package dev.unixsocket.services.server;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Datagrams;
import dev.unixsocket.ffi.StreamListener;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.IntStream;

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

    private static final String LISTEN_FDS = "LISTEN_FDS";

    private final Map<String, String> environment;

    /** Which of the passed sockets are meant, by their names. */
    private final Predicate<String> mine;

    /** The one that the environment tells of, as of {@link System#getenv()}; all sockets count. */
    public ServiceManager(Map<String, String> environment) {
        this(environment, _ -> true);
    }

    private ServiceManager(Map<String, String> environment, Predicate<String> mine) {
        this.environment = environment;
        this.mine = mine;
    }

    /** The same one, of whose sockets only those with that name count: {@code LISTEN_FDNAMES}. */
    public ServiceManager only(String name) {
        return new ServiceManager(environment, name::equals);
    }

    /** The same one, of whose sockets those with that name do not count. */
    public ServiceManager without(String name) {
        return new ServiceManager(environment, other -> !other.equals(name));
    }

    /**
     * The listener that this process was started with, by {@code LISTEN_FDS}; empty where there is
     * none, or where it was meant for another process, by {@code LISTEN_PID}. It becomes
     * close-on-exec.
     *
     * @throws IOException if there are several, or it is not a listening stream socket of AF_UNIX
     */
    Optional<StreamListener> listener() throws IOException {
        List<Integer> given = descriptors();
        if (given.isEmpty()) {
            return Optional.empty();
        }
        String said = "LISTEN_FDS is " + environment.get(LISTEN_FDS);
        if (given.size() > 1) {
            String names = environment.getOrDefault("LISTEN_FDNAMES", "");
            throw new IOException(
                    said
                            + (names.isEmpty() ? "" : ", named " + names)
                            + ": this service takes 1 socket");
        }
        try {
            return Optional.of(StreamListener.inherited(given.getFirst()));
        } catch (IOException e) {
            throw new IOException(said + ", but " + e.getMessage(), e);
        }
    }

    /** Whether this process was started with a listener. */
    public boolean gaveListener() {
        return !descriptors().isEmpty();
    }

    private List<Integer> descriptors() {
        if (!isThisProcess("LISTEN_PID")) {
            return List.of();
        }
        String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
        return IntStream.range(0, (int) number(LISTEN_FDS).orElse(0))
                .filter(i -> mine.test(i < names.length ? names[i] : ""))
                .mapToObj(i -> FIRST_DESCRIPTOR + i)
                .toList();
    }

    private boolean isThisProcess(String variable) {
        return number(variable).equals(OptionalLong.of(ProcessHandle.current().pid()));
    }

    private OptionalLong number(String variable) {
        String text = environment.getOrDefault(variable, "");
        return text.matches("[0-9]{1,18}")
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }

    /**
     * Within what time it wants to hear that this process serves, again and again, or will kill it:
     * {@code WATCHDOG_USEC}, sd_watchdog_enabled(3). Empty where it does not ask.
     */
    Optional<Duration> watchdog() {
        boolean forThis = environment.getOrDefault("WATCHDOG_PID", "").isEmpty();
        long micros = number("WATCHDOG_USEC").orElse(0);
        return micros > 0 && listens() && (forThis || isThisProcess("WATCHDOG_PID"))
                ? Optional.of(Duration.of(micros, ChronoUnit.MICROS))
                : Optional.empty();
    }

    /** Whether it wants to hear anything. */
    boolean listens() {
        return !environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty();
    }

    /** Tells it that connections are served: {@code READY=1}. */
    void ready() {
        say("READY=1");
    }

    /** Tells it that the end has begun: {@code STOPPING=1}. */
    void stopping() {
        say("STOPPING=1");
    }

    /** Tells it that connections are still served: {@code WATCHDOG=1}. */
    void alive() {
        say("WATCHDOG=1");
    }

    /** Tells people, by {@code systemctl status}: {@code STATUS=}. */
    void status(String line) {
        say("STATUS=" + line);
    }

    /** A manager that does not listen is no reason not to serve. */
    private void say(String state) {
        if (!listens()) {
            return;
        }
        String socket = environment.get("NOTIFY_SOCKET");
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
