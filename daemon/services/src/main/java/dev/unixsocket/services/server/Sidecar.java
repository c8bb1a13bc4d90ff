package dev.unixsocket.services.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.unixsocket.ffi.PathBytes;
import dev.unixsocket.ffi.RegularFile;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.ffi.Syscalls;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.services.wire.Version;

import java.io.Closeable;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The file beside a socket that says what serves there: {@code weave.json} for {@code weave.sock}.
 *
 * <p>Confined to one thread.
 */
public final class Sidecar implements Closeable {

    private static final String SOCKET_ENDING = ".sock";

    /** No sidecar needs more than this, in bytes. */
    private static final int MAX_BYTES = 64 * 1024;

    private static final String SERVICE = "service";
    private static final String VERSION = "version";
    private static final String PID = "pid";
    private static final String STARTED_AT = "started_at";

    /** The {@link ProcessStart} of the process that serves, where the system tells it. */
    public static final String PROCESS_START = "process_start";

    private final OwnedFile file;

    private Sidecar(OwnedFile file) {
        this.file = file;
    }

    /** Where the sidecar of a socket is: {@code .json} in place of {@code .sock}, or added. */
    public static Path of(Path socket) {
        String name = new String(PathBytes.of(socket.getFileName()), ISO_8859_1); // as bytes
        String stem =
                name.endsWith(SOCKET_ENDING) && name.length() > SOCKET_ENDING.length()
                        ? name.substring(0, name.length() - SOCKET_ENDING.length())
                        : name;
        return socket.resolveSibling(PathBytes.path((stem + ".json").getBytes(ISO_8859_1)));
    }

    /**
     * Writes it, in one step, where nothing is or a sidecar that an earlier process left.
     *
     * @throws IOException if another file is there, which is left as it is
     */
    public static Sidecar write(Path socket, ListenerSpec.Metadata what) throws IOException {
        requireReplaceable(socket);
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField(SERVICE, what.service());
            json.writeStringField(VERSION, Version.text());
            json.writeNumberField(PID, ProcessHandle.current().pid());
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            json.writeStringField(STARTED_AT, now.toString());
            Optional<String> start = ProcessStart.of(ProcessHandle.current().pid());
            if (start.isPresent()) {
                json.writeStringField(PROCESS_START, start.get());
            }
            array(json, "endpoints", what.endpoints());
            array(json, "tags", what.tags());
            json.writeEndObject();
        }
        return new Sidecar(OwnedFile.write(of(socket), text + "\n"));
    }

    /**
     * Looks whether the sidecar of a socket can be written.
     *
     * @throws IOException if a file is there that is no sidecar, or another user's
     */
    static void requireReplaceable(Path socket) throws IOException {
        Path path = of(socket);
        try {
            Optional<RegularFile> found = RegularFile.read(path, MAX_BYTES);
            if (found.isPresent()) {
                requireSidecar(found.get());
            }
        } catch (SyscallException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(
                    "%s is not the metadata of a service (%s): left as it is"
                            .formatted(path, e.getMessage()),
                    e);
        }
    }

    private static void requireSidecar(RegularFile file) throws IOException {
        if (file.uid() != Syscalls.getuid()) {
            throw new IOException("it belongs to uid " + Integer.toUnsignedString(file.uid()));
        }
        Set<String> names = Json.object(new String(file.content(), UTF_8)).keySet();
        if (!names.containsAll(List.of(SERVICE, VERSION, PID, STARTED_AT))) {
            throw new IOException("it has other members");
        }
    }

    private static void array(JsonGenerator json, String name, List<String> values)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /** Writes it again if it was removed: its path then. */
    Optional<Path> restoreIfGone() throws IOException {
        return file.restoreIfGone();
    }

    /** Removes it if it is still this process's. */
    @Override
    public void close() {
        file.close();
    }
}
