package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.events.EventException;

import picocli.CommandLine.Option;

import java.time.Duration;

/** {@code --timeout}, the same in every command that asks a service something. */
public final class ExchangeLimit {

    /** The exit status of such a command when the time is over; {@code weave send} has its own. */
    public static final int NO_ANSWER = 4;

    /** The name of the option. */
    static final String NAME = "--timeout";

    @Option(
            names = NAME,
            paramLabel = "TIME",
            converter = TimeLimits.LimitConverter.class,
            description =
                    "Time for the whole exchange, from connecting to the end of the answer, such as"
                            + " 500ms, 30s or 2m. Default: ${DEFAULT-VALUE}")
    private TimeLimits.Limit limit;

    private ExchangeLimit(TimeLimits.Limit limit) {
        this.limit = limit;
    }

    /** With a default, as a user would write it. */
    public static ExchangeLimit of(String usual) {
        return new ExchangeLimit(new TimeLimits.LimitConverter().convert(usual));
    }

    /** More than 0. */
    public Duration time() {
        return limit.time();
    }

    /** Whether something failed since its time was over. */
    static boolean isOver(Exception failure) {
        return failure instanceof EventException.TimeoutExpired
                || failure instanceof SyscallException call && call.timedOut();
    }
}
