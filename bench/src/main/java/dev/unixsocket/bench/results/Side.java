package dev.unixsocket.bench.results;

/**
 * What an exchange costs one of the two processes, on average. A number is negative where it is not
 * known.
 *
 * @param heapBytes bytes allocated on the Java heap; unknown of a process without one
 * @param userNanos processor time in the program and its libraries, in nanoseconds
 * @param systemNanos processor time in the kernel on its behalf, in nanoseconds
 * @param voluntarySwitches how often a thread gave up its core to wait
 * @param involuntarySwitches how often a thread was taken off its core
 */
public record Side(
        double heapBytes,
        double userNanos,
        double systemNanos,
        double voluntarySwitches,
        double involuntarySwitches) {

    /** Nothing is known. */
    public static final Side UNKNOWN = new Side(-1, -1, -1, -1, -1);

    /** Whether the processor time and the switches are known. */
    public boolean isKnown() {
        return userNanos >= 0;
    }

    /** Processor time in nanoseconds. */
    public double processorNanos() {
        return isKnown() ? userNanos + systemNanos : -1;
    }
}
