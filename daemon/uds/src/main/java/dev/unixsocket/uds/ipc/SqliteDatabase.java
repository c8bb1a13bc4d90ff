package dev.unixsocket.uds.ipc;

import dev.unixsocket.services.wire.Fields;
import dev.unixsocket.services.wire.FrameDecoder;

import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One connection to a SQLite database. It cannot reach another file: {@code ATTACH}, {@code VACUUM
 * INTO} and extensions are off.
 *
 * <p>One thread at a time; {@link #interrupt} and {@link #endIdleTransaction} may be called from
 * others.
 */
final class SqliteDatabase implements AutoCloseable {

    /** How long to wait for a lock that another connection holds. */
    private static final int BUSY_MILLIS = 5_000;

    /** How long a value or a row may be: a short statement can ask for one of a gigabyte. */
    private static final int MAX_VALUE_BYTES = FrameDecoder.DEFAULT_MAX_FRAME_BYTES;

    /** What a value takes besides its own bytes, on the wire, at most. */
    private static final int VALUE_BYTES = 9;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final ReentrantLock busy = new ReentrantLock();
    private volatile SQLiteConnection connection;
    private long lastUse = System.nanoTime();
    private boolean rolledBack;

    SqliteDatabase(Path file) {
        this.file = file;
    }

    /** Opens the database, if it is not open. */
    void open() throws SQLException {
        if (connection == null) {
            SQLiteConfig config = new SQLiteConfig();
            config.setPragma(SQLiteConfig.Pragma.LIMIT_ATTACHED, "0");
            config.setPragma(SQLiteConfig.Pragma.LIMIT_LENGTH, Integer.toString(MAX_VALUE_BYTES));
            config.setBusyTimeout(BUSY_MILLIS);
            // Not through DriverManager, which would load every driver that there is.
            connection = (SQLiteConnection) config.createConnection("jdbc:sqlite:" + file);
        }
    }

    /** Reads what every statement reads first. */
    void requireDatabase() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("PRAGMA schema_version").close();
        }
    }

    String version() throws SQLException {
        return connection.getMetaData().getDatabaseProductVersion();
    }

    /**
     * Runs one statement.
     *
     * @param parameters for each {@code ?}, in order
     * @param maxBytes how large the rows may become
     * @return {@code columns} and {@code rows} of a query, {@code changes} of anything else
     * @throws IllegalArgumentException if it is not one statement, the parameters do not fit it, or
     *     the rows are too many
     */
    Map<String, Object> run(String sql, List<?> parameters, int maxBytes) throws SQLException {
        String text = sql.startsWith(BYTE_ORDER_MARK) ? sql.substring(1) : sql;
        SqlText.requireOneStatement(text);
        busy.lock();
        try {
            requireTransaction();
            return execute(text, parameters, maxBytes);
        } finally {
            lastUse = System.nanoTime();
            busy.unlock();
        }
    }

    private void requireTransaction() {
        if (rolledBack) {
            rolledBack = false;
            throw new IllegalArgumentException(
                    "the transaction was rolled back: no statement came in time");
        }
    }

    /**
     * Rolls a transaction back if nothing was asked for that long: it keeps others from writing.
     * The next statement is refused, since its client believes to be in the transaction.
     */
    void endIdleTransaction(Duration limit) {
        if (!busy.tryLock()) {
            return; // a statement is under way
        }
        try {
            if (connection != null
                    && System.nanoTime() - lastUse > limit.toNanos()
                    && !connection.isClosed()) {
                connection.getDatabase().exec("ROLLBACK", true);
                rolledBack = true;
            }
        } catch (SQLException e) {
            // there is no transaction
        } finally {
            busy.unlock();
        }
    }

    /** Lets the statement that is under way fail. */
    void interrupt() {
        SQLiteConnection now = connection;
        if (now != null) {
            try {
                now.getDatabase().interrupt();
            } catch (SQLException e) {
                // it is closed
            }
        }
    }

    private Map<String, Object> execute(String sql, List<?> parameters, int maxBytes)
            throws SQLException {
        long changesBefore = totalChanges();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            Map<String, Object> answer = new LinkedHashMap<>();
            if (statement.execute()) {
                try (ResultSet result = statement.getResultSet()) {
                    List<Object> columns = columns(result.getMetaData());
                    answer.put("columns", columns);
                    answer.put("rows", rows(result, columns.size(), maxBytes));
                }
            } else {
                // Of a statement that changes no rows, the count is that of the last which did.
                long changes = statement.getUpdateCount();
                answer.put("changes", totalChanges() == changesBefore ? 0L : changes);
            }
            return answer;
        }
    }

    private long totalChanges() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet total = statement.executeQuery("SELECT total_changes()")) {
            return total.getLong(1);
        }
    }

    private static void bind(PreparedStatement statement, List<?> parameters) throws SQLException {
        int expected = statement.getParameterMetaData().getParameterCount();
        if (parameters.size() != expected) {
            throw new IllegalArgumentException(
                    "the statement has %d parameters, %d values came"
                            .formatted(expected, parameters.size()));
        }
        for (int i = 1; i <= expected; i++) {
            switch (parameters.get(i - 1)) {
                case null -> statement.setObject(i, null);
                case Boolean truth -> statement.setLong(i, truth ? 1 : 0);
                case Long number -> statement.setLong(i, number);
                case Double number -> statement.setDouble(i, number);
                case Float number -> statement.setDouble(i, number);
                case String text -> statement.setString(i, text);
                case byte[] bytes -> statement.setBytes(i, bytes);
                case BigInteger number ->
                        throw new IllegalArgumentException(
                                "parameter %d is %s: %s".formatted(i, number, Fields.INTEGERS));
                default ->
                        throw new IllegalArgumentException(
                                "parameter " + i + " is of a type that SQLite has no column for");
            }
        }
    }

    private static List<Object> columns(ResultSetMetaData metadata) throws SQLException {
        List<Object> columns = new ArrayList<>();
        for (int i = 1; i <= metadata.getColumnCount(); i++) {
            columns.add(metadata.getColumnLabel(i));
        }
        return columns;
    }

    private static List<Object> rows(ResultSet result, int columns, int maxBytes)
            throws SQLException {
        List<Object> rows = new ArrayList<>();
        long bytes = 0;
        while (result.next()) {
            List<Object> row = new ArrayList<>(columns);
            for (int i = 1; i <= columns; i++) {
                Object value = result.getObject(i);
                bytes += size(value);
                row.add(value);
            }
            if (bytes > maxBytes) {
                throw new IllegalArgumentException(
                        "the rows have more than %d bytes; ask for fewer with LIMIT"
                                .formatted(maxBytes));
            }
            rows.add(row);
        }
        return rows;
    }

    private static long size(Object value) {
        return VALUE_BYTES
                + switch (value) {
                    case String text -> text.getBytes(StandardCharsets.UTF_8).length;
                    case byte[] data -> data.length;
                    case null, default -> 0;
                };
    }

    @Override
    public void close() throws SQLException {
        busy.lock();
        try {
            if (connection != null) {
                closeAll(connection);
            }
        } finally {
            busy.unlock();
        }
    }

    /** The driver fails at a statement that it failed to make, and closes at the second try. */
    private static void closeAll(Connection connection) throws SQLException {
        try {
            connection.close();
        } catch (SQLException e) {
            connection.close();
        }
    }
}
