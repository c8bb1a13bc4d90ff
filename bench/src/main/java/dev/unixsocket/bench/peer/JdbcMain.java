package dev.unixsocket.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SplittableRandom;

/**
 * A client of PostgreSQL by its JDBC driver: {@code URL ACCOUNTS}. Takes commands on standard
 * input, a line each. {@code connect} makes a connection in the place of the one before, and is
 * answered by {@code connected}. {@code transactions COUNT} reads the balance of that many
 * accounts, each in a transaction of its own and chosen by chance, as {@code pgbench -S} does, and
 * is answered by {@code rate TRANSACTIONS_PER_SECOND}. An answer {@code error ...} says what
 * failed.
 */
public final class JdbcMain {

    private static final String QUERY = "SELECT abalance FROM pgbench_accounts WHERE aid = ?";

    /** Every client asks for the same accounts in the same order. */
    private static final long SEED = 20_261_127;

    private final String url;
    private final int accounts;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private Connection connection;
    private PreparedStatement query;

    private JdbcMain(String url, int accounts) {
        this.url = url;
        this.accounts = accounts;
    }

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = ControlStream.take();
        JdbcMain client = new JdbcMain(arguments[0], Integer.parseInt(arguments[1]));
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in))) {
            for (String line; (line = commands.readLine()) != null; ) {
                answers.println(client.answer(line.split(" ")));
            }
        }
        System.exit(0); // a library's threads are no reason to stay
    }

    private String answer(String[] words) {
        try {
            if (words[0].equals("connect")) {
                connect();
                return "connected";
            }
            return "rate " + perSecond(Integer.parseInt(words[1]));
        } catch (SQLException e) {
            String why = e.getCause() == null ? "" : " (" + e.getCause() + ")";
            return ("error " + e.getMessage() + why).replace('\n', ' ');
        }
    }

    private void connect() throws SQLException {
        if (connection != null) {
            connection.close();
        }
        connection = DriverManager.getConnection(url);
        query = connection.prepareStatement(QUERY);
    }

    private double perSecond(int transactions) throws SQLException {
        long begun = System.nanoTime();
        for (int i = 0; i < transactions; i++) {
            query.setInt(1, 1 + random.nextInt(accounts));
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("an account of pgbench is missing");
                }
                row.getInt(1);
            }
        }
        return transactions * 1e9 / (System.nanoTime() - begun);
    }
}
