package dev.unixsocket.uds.ipc;

import dev.unixsocket.services.ipc.IpcHandler;
import dev.unixsocket.services.ipc.IpcHandlerProvider;
import dev.unixsocket.services.ipc.IpcMessage;
import dev.unixsocket.services.ipc.IpcResponse;
import dev.unixsocket.services.ipc.IpcServer;
import dev.unixsocket.services.ipc.IpcSession;
import dev.unixsocket.services.wire.FrameDecoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * An example of handlers: {@code db_connect} and {@code query} on a SQLite database. Each
 * connection of a peer has a connection to the database of its own, so that transactions do not
 * mix.
 *
 * <p>Thread-safe.
 */
final class SqliteHandlers {

    /** The type of a request to open the database. */
    static final String DB_CONNECT = "db_connect";

    /** The type of a request to run a statement. */
    static final String QUERY = "query";

    /** The setting that names the file. */
    static final String DATABASE = "database";

    /** The setting for how long a statement may take, in milliseconds. */
    static final String STATEMENT_TIMEOUT = "statement_timeout_ms";

    /** The setting for how long a transaction may idle, in milliseconds. */
    static final String TRANSACTION_TIMEOUT = "transaction_timeout_ms";

    /** Of both, where no setting says otherwise. */
    static final Duration DEFAULT_STATEMENT_TIMEOUT = Duration.ofSeconds(30);

    static final Duration DEFAULT_TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

    private static final ExecutorService THREADS =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("sqlite-", 0).factory());

    private static final String DATABASE_ERROR = "database error";

    private final Path file;
    private final StatementWatch watch;
    private final Duration transactionTimeout;

    /**
     * Handlers for one database.
     *
     * @param file the database; made by SQLite when it is not there
     */
    SqliteHandlers(Path file) {
        this(file, DEFAULT_STATEMENT_TIMEOUT, DEFAULT_TRANSACTION_TIMEOUT);
    }

    /**
     * As {@link #SqliteHandlers(Path)}.
     *
     * @param statementTimeout how long a statement may take
     * @param transactionTimeout how long a transaction may wait for the next statement
     */
    SqliteHandlers(Path file, Duration statementTimeout, Duration transactionTimeout) {
        this.file = file.toAbsolutePath().normalize();
        this.watch = new StatementWatch(statementTimeout);
        this.transactionTimeout = transactionTimeout;
    }

    /** Makes them, where there is a setting {@code database}. */
    public static final class Provider implements IpcHandlerProvider {

        /** Made by {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public Map<String, IpcHandler> handlers(Map<String, String> settings) throws IOException {
            if (!settings.containsKey(DATABASE)) {
                return Map.of();
            }
            SqliteHandlers handlers =
                    new SqliteHandlers(
                            Path.of(settings.get(DATABASE)),
                            millis(settings, STATEMENT_TIMEOUT, DEFAULT_STATEMENT_TIMEOUT),
                            millis(settings, TRANSACTION_TIMEOUT, DEFAULT_TRANSACTION_TIMEOUT));
            handlers.requireUsable();
            return handlers.byType();
        }

        private static Duration millis(
                Map<String, String> settings, String name, Duration otherwise) {
            String value = settings.get(name);
            return value == null ? otherwise : Duration.ofMillis(Long.parseLong(value));
        }
    }

    private Map<String, IpcHandler> byType() {
        return Map.of(DB_CONNECT, aside(this::connect), QUERY, aside(this::query));
    }

    /** Registers both. */
    IpcServer.Builder register(IpcServer.Builder server) {
        byType().forEach(server::on);
        return server;
    }

    /** Answers a message with the database of its connection. */
    private interface Work {
        IpcResponse answer(IpcMessage request, SqliteDatabase database);
    }

    /** SQLite is native code, which would hold the carrier of a connection's virtual thread. */
    private IpcHandler aside(Work work) {
        return (request, session) -> {
            SqliteDatabase database = database(session);
            return watch.await(
                    THREADS.submit(() -> work.answer(request, database)), session, database);
        };
    }

    private SqliteDatabase database(IpcSession session) {
        return session.keep(Watched.class, () -> Watched.of(file, transactionTimeout)).database();
    }

    /** A database whose transactions may not idle. */
    private record Watched(SqliteDatabase database, Future<?> idle) implements AutoCloseable {

        private static final ScheduledExecutorService CLOCK = clock();

        /** A connection that has gone leaves nothing there. */
        private static ScheduledExecutorService clock() {
            ScheduledThreadPoolExecutor clock =
                    new ScheduledThreadPoolExecutor(
                            1, Thread.ofPlatform().daemon().name("sqlite-idle").factory());
            clock.setRemoveOnCancelPolicy(true);
            return clock;
        }

        static Watched of(Path file, Duration limit) {
            SqliteDatabase database = new SqliteDatabase(file);
            long period = Math.clamp(limit.toMillis() / 4, 10, 1000);
            return new Watched(
                    database,
                    CLOCK.scheduleWithFixedDelay(
                            () -> database.endIdleTransaction(limit),
                            period,
                            period,
                            TimeUnit.MILLISECONDS));
        }

        @Override
        public void close() throws SQLException {
            idle.cancel(false);
            database.close();
        }
    }

    /**
     * Opens the database once, so that a wrong one is noticed before somebody asks.
     *
     * @throws IOException if it cannot be opened, or is none
     */
    private void requireUsable() throws IOException {
        requireFile();
        try (SqliteDatabase database = new SqliteDatabase(file)) {
            database.open();
            database.requireDatabase();
        } catch (SQLException e) {
            throw new IOException("the database " + file + ": " + e.getMessage(), e);
        }
    }

    /** SQLite would take a device for an empty database, and wait for the writer of a FIFO. */
    private void requireFile() throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("the database " + file + ": it is a directory");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(
                    "the database " + file + ": it is a device, a FIFO or a socket, not a file");
        }
    }

    private IpcResponse connect(IpcMessage request, SqliteDatabase database) {
        Object named = request.data().get("database");
        if (named != null && !isServed(named)) {
            return IpcResponse.error(
                    IpcResponse.BAD_REQUEST,
                    "another database",
                    "this service has " + file + " and opens no other");
        }
        try {
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("database", file.toString());
            database.open();
            data.put("sqlite_version", database.version());
            return new IpcResponse("db_connect_response", data);
        } catch (SQLException e) {
            return IpcResponse.error(SqliteFault.code(e), DATABASE_ERROR, e.getMessage());
        }
    }

    private boolean isServed(Object named) {
        return named instanceof String path
                && (path.equals(file.toString()) || path.equals(file.getFileName().toString()));
    }

    private IpcResponse query(IpcMessage request, SqliteDatabase database) {
        if (!(request.data().get("sql") instanceof String sql) || sql.isBlank()) {
            return IpcResponse.error(
                    IpcResponse.BAD_REQUEST,
                    "no statement",
                    "the field \"sql\" of data is the SQL");
        }
        List<?> parameters;
        switch (request.data().get("params")) {
            case null -> parameters = List.of();
            case List<?> list -> parameters = list;
            default -> {
                return IpcResponse.error(
                        IpcResponse.BAD_REQUEST,
                        "bad parameters",
                        "the field \"params\" of data is an array, in the order of the ? in sql");
            }
        }
        try {
            int maxBytes = FrameDecoder.DEFAULT_MAX_FRAME_BYTES / 2;
            database.open();
            return new IpcResponse("query_response", database.run(sql, parameters, maxBytes));
        } catch (SQLException e) {
            return IpcResponse.error(SqliteFault.code(e), DATABASE_ERROR, e.getMessage());
        } catch (IllegalArgumentException e) {
            return IpcResponse.error(IpcResponse.BAD_REQUEST, DATABASE_ERROR, e.getMessage());
        }
    }
}
