package dev.unixsocket.bench.results;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Something that is said, or required, of AF_UNIX, beside what this machine shows.
 *
 * @param text what is said
 * @param claimed the number that is said
 * @param limit how the number is to be met
 * @param subject what was measured: who, against whom
 * @param placement the placement's label
 * @param shown what this machine shows; empty if it was not measured
 * @param low the lower end of its interval
 * @param high the upper end of its interval
 * @param detail the absolute numbers behind it; empty if there are none
 * @param marks why it should not be relied on; empty if nothing is known against it
 */
public record Claim(
        String text,
        double claimed,
        Limit limit,
        String subject,
        String placement,
        OptionalDouble shown,
        double low,
        double high,
        String detail,
        List<String> marks) {

    /** How a number is to be met. */
    public enum Limit {
        /** Common claims: nothing is required. */
        NONE(""),
        /** At most. */
        AT_MOST("≤ "),
        /** Below. */
        BELOW("< "),
        /** At least. */
        AT_LEAST("≥ ");

        private final String sign;

        Limit(String sign) {
            this.sign = sign;
        }

        /** In front of the number. */
        public String sign() {
            return sign;
        }

        /** Whether an interval keeps to the limit. */
        public Verdict verdict(double number, double low, double high) {
            return switch (this) {
                case NONE -> Verdict.MET;
                case AT_MOST -> Verdict.of(high <= number, low > number);
                case BELOW -> Verdict.of(high < number, low >= number);
                case AT_LEAST -> Verdict.of(low >= number, high < number);
            };
        }
    }

    /**
     * Whether the limit holds, by the whole interval. What did not warm up is undecided, whatever
     * it shows.
     */
    public Verdict verdict() {
        if (shown.isEmpty()) {
            return Verdict.NOT_MEASURED;
        }
        return marks.contains(Cell.UNSTEADY)
                ? Verdict.UNDECIDED
                : limit.verdict(claimed, low, high);
    }
}
