package dev.unixsocket.services.events;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.LockFile;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.Syscalls;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.server.ProcessStart;
import dev.unixsocket.services.server.Sidecar;
import dev.unixsocket.services.wire.Json;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code NAME.json} that says where a channel over TCP is, for clients that know its name.
 *
 * <p>Stateless, thread-safe.
 */
final class TcpSidecar {

    private static final Pattern ENDPOINT = Pattern.compile("tcp://127\\.0\\.0\\.1:(\\d{1,5})");
    private static final long MAX_BYTES = 64 * 1024;
    private static final Duration PROBE = Duration.ofMillis(500);

    private TcpSidecar() {}

    /** Writes it; closing removes it. */
    static Sidecar write(EventName name, Path directory, Address address, List<String> tags)
            throws IOException {
        List<String> all = new ArrayList<>(tags);
        all.addFirst(name.text());
        return Sidecar.write(
                name.socket(directory),
                new ListenerSpec.Metadata("events", List.of("tcp://" + address), all));
    }

    /**
     * Where the channel is.
     *
     * @throws EventException.ConnectionFailed if there is no such file, or it cannot be trusted
     */
    static Address read(EventName name, Path directory) throws IOException {
        Path file = name.sidecar(directory);
        Map<String, Object> facts;
        try {
            checkTrusted(file);
            facts = Json.object(Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new EventException.ConnectionFailed(
                    "no server of " + name + " on TCP: there is no " + file);
        } catch (IllegalArgumentException e) {
            throw new EventException.ConnectionFailed(file + " is broken", e);
        }
        if (isStale(name, directory, facts)) {
            throw new EventException.ConnectionFailed(
                    "no server of %s on TCP: %s is stale, its process has ended"
                            .formatted(name, file));
        }
        if (facts.get("endpoints") instanceof List<?> endpoints) {
            for (Object endpoint : endpoints) {
                Matcher matcher = ENDPOINT.matcher(String.valueOf(endpoint));
                if (matcher.matches()) {
                    return Address.loopback(Integer.parseInt(matcher.group(1)));
                }
            }
        }
        throw new EventException.ConnectionFailed(file + " names no TCP port of 127.0.0.1");
    }

    /**
     * Whether the server was killed. Its port may be another channel's by now, and its PID another
     * process's, which then began at another time. Seen from another PID namespace the number means
     * nothing: there the lock of the channel, with the same number in it, says that it lives.
     */
    private static boolean isStale(EventName name, Path directory, Map<String, Object> facts)
            throws IOException {
        if (!(facts.get("pid") instanceof Long pid)) {
            return false;
        }
        OptionalLong holder = LockFile.holder(LockFile.of(name.socket(directory)));
        if (holder.isPresent()) {
            return holder.getAsLong() != pid;
        }
        if (ProcessHandle.of(pid).isEmpty()) {
            return true;
        }
        Optional<String> start = ProcessStart.of(pid);
        return start.isPresent()
                && facts.get(Sidecar.PROCESS_START) instanceof String then
                && !then.equals(start.get());
    }

    /** Another user's file could send a client anywhere. */
    private static void checkTrusted(Path file) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(
                        file, "unix:uid,size,isRegularFile", LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
            throw new EventException.ConnectionFailed(file + " is not a regular file");
        }
        if (!attributes.get("uid").equals(Syscalls.getuid())) {
            throw new EventException.ConnectionFailed(
                    file + " belongs to another user (uid " + attributes.get("uid") + ")");
        }
        if ((Long) attributes.get("size") > MAX_BYTES) {
            throw new EventException.ConnectionFailed(file + " is longer than 64 KiB");
        }
    }

    /** A file that a server left when it was killed is no server. */
    static void requireNoLiveOwner(EventName name, Path directory) throws IOException {
        Address address;
        try {
            address = read(name, directory);
        } catch (EventException.ConnectionFailed e) {
            return;
        }
        try (StreamSocket probe = StreamSocket.connect(address, PROBE)) {
            throw new EventException.ConnectionFailed(
                    "another server of " + name + " listens on " + probe.address());
        } catch (EventException e) {
            throw e;
        } catch (IOException e) {
            // nobody is there
        }
    }
}
