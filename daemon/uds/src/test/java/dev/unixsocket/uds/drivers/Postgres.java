package dev.unixsocket.uds.drivers;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A PostgreSQL of this machine's that listens on a socket file and on no port. */
final class Postgres implements AutoCloseable {

    /** Who runs the test is a superuser in it, without a password. */
    static final String USER = System.getProperty("user.name");

    /** Debian keeps the server's programs away from the {@code PATH}. */
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final Path socket;
    private final Program server;

    private Postgres(Path socket, Program server) {
        this.socket = socket;
        this.server = server;
    }

    /** Starts one, with its data in that folder. */
    static Postgres start(Path folder) throws IOException {
        requireTool("setpriv", "to run PostgreSQL as its own user");
        Path programs = programs();
        Path own = Folders.ownedBy("postgres", folder.resolve("postgres"));
        Path data = own.resolve("data");
        String initdb = programs.resolve("initdb").toString();
        String[] make = {"-D", data.toString(), "-U", USER, "-A", "trust", "-N", "-E", "UTF8"};
        try (Program made = Folders.as("postgres", Program.tool(initdb, make)).run()) {
            Folders.requireSuccess(made);
        }
        String[] serve = {"-D", data.toString(), "-k", own.toString(), "-h", "", "-F"};
        String postgres = programs.resolve("postgres").toString();
        Program server = Folders.as("postgres", Program.tool(postgres, serve)).start();
        server.awaitStderr("ready to accept connections");
        return new Postgres(own.resolve(".s.PGSQL.5432"), server);
    }

    private static Path programs() throws IOException {
        Optional<Path> newest = Optional.empty();
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                newest =
                        versions.map(version -> version.resolve("bin"))
                                .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                                .max(Comparator.comparing(Path::toString));
            }
        }
        RequiredTools.require(
                newest.isPresent(),
                "PostgreSQL is not installed (Debian package postgresql), and is needed to connect"
                        + " to it");
        return newest.orElseThrow();
    }

    Path socket() {
        return socket;
    }

    /** How pgjdbc is told to connect to it, with more parameters. */
    String url(String... parameters) {
        List<String> all = new ArrayList<>();
        all.add("jdbc:postgresql://localhost/postgres?user=" + USER);
        all.add("socketFactory=dev.unixsocket.ffi.UnixSocketFactory");
        all.add("socketFactoryArg=" + socket);
        all.addAll(List.of(parameters));
        return String.join("&", all);
    }

    @Override
    public void close() {
        server.signal("INT");
        server.awaitExit();
        server.close();
    }
}
