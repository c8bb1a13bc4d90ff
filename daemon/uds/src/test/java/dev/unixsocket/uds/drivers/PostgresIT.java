package dev.unixsocket.uds.drivers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyManager;

import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** PostgreSQL by its JDBC driver, over a socket file. */
class PostgresIT {

    /** What PostgreSQL says of a statement that was ended: {@code query_canceled}. */
    private static final String CANCELED = "57014";

    private static final int MEGABYTE = 1 << 20;
    private static final long POOL_SECONDS = Long.getLong("pool.seconds", 3);

    @TempDir static Path folder;

    private static Postgres postgres;

    @BeforeAll
    static void start() throws Exception {
        postgres = Postgres.start(folder);
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    private static Connection connect(String... parameters) throws SQLException {
        return DriverManager.getConnection(postgres.url(parameters));
    }

    @Test
    void rowsOfAMegabyteComeBackAsTheyWere() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create table large (id int, content bytea)");
            List<byte[]> rows = new ArrayList<>();
            String insert = "insert into large values (?, ?)";
            try (PreparedStatement write = connection.prepareStatement(insert)) {
                for (int i = 0; i < 8; i++) {
                    byte[] row = new byte[MEGABYTE];
                    new Random(i).nextBytes(row);
                    rows.add(row);
                    write.setInt(1, i);
                    write.setBytes(2, row);
                    write.executeUpdate();
                }
            }
            try (ResultSet result =
                    statement.executeQuery("select content from large order by id")) {
                for (byte[] row : rows) {
                    assertTrue(result.next());
                    assertArrayEquals(row, result.getBytes(1));
                }
            }
        }
    }

    @Test
    void copyGoesBothWays() throws Exception {
        String text =
                IntStream.range(0, 100_000)
                        .mapToObj(i -> i + "\ttext of row " + i + "\n")
                        .collect(Collectors.joining());
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create table copied (id int, content text)");
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            assertEquals(100_000, copy.copyIn("copy copied from stdin", new StringReader(text)));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertEquals(100_000, copy.copyOut("copy copied to stdout", out));
            assertEquals(text, out.toString(StandardCharsets.UTF_8));
        }
    }

    /** Which the driver does by a connection of its own. */
    @Test
    void aQueryEndsInTime() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            SQLException failure =
                    assertThrows(
                            SQLException.class, () -> statement.execute("select pg_sleep(300)"));
            assertEquals(CANCELED, failure.getSQLState());
            assertTrue(statement.execute("select 1"));
        }
    }

    @Test
    void aQueryIsCanceledByAnotherThread() throws Exception {
        try (Connection connection = connect("ApplicationName=canceled");
                Connection observer = connect();
                Statement statement = connection.createStatement();
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> query = thread.submit(() -> statement.execute("select pg_sleep(300)"));
            Program.await(() -> isRunning(observer, "canceled"), "the query");
            statement.cancel();
            Throwable failure =
                    assertThrows(Exception.class, () -> query.get(120, TimeUnit.SECONDS))
                            .getCause();
            assertEquals(CANCELED, assertInstanceOf(SQLException.class, failure).getSQLState());
        }
    }

    private static boolean isRunning(Connection observer, String application) {
        String query =
                "select 1 from pg_stat_activity where state = 'active' and wait_event = 'PgSleep'"
                        + " and application_name = ?";
        try (PreparedStatement statement = observer.prepareStatement(query)) {
            statement.setString(1, application);
            return statement.executeQuery().next();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aReadTimesOutAsTheDriverWasTold() throws SQLException {
        try (Connection connection = connect("socketTimeout=1");
                Statement statement = connection.createStatement()) {
            SQLException failure =
                    assertThrows(
                            SQLException.class, () -> statement.execute("select pg_sleep(300)"));
            assertInstanceOf(SocketTimeoutException.class, failure.getCause());
        }
    }

    @Test
    void notificationsArrive() throws SQLException {
        try (Connection listener = connect();
                Connection speaker = connect();
                Statement listen = listener.createStatement();
                Statement speak = speaker.createStatement()) {
            listen.execute("listen news");
            PGConnection channel = listener.unwrap(PGConnection.class);
            assertEquals(0, channel.getNotifications(20).length);
            speak.execute("notify news, 'of today'");
            PGNotification[] came = channel.getNotifications(120_000);
            assertEquals(1, came.length);
            assertEquals("of today", came[0].getParameter());
        }
    }

    /** 100 virtual threads share 10 connections; {@code -Dpool.seconds=30} for longer. */
    @Test
    void aPoolServesVirtualThreads() throws Exception {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(postgres.url());
        settings.setMaximumPoolSize(10);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(POOL_SECONDS);
        try (HikariDataSource pool = new HikariDataSource(settings);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> counts =
                    IntStream.range(0, 100)
                            .mapToObj(i -> threads.submit(() -> queryUntil(pool, i, end)))
                            .toList();
            for (Future<Integer> count : counts) {
                assertTrue(count.get() > 0);
            }
            assertTrue(pool.getHikariPoolMXBean().getTotalConnections() <= 10);
            assertEquals(0, pool.getHikariPoolMXBean().getActiveConnections());
        }
    }

    private static int queryUntil(HikariDataSource pool, int number, long end) throws SQLException {
        int count = 0;
        do {
            String query = "select ?::int + 1, repeat('x', ?)";
            try (Connection connection = pool.getConnection();
                    PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setInt(1, number);
                statement.setInt(2, count % 20_000);
                ResultSet result = statement.executeQuery();
                assertTrue(result.next());
                assertEquals(number + 1, result.getInt(1));
                assertEquals(count % 20_000, result.getString(2).length());
            }
            count++;
        } while (System.nanoTime() < end);
        return count;
    }
}
