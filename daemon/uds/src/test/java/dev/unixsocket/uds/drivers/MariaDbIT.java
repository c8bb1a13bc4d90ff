package dev.unixsocket.uds.drivers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.UnixSocket;
import dev.unixsocket.ffi.UnixSocketFactory;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/** MariaDB by its own driver and by that of MySQL, over a socket file. */
class MariaDbIT {

    @TempDir static Path folder;

    private static MariaDb mariaDb;

    @BeforeAll
    static void start() throws Exception {
        mariaDb = MariaDb.start(folder);
    }

    @AfterAll
    static void stop() {
        if (mariaDb != null) {
            mariaDb.close();
        }
    }

    /** For MariaDB's driver, which makes one without arguments. */
    public static final class Sockets extends UnixSocketFactory {
        /** Connects to the server of this test. */
        public Sockets() {
            super(mariaDb.socket().toString());
        }
    }

    /** For MySQL's driver, which has an interface of its own. */
    public static final class MySqlSockets extends StandardSocketFactory {
        @Override
        protected Socket createSocket(PropertySet properties) {
            try {
                return new UnixSocket(Address.path(mariaDb.socket()));
            } catch (SocketException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, MariaDb.USER, MariaDb.PASSWORD);
    }

    @Test
    void itsOwnDriver() throws SQLException {
        String url = "jdbc:mariadb://localhost/app?socketFactory=" + Sockets.class.getName();
        try (Connection connection = connect(url)) {
            largeRowsComeBack(connection, "by_mariadb");
            queriesEndInTime(connection);
        }
    }

    @Test
    void theDriverOfMySql() throws SQLException {
        String url =
                "jdbc:mysql://localhost/app?sslMode=DISABLED&allowPublicKeyRetrieval=true"
                        + "&socketFactory="
                        + MySqlSockets.class.getName();
        try (Connection connection = connect(url)) {
            largeRowsComeBack(connection, "by_mysql");
            queriesEndInTime(connection);
        }
    }

    private static void largeRowsComeBack(Connection connection, String table) throws SQLException {
        byte[] row = new byte[1 << 20];
        new Random(1).nextBytes(row);
        String insert = "insert into " + table + " values (?)";
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table " + table + " (content longblob)");
            try (PreparedStatement write = connection.prepareStatement(insert)) {
                write.setBytes(1, row);
                write.executeUpdate();
            }
            ResultSet result = statement.executeQuery("select content from " + table);
            assertTrue(result.next());
            assertArrayEquals(row, result.getBytes(1));
        }
    }

    /** MariaDB's driver lets the server end it, MySQL's sends KILL over one more connection. */
    private static void queriesEndInTime(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            String slow = "select count(*) from seq_1_to_1000000 a, seq_1_to_1000000 b";
            assertThrows(SQLException.class, () -> statement.executeQuery(slow));
            assertTrue(statement.execute("select 1"));
        }
    }
}
