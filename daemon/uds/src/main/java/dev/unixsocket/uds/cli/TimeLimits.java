package dev.unixsocket.uds.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

import java.time.Duration;

/** {@code --read-timeout} and {@code --write-timeout} of a service. */
public final class TimeLimits {

    @Option(
            names = "--read-timeout",
            paramLabel = "TIME",
            converter = LimitConverter.class,
            description =
                    "Time for the next whole request to come, such as 60s or 500ms."
                            + " Default: ${DEFAULT-VALUE}")
    private Limit read;

    @Option(
            names = "--write-timeout",
            paramLabel = "TIME",
            converter = LimitConverter.class,
            description = "Time for a client to take a whole response. Default: ${DEFAULT-VALUE}")
    private Limit write;

    private TimeLimits(Limit read, Limit write) {
        this.read = read;
        this.write = write;
    }

    /** With defaults, as a user would write them. */
    public static TimeLimits of(String read, String write) {
        LimitConverter converter = new LimitConverter();
        return new TimeLimits(converter.convert(read), converter.convert(write));
    }

    /** More than 0. */
    public Duration read() {
        return read.time();
    }

    /** More than 0. */
    public Duration write() {
        return write.time();
    }

    /** A time that is shown as it was written. */
    record Limit(String text, Duration time) {
        @Override
        public String toString() {
            return text;
        }
    }

    /** Reads one. */
    static final class LimitConverter implements ITypeConverter<Limit> {

        /** Made by picocli. */
        LimitConverter() {}

        @Override
        public Limit convert(String text) {
            return new Limit(text, new DurationConverter.Positive().convert(text));
        }
    }
}
