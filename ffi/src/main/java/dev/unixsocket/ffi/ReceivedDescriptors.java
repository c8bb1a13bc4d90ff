package dev.unixsocket.ffi;

/**
 * The numbers of descriptors that came with a message and that nobody has taken yet.
 *
 * <p>Thread-safe, so that the collector of garbage may close them.
 */
final class ReceivedDescriptors {

    private final int[] numbers = new int[MessageMemory.MOST_DESCRIPTORS];
    private int first;
    private int end;

    /** Takes ownership of one. */
    synchronized void add(int fd) {
        if (end == numbers.length) { // more than any kernel sends
            Syscalls.close(fd);
        } else {
            numbers[end++] = fd;
        }
    }

    synchronized int count() {
        return end - first;
    }

    /** Gives up the next one, in the order of the sender, or -1 when there is none. */
    synchronized int take() {
        return first == end ? -1 : numbers[first++];
    }

    /** Closes those that were not taken. */
    synchronized void closeAll() {
        while (first < end) {
            Syscalls.close(numbers[first++]);
        }
        first = 0;
        end = 0;
    }
}
