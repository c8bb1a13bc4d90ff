package dev.unixsocket.daemon.cli;

import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/**
 * Writes the log to standard error, a line a record: {@code 2026-02-09T10:30:00.000Z INFO weave:
 * listening on /run/user/1000/weave/weave.sock}. Standard output is for results.
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

    /** Keeps the logger that was set up from being collected. */
    private static final Logger ROOT = Logger.getLogger("");

    private Logging() {}

    /** Sets up the log of this process. */
    public static void configure(Threshold threshold) {
        LogManager.getLogManager().reset();
        ROOT.setLevel(threshold.level);
        ROOT.addHandler(new StandardError());
    }

    private static final class StandardError extends StreamHandler {

        StandardError() {
            super(System.err, new OneLine());
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord record) {
            super.publish(record);
            flush();
        }
    }

    private static final class OneLine extends Formatter {

        @Override
        public String format(LogRecord record) {
            String name = record.getLoggerName();
            StringBuilder line = new StringBuilder();
            line.append(record.getInstant().truncatedTo(ChronoUnit.MILLIS))
                    .append(' ')
                    .append(threshold(record.getLevel()))
                    .append(' ')
                    .append(name.substring(name.lastIndexOf('.') + 1))
                    .append(": ")
                    .append(formatMessage(record));
            if (record.getThrown() != null) {
                appendTrace(line, record.getThrown());
            }
            return line.append(System.lineSeparator()).toString();
        }

        private static void appendTrace(StringBuilder line, Throwable thrown) {
            line.append(": ").append(thrown);
            for (StackTraceElement frame : thrown.getStackTrace()) {
                line.append(System.lineSeparator()).append("    at ").append(frame);
            }
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
