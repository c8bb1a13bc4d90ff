package dev.unixsocket.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unixsocket.bench.peer.JdbcMain;

import java.io.Closeable;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who asks PostgreSQL for one account after another, on one connection. */
interface PostgresClient extends Closeable {

    /** Its name. */
    String name();

    /**
     * Runs on those cores from now on, and is served on those of the server; without taskset it
     * stays where it is.
     */
    void pin(Cores cores, String list) throws IOException;

    /** Asks so often; connecting is not part of the result. */
    double transactionsPerSecond(int transactions) throws IOException;

    /** {@code pgbench -S}, a new process each time. */
    final class Pgbench implements PostgresClient {

        private final String name;
        private final PostgresServer server;
        private final String host;
        private List<String> pin = List.of();

        Pgbench(String name, PostgresServer server, String host) {
            this.name = name;
            this.server = server;
            this.host = host;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void pin(Cores cores, String list) {
            pin = cores.prefix(list);
        }

        @Override
        public double transactionsPerSecond(int transactions) throws IOException {
            String number = Integer.toString(transactions);
            String output = server.pgbench(host, pin, "-n", "-S", "-c", "1", "-t", number);
            return output.lines()
                    .filter(line -> line.startsWith("tps = "))
                    .map(line -> line.split(" ")[2])
                    .mapToDouble(Double::parseDouble)
                    .findFirst()
                    .orElseThrow(() -> new IOException("pgbench said " + output));
        }

        @Override
        public void close() {
            // Its processes have ended.
        }
    }

    /** pgjdbc in a Java process that stays, and sleeps while others are measured. */
    final class Jdbc implements PostgresClient {

        /** The one that junixsocket connects to its path for; we do for any. */
        private static final String ANY_HOST = "localhost";

        private static final Duration EXPECTED = Duration.ofSeconds(60);

        private final String name;
        private final PeerProcess process;

        private Jdbc(String name, PeerProcess process) {
            this.name = name;
            this.process = process;
        }

        /**
         * Starts one.
         *
         * @param factory of the sockets to the server's path; empty to connect to 127.0.0.1
         * @param errors what it says on standard error is appended to that file
         */
        static Jdbc start(String name, PostgresServer server, Optional<String> factory, Path errors)
                throws IOException {
            List<String> parameters = new ArrayList<>();
            if (factory.isPresent()) {
                String path = server.socket().toString();
                parameters.add("socketFactory=" + factory.get());
                parameters.add("socketFactoryArg=" + URLEncoder.encode(path, UTF_8));
            }
            parameters.add("user=" + PostgresServer.USER);
            parameters.add("sslmode=disable");
            String url =
                    "jdbc:postgresql://%s:%s/%s?%s"
                            .formatted(
                                    factory.isPresent() ? ANY_HOST : "127.0.0.1",
                                    server.port(),
                                    PostgresServer.DATABASE,
                                    String.join("&", parameters));
            List<String> command = JavaCommand.of(JdbcMain.class);
            command.addAll(List.of(url, Integer.toString(PostgresServer.ACCOUNTS)));
            return new Jdbc(name, PeerProcess.start(command, errors));
        }

        @Override
        public String name() {
            return name;
        }

        /** Who serves a connection has the cores that the server had when it was made. */
        @Override
        public void pin(Cores cores, String list) throws IOException {
            cores.pin(process.pid(), list);
            ask("connect", "connected");
        }

        @Override
        public double transactionsPerSecond(int transactions) throws IOException {
            return Double.parseDouble(ask("transactions " + transactions, "rate")[1]);
        }

        private String[] ask(String command, String expected) throws IOException {
            process.send(command);
            String[] words = process.readLine(EXPECTED);
            if (!words[0].equals(expected)) {
                throw new IOException("it said " + String.join(" ", words));
            }
            return words;
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
