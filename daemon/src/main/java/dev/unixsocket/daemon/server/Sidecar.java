package dev.unixsocket.daemon.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import java.io.Closeable;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The file beside a socket that says what serves there: {@code weave.json} for {@code weave.sock}.
 *
 * <p>Confined to one thread.
 */
public final class Sidecar implements Closeable {

    private static final String SOCKET_ENDING = ".sock";

    private final Path path;
    private final String content;

    private Sidecar(Path path, String content) {
        this.path = path;
        this.content = content;
    }

    /** Where the sidecar of a socket is: {@code .json} in place of {@code .sock}, or added. */
    public static Path of(Path socket) {
        String name = socket.getFileName().toString();
        String stem =
                name.endsWith(SOCKET_ENDING) && name.length() > SOCKET_ENDING.length()
                        ? name.substring(0, name.length() - SOCKET_ENDING.length())
                        : name;
        return socket.resolveSibling(stem + ".json");
    }

    /**
     * Writes it, in one step.
     *
     * @param service the service's name
     * @param version of the program
     * @param endpoints what can be asked of it
     * @param tags what the user wants to find it by
     */
    public static Sidecar write(
            Path socket, String service, String version, List<String> endpoints, List<String> tags)
            throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("service", service);
            json.writeStringField("version", version);
            json.writeNumberField("pid", ProcessHandle.current().pid());
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            json.writeStringField("started_at", now.toString());
            array(json, "endpoints", endpoints);
            array(json, "tags", tags);
            json.writeEndObject();
        }
        Sidecar sidecar = new Sidecar(of(socket), text + "\n");
        AtomicFile.write(sidecar.path, sidecar.content);
        return sidecar;
    }

    private static void array(JsonGenerator json, String name, List<String> values)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /** Removes it if it is still this process's. */
    @Override
    public void close() throws IOException {
        if (Files.exists(path) && Files.readString(path).equals(content)) {
            Files.delete(path);
        }
    }
}
