package dev.unixsocket.uds.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a length of time from the command line: {@code 50us}, {@code 500ms}, {@code 60s}, {@code
 * 2m}, {@code 1h}. The unit has to be said.
 */
public final class DurationConverter implements ITypeConverter<Duration> {

    /** Nine digits are enough for anything, and never overflow. */
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(us|ms|s|m|h)");

    /** Made by picocli. */
    public DurationConverter() {}

    @Override
    public Duration convert(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not a length of time such as 50us, 500ms, 60s, 2m or 1h");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "us" -> Duration.of(amount, ChronoUnit.MICROS);
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

    /** Likewise, of a time that has to be more than 0. */
    public static final class Positive implements ITypeConverter<Duration> {

        /** Made by picocli. */
        public Positive() {}

        @Override
        public Duration convert(String text) {
            Duration time = new DurationConverter().convert(text);
            if (!time.isPositive()) {
                throw new TypeConversionException("must be more than 0");
            }
            return time;
        }
    }
}
