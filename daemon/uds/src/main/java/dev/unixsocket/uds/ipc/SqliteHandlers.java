package dev.unixsocket.uds.ipc;

import dev.unixsocket.services.ipc.IpcHandler;
import dev.unixsocket.services.ipc.IpcHandlerProvider;
import dev.unixsocket.services.ipc.IpcMessage;
import dev.unixsocket.services.ipc.IpcResponse;
import dev.unixsocket.services.ipc.IpcServer;
import dev.unixsocket.services.ipc.IpcSession;
import dev.unixsocket.services.wire.FrameDecoder;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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

    private static final ExecutorService THREADS =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("sqlite-", 0).factory());

    private static final String DATABASE_ERROR = "database error";

    private final Path file;

    /**
     * Handlers for one database.
     *
     * @param file the database; made by SQLite when it is not there
     */
    SqliteHandlers(Path file) {
        this.file = file.toAbsolutePath().normalize();
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
            SqliteHandlers handlers = new SqliteHandlers(Path.of(settings.get(DATABASE)));
            handlers.requireUsable();
            return Map.of(DB_CONNECT, aside(handlers::connect), QUERY, aside(handlers::query));
        }
    }

    /** SQLite is native code, which would hold the carrier of a connection's virtual thread. */
    private static IpcHandler aside(IpcHandler handler) {
        return (request, session) -> {
            try {
                return THREADS.submit(() -> handler.handle(request, session)).get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception failure ? failure : e;
            }
        };
    }

    /** Registers both. */
    IpcServer.Builder register(IpcServer.Builder server) {
        return server.on(DB_CONNECT, aside(this::connect)).on(QUERY, aside(this::query));
    }

    /**
     * Opens the database once, so that a wrong one is noticed before somebody asks.
     *
     * @throws IOException if it cannot be opened, or is none
     */
    private void requireUsable() throws IOException {
        try (SqliteDatabase database = new SqliteDatabase(file)) {
            database.open();
            database.requireDatabase();
        } catch (SQLException e) {
            throw new IOException("the database " + file + ": " + e.getMessage(), e);
        }
    }

    private IpcResponse connect(IpcMessage request, IpcSession session) {
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
            data.put("sqlite_version", database(session).version());
            return new IpcResponse("db_connect_response", data);
        } catch (SQLException e) {
            return IpcResponse.error(SqliteFault.code(e), DATABASE_ERROR, e.getMessage());
        }
    }

    private boolean isServed(Object named) {
        return named instanceof String path
                && (path.equals(file.toString()) || path.equals(file.getFileName().toString()));
    }

    private IpcResponse query(IpcMessage request, IpcSession session) {
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
            return new IpcResponse(
                    "query_response", database(session).run(sql, parameters, maxBytes));
        } catch (SQLException e) {
            return IpcResponse.error(SqliteFault.code(e), DATABASE_ERROR, e.getMessage());
        } catch (IllegalArgumentException e) {
            return IpcResponse.error(IpcResponse.BAD_REQUEST, DATABASE_ERROR, e.getMessage());
        }
    }

    private SqliteDatabase database(IpcSession session) throws SQLException {
        SqliteDatabase database =
                session.keep(SqliteDatabase.class, () -> new SqliteDatabase(file));
        database.open();
        return database;
    }
}
