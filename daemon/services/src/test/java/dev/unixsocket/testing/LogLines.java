package dev.unixsocket.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Collects what a logger of this process says, in place of standard error. */
public final class LogLines implements AutoCloseable {

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Level before;

    private final Handler collector =
            new Handler() {
                @Override
                public void publish(LogRecord line) {
                    said.add(line.getLevel() + " " + line.getMessage());
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    private LogLines(Logger logger, Level level) {
        this.logger = logger;
        before = logger.getLevel();
        logger.setLevel(level);
        logger.setUseParentHandlers(false);
        logger.addHandler(collector);
    }

    /** Until it is closed. */
    public static LogLines of(String logger, Level level) {
        return new LogLines(Logger.getLogger(logger), level);
    }

    /** The lines so far, each with its level in front. */
    public List<String> said() {
        return List.copyOf(said);
    }

    @Override
    public void close() {
        logger.removeHandler(collector);
        logger.setUseParentHandlers(true);
        logger.setLevel(before);
    }
}
