package dev.unixsocket.uds.cli;

import dev.unixsocket.services.wire.Escaped;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Writes the log to standard error, a line a record: {@code 2026-02-09T10:30:00.000Z INFO weave:
 * listening on /run/user/1000/weave/weave.sock}, or for the {@link Journal} {@code <6>weave: ...}.
 * Standard output is for results.
 */
public final class Logging {

    /** From the most to the least. */
    public enum Threshold {
        /** Everything, also who was refused. */
        DEBUG(Level.FINE),
        /** Start, stop and what an operator should know. */
        INFO(Level.INFO),
        /** What may need attention. */
        WARN(Level.WARNING),
        /** What failed. */
        ERROR(Level.SEVERE);

        private final Level level;

        Threshold(Level level) {
            this.level = level;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    // Kept, so that what is set up is not collected.
    private static final Logger ROOT = Logger.getLogger("");
    private static final Logger OWN = Logger.getLogger("dev.unixsocket");

    private Logging() {}

    /** Sets up the log of this process. */
    public static void configure(Threshold threshold) {
        LogManager.getLogManager().reset();
        ROOT.setLevel(threshold == Threshold.DEBUG ? Level.INFO : threshold.level);
        OWN.setLevel(threshold.level); // the JDK's own debugging is of no interest here
        ROOT.addHandler(new StandardError());
    }

    /** Says how many records nobody read, if any; they were dropped to hold up nobody. */
    static void sayWhatWasDropped() {
        for (Handler handler : ROOT.getHandlers()) {
            if (handler instanceof StandardError own) {
                own.sayWhatWasDropped();
            }
        }
    }

    /** Never waits for whoever reads standard error: what finds no room is dropped and counted. */
    private static final class StandardError extends Handler {

        private long said;

        StandardError() {
            setFormatter(new OneLine());
            setLevel(Level.ALL);
        }

        @Override
        public synchronized void publish(LogRecord record) {
            if (isLoggable(record)) {
                sayWhatWasDropped();
                StandardStreams.error().offer(bytes(record));
            }
        }

        synchronized void sayWhatWasDropped() {
            long dropped = StandardStreams.error().lost();
            if (dropped > said && StandardStreams.error().offer(bytes(notice(dropped - said)))) {
                said = dropped;
            }
        }

        private static LogRecord notice(long records) {
            LogRecord notice =
                    new LogRecord(
                            Level.WARNING,
                            records + " lines were dropped: standard error was not read");
            notice.setLoggerName("log");
            return notice;
        }

        private byte[] bytes(LogRecord record) {
            return getFormatter().format(record).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void flush() {
            StandardStreams.flushError();
        }

        @Override
        public void close() {}
    }

    private static final class OneLine extends Formatter {

        /** Always with milliseconds, so that the columns stay where they are. */
        private static final DateTimeFormatter TIME =
                new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

        @Override
        public String format(LogRecord record) {
            String name = record.getLoggerName();
            StringBuilder line = new StringBuilder();
            if (!Journal.isConnected()) {
                line.append(TIME.format(record.getInstant()))
                        .append(' ')
                        .append(threshold(record.getLevel()))
                        .append(' ');
            }
            line.append(name.substring(name.lastIndexOf('.') + 1))
                    .append(": ")
                    .append(Escaped.sentence(formatMessage(record)));
            if (record.getThrown() != null) {
                line.append(": ").append(trace(record.getThrown()));
            }
            String text = Journal.marked(priority(record.getLevel()), line.toString());
            return text + System.lineSeparator();
        }

        private static String trace(Throwable thrown) {
            StringWriter text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            return Escaped.lines(text.toString().stripTrailing());
        }

        /** As in syslog(3). */
        private static int priority(Level level) {
            return switch (threshold(level)) {
                case "ERROR" -> 3;
                case "WARN" -> 4;
                case "INFO" -> 6;
                default -> 7;
            };
        }

        private static String threshold(Level level) {
            int value = level.intValue();
            if (value >= Level.SEVERE.intValue()) {
                return "ERROR";
            }
            if (value >= Level.WARNING.intValue()) {
                return "WARN";
            }
            return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
        }
    }
}
