package dev.unixsocket.bench.report;

import dev.unixsocket.bench.compare.Sizes;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Scenario;

import java.util.List;
import java.util.Locale;

/** Numbers as people read them. */
final class Format {

    private static final double MIB = 1024 * 1024;

    private Format() {}

    /** Three digits of it, as far as that goes. */
    static String number(double value) {
        if (value >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }

    static String micros(double nanos) {
        return number(nanos / 1000);
    }

    static String mibPerSecond(double bytesPerSecond) {
        return number(bytesPerSecond / MIB);
    }

    static String ratio(Ratio ratio) {
        String text = interval(ratio.median(), ratio.low(), ratio.high());
        return ratio.marks().contains("wide") ? text + " wide" : text;
    }

    /** The interval is left out where there is none. */
    static String interval(double median, double low, double high) {
        if (low == high) {
            return String.format(Locale.ROOT, "%.3f", median);
        }
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", median, low, high);
    }

    static String percentInterval(double median, double low, double high) {
        return String.format(Locale.ROOT, "%.0f %% [%.0f, %.0f]", median, low, high);
    }

    /** Heap bytes per exchange; a dash for a process without a Java heap. */
    static String heap(double bytes) {
        if (bytes < 0) {
            return "–";
        }
        return bytes < 0.5 ? "0" : String.format(Locale.ROOT, "%,.0f", bytes);
    }

    static String marks(List<String> marks) {
        return String.join(", ", marks);
    }

    /** {@code RoundTrip, 64 B, one-core}. */
    static String title(Scenario scenario) {
        return scenario.benchmark() + ", " + conditions(scenario) + ", " + scenario.placement();
    }

    /** {@code 64 B}, with the number of connections where that varies. */
    static String conditions(Scenario scenario) {
        String size = size(scenario.payloadBytes());
        if (!scenario.variesConnections()) {
            return size;
        }
        return scenario.connections() == 1
                ? size + ", 1 connection"
                : String.format(Locale.ROOT, "%s, %,d connections", size, scenario.connections());
    }

    static String size(long bytes) {
        return Sizes.text(bytes);
    }
}
