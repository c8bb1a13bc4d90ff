package dev.unixsocket.uds.drivers;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import dev.unixsocket.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A MariaDB of this machine's that listens on a socket file and on no port. */
final class MariaDb implements AutoCloseable {

    static final String USER = "app";
    static final String PASSWORD = "secret";
    static final String DATABASE = "app";

    private static final String SET_UP =
            """
            CREATE DATABASE app;
            CREATE USER app@localhost IDENTIFIED BY 'secret';
            GRANT ALL ON app.* TO app@localhost;
            """;

    private final Path socket;
    private final Program server;

    private MariaDb(Path socket, Program server) {
        this.socket = socket;
        this.server = server;
    }

    /** Starts one, with its data in that folder. */
    static MariaDb start(Path folder) throws IOException {
        requireTool("mariadb-install-db", "to connect to MariaDB (Debian package mariadb-server)");
        requireTool("setpriv", "to run MariaDB as its own user");
        Path own = Folders.ownedBy("mysql", folder.resolve("mariadb"));
        Path setUp = Files.writeString(folder.resolve("set-up.sql"), SET_UP);
        String data = "--datadir=" + own.resolve("data");
        String[] make = {"--no-defaults", data, "--skip-test-db", "--skip-name-resolve"};
        try (Program made = Folders.as("mysql", Program.tool("mariadb-install-db", make)).run()) {
            Folders.requireSuccess(made);
        }
        Path socket = own.resolve("mariadb.sock");
        String[] serve = {
            "--no-defaults",
            data,
            "--socket=" + socket,
            "--skip-networking",
            "--init-file=" + setUp,
            "--max-allowed-packet=16M",
            "--innodb-flush-log-at-trx-commit=0",
        };
        Program server = Folders.as("mysql", Program.tool(server(), serve)).start();
        server.awaitStderr("ready for connections");
        return new MariaDb(socket, server);
    }

    /** Where Debian has it, which is not on every user's {@code PATH}. */
    private static String server() {
        Path debian = Path.of("/usr/sbin/mariadbd");
        if (Files.isExecutable(debian)) {
            return debian.toString();
        }
        requireTool("mariadbd", "to connect to MariaDB (Debian package mariadb-server)");
        return "mariadbd";
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() {
        server.terminate();
        server.close();
    }
}
