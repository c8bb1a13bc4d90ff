package dev.unixsocket.uds.weave;

import dev.unixsocket.services.weave.WeaveSocket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The temporary runtime directory of {@code uds demo}; closing it removes what is in it. */
record DemoDirectory(Path path) implements AutoCloseable {

    static DemoDirectory create() throws IOException {
        return new DemoDirectory(Files.createTempDirectory("uds-demo-"));
    }

    @Override
    public void close() throws IOException {
        Path directory = path.resolve("weave");
        Files.deleteIfExists(directory.resolve(WeaveSocket.FILE));
        Files.deleteIfExists(directory);
        Files.deleteIfExists(path);
    }
}
