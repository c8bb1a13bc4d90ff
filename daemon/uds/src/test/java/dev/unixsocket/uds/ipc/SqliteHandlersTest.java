package dev.unixsocket.uds.ipc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.ipc.IpcClient;
import dev.unixsocket.services.ipc.IpcMessage;
import dev.unixsocket.services.ipc.IpcServer;
import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A database behind a socket. */
class SqliteHandlersTest {

    @TempDir Path directory;

    private IpcServer server;
    private IpcClient client;

    @BeforeEach
    void open() throws IOException {
        server =
                new SqliteHandlers(directory.resolve("test.db"))
                        .register(IpcServer.builder())
                        .listen(Address.path(directory.resolve("db.sock")))
                        .start();
        client = IpcClient.connect(server.address(), Program.PATIENCE);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void rowsComeBackWithTheTypesOfTheirColumns() throws IOException {
        query("CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB, n)");
        byte[] blob = {1, 2, 3};
        assertEquals(
                Map.of("changes", 1L),
                query(
                                "INSERT INTO t VALUES (?, ?, ?, ?, ?)",
                                Arrays.asList(1L << 40, 2.5, "O'Neil; DROP TABLE t", blob, null))
                        .data());
        Map<String, Object> data = query("SELECT * FROM t").data();
        assertEquals(List.of("i", "r", "s", "b", "n"), data.get("columns"));
        List<?> row = (List<?>) ((List<?>) data.get("rows")).getFirst();
        assertEquals(Arrays.asList(1L << 40, 2.5, "O'Neil; DROP TABLE t"), row.subList(0, 3));
        assertArrayEquals(blob, (byte[]) row.get(3));
        assertEquals(null, row.get(4));
    }

    @Test
    void connectingSaysWhatIsServed() throws IOException {
        IpcMessage answer = client.request("db_connect", Map.of());
        assertEquals("db_connect_response", answer.type());
        assertEquals(directory.resolve("test.db").toString(), answer.data().get("database"));
        assertTrue(answer.data().get("sqlite_version") instanceof String);
    }

    @Test
    void noOtherFileCanBeReached() throws IOException {
        Path other = directory.resolve("other.db");
        assertTrue(client.request("db_connect", Map.of("database", other.toString())).isError());
        assertTrue(query("ATTACH DATABASE '" + other + "' AS other").isError());
        assertTrue(query("VACUUM INTO '" + other + "'").isError());
        assertTrue(query("SELECT load_extension('" + other + "')").isError());
        assertFalse(Files.exists(other));
    }

    @Test
    void whatIsWrongWithAStatementIsSaid() throws IOException {
        assertError(query("SELEC 1"), "syntax error");
        assertError(query("SELECT ?"), "the statement has 1 parameters, 0 values came");
        assertError(client.request("query", Map.of()), "the field \"sql\"");
        assertError(
                client.request("query", Map.of("sql", "SELECT 1", "params", "x")),
                "the field \"params\"");
        assertError(
                query("SELECT ?", List.of(List.of())),
                "parameter 1 is of a type that SQLite has no column for");
    }

    @Test
    void aNumberThatIsTooLargeIsRefusedWithTheRange() throws IOException {
        assertError(
                query("SELECT ?", List.of(new BigInteger("18446744073709551615"))),
                "parameter 1 is 18446744073709551615: an integer is from -9223372036854775808 to"
                        + " 9223372036854775807");
    }

    @Test
    void whatTheRequestIsNotToBlameForHasAnotherCode() throws IOException {
        query("CREATE TABLE t (i)");
        try (IpcClient other = IpcClient.connect(server.address(), Program.PATIENCE)) {
            other.request("query", Map.of("sql", "BEGIN IMMEDIATE"));
            assertEquals(503L, query("INSERT INTO t VALUES (1)").data().get("code"));
        }
        Files.writeString(directory.resolve("test.db"), "no database ".repeat(1000));
        try (IpcClient other = IpcClient.connect(server.address(), Program.PATIENCE)) {
            IpcMessage answer = other.request("query", Map.of("sql", "SELECT * FROM t"));
            assertEquals(500L, answer.data().get("code"), answer::toString);
        }
    }

    @Test
    void tooManyRowsAreAnErrorAndNotTheEnd() throws IOException {
        String endless =
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
        assertError(query(endless), "ask for fewer with LIMIT");
        assertFalse(query(endless + " LIMIT 10").isError());
    }

    @Test
    void aValueThatNoAnswerCanHoldIsNotMade() throws IOException {
        assertError(query("SELECT zeroblob(11000000)"), "exceeds size limit");
        assertError(query("SELECT length(replace(hex(zeroblob(4000000)), '0', 'ab'))"), "limit");
    }

    @Test
    void theTransactionOfAConnectionIsItsOwnAndEndsWithIt() throws IOException {
        query("CREATE TABLE t (i)");
        try (IpcClient other = IpcClient.connect(server.address(), Program.PATIENCE)) {
            other.request("query", Map.of("sql", "BEGIN"));
            other.request("query", Map.of("sql", "INSERT INTO t VALUES (1)"));
            assertEquals(List.of(List.of(0)), count());
        }
        assertFalse(query("INSERT INTO t VALUES (2)").isError());
        assertEquals(List.of(List.of(1)), count());
    }

    private List<List<Integer>> count() throws IOException {
        List<?> rows = (List<?>) query("SELECT count(*) FROM t").data().get("rows");
        return List.of(List.of(((Number) ((List<?>) rows.getFirst()).getFirst()).intValue()));
    }

    private static void assertError(IpcMessage answer, String details) {
        assertEquals("error", answer.type());
        assertEquals(400L, answer.data().get("code"));
        String said = (String) answer.data().get("details");
        assertTrue(said.contains(details), said);
    }

    private IpcMessage query(String sql) throws IOException {
        return query(sql, List.of());
    }

    private IpcMessage query(String sql, List<?> parameters) throws IOException {
        return client.request("query", Map.of("sql", sql, "params", parameters));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-- nothing", "/* nothing */ ;", ";;", "/* not closed"})
    void whatHoldsNoStatementIsRefused(String sql) throws IOException {
        assertError(query(sql), "there is no statement in it");
        assertFalse(query("SELECT 1").isError());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1; DROP TABLE t",
                "SELECT 1; nonsense",
                "SELECT ';'; SELECT \"a;b\"",
                "/* ; */ SELECT 1 -- ;\n; SELECT 2"
            })
    void aSecondStatementIsRefusedAndTheFirstNotRun(String sql) throws IOException {
        assertError(query(sql), "one statement at a time");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1;",
                "SELECT 1 ; -- the end; really\n /* ; x */ ;",
                "SELECT 'it''s; \"so\"' AS \"a;b\", 4 / 2, 3 - -1, [c;d] FROM (SELECT 1 AS [c;d])",
                "create temp trigger t after insert on a begin select 1; select 2; end;"
            })
    void oneStatementMayHoldSemicolons(String sql) throws IOException {
        query("CREATE TABLE a (x)");
        assertFalse(query(sql).isError(), () -> sql);
    }

    @Test
    void whatChangesNoRowsHasNoChanges() throws IOException {
        query("CREATE TABLE t (i)");
        assertEquals(Map.of("changes", 3L), query("INSERT INTO t VALUES (1), (2), (3)").data());
        for (String sql :
                List.of("BEGIN", "DELETE FROM t WHERE i = 7", "COMMIT", "CREATE TABLE u (i)")) {
            assertEquals(Map.of("changes", 0L), query(sql).data(), sql);
        }
    }

    private static final String ENDLESS =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                    + " SELECT count(*) FROM n";

    private IpcServer impatient(Duration statement, Duration transaction) throws IOException {
        return new SqliteHandlers(directory.resolve("test.db"), statement, transaction)
                .register(IpcServer.builder())
                .listen(Address.path(directory.resolve("impatient.sock")))
                .start();
    }

    private static long statementsUnderWay() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith("sqlite-"))
                .filter(
                        thread ->
                                List.of(thread.getValue()).stream()
                                        .anyMatch(f -> f.getMethodName().equals("step")))
                .count();
    }

    @Test
    void aStatementThatTakesTooLongIsInterrupted() throws IOException {
        try (IpcServer server = impatient(Duration.ofMillis(300), Duration.ofMinutes(1));
                IpcClient client = IpcClient.connect(server.address(), Program.PATIENCE)) {
            IpcMessage answer = client.request("query", Map.of("sql", ENDLESS));
            assertError(answer, "the statement was interrupted after 300 ms");
            assertFalse(client.request("query", Map.of("sql", "SELECT 1")).isError());
        }
    }

    @Test
    void aStatementWhoseClientHasGoneIsInterrupted() throws IOException {
        try (IpcClient leaving = IpcClient.connect(server.address(), Duration.ofMillis(300))) {
            assertThrows(IOException.class, () -> leaving.request("query", Map.of("sql", ENDLESS)));
            Program.await(() -> statementsUnderWay() == 1, "the statement");
        }
        Program.await(() -> statementsUnderWay() == 0, "the end of the statement");
    }

    @Test
    void aStatementIsInterruptedWhenTheServerStops() throws Exception {
        try (IpcServer server = impatient(Duration.ofMinutes(1), Duration.ofMinutes(1));
                IpcClient client = IpcClient.connect(server.address(), Program.PATIENCE)) {
            Thread stop =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        Program.await(
                                                () -> statementsUnderWay() == 1, "a statement");
                                        server.stop();
                                    });
            IpcMessage answer = client.request("query", Map.of("sql", ENDLESS));
            assertEquals(503L, answer.data().get("code"), answer::toString);
            stop.join();
        }
    }

    @Test
    void aTransactionThatIdlesIsRolledBackAndItsClientToldSo() throws IOException {
        query("CREATE TABLE t (i)");
        try (IpcServer server = impatient(Duration.ofMinutes(1), Duration.ofSeconds(2));
                IpcClient idle = IpcClient.connect(server.address(), Program.PATIENCE)) {
            idle.request("query", Map.of("sql", "BEGIN IMMEDIATE"));
            idle.request("query", Map.of("sql", "INSERT INTO t VALUES (1)"));
            assertFalse(query("INSERT INTO t VALUES (2)").isError()); // waits for the lock
            assertEquals(List.of(List.of(1)), count());
            assertError(
                    idle.request("query", Map.of("sql", "COMMIT")),
                    "the transaction was rolled back");
            assertFalse(idle.request("query", Map.of("sql", "SELECT 1")).isError());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRAGMA locking_mode=exclusive",
                "pragma main . locking_mode = exclusive",
                "PRAGMA \"locking_mode\" = exclusive",
                "/* */ EXPLAIN QUERY PLAN PRAGMA/**/locking_mode(exclusive)",
                "PRAGMA journal_mode=DELETE",
                "BEGIN EXCLUSIVE",
                "begin/**/exclusive transaction"
            })
    void whatWouldShutOutTheOthersIsRefused(String sql) throws IOException {
        assertError(query(sql), sql.toLowerCase().contains("pragma") ? "pragmas: " : "EXCLUSIVE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"PRAGMA table_info(t)", "PRAGMA main.user_version = 3", "\uFEFFSELECT 1"})
    void whatHarmsNobodyIsCarriedOut(String sql) throws IOException {
        assertFalse(query(sql).isError(), sql);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0SELECT 1", "\uFEFF", "-- x\0", "SELECT 1\0"})
    void aStatementThatTheDriverFailsAtLeavesNothingOpen(String sql) throws Exception {
        try (IpcClient other = IpcClient.connect(server.address(), Program.PATIENCE)) {
            assertTrue(other.request("query", Map.of("sql", sql)).isError());
        }
        SqliteDatabase database = new SqliteDatabase(directory.resolve("test.db"));
        database.open();
        database.close();
    }
}
