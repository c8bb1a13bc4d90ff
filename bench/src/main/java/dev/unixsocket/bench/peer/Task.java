package dev.unixsocket.bench.peer;

/**
 * What a client is asked to repeat.
 *
 * @param workload {@code RoundTrip}, {@code Throughput}, {@code ConnectPerRequest}, {@code
 *     IpcRequest}, {@code EventLatency}, {@code EventThroughput}, {@code Connections} or {@code
 *     OneBusy}
 * @param payload bytes of one message; for {@code ConnectPerRequest} the response's size is the
 *     picture's and this is only a label
 * @param messages messages of one exchange; more than one in {@code Throughput} and {@code
 *     EventThroughput} only
 * @param connections how many connections are open
 */
public record Task(String workload, int payload, int messages, int connections) {

    /** The largest payload, and so the size of every connection's buffer, in bytes. */
    public static final int LARGEST_PAYLOAD = 1 << 20;

    /** As {@link #toString} writes it, that many words. */
    static final int WORDS = 4;

    /** Bytes that one exchange of a {@code Throughput} task sends. */
    private static final int BATCH_BYTES = 16 << 20;

    /** The most messages that one exchange of a {@code Throughput} task sends. */
    private static final int MOST_MESSAGES = 4 << 10;

    /** Messages that one exchange of an {@code EventThroughput} task publishes. */
    private static final int BATCH_MESSAGES = 500;

    /** On one connection. */
    private Task(String workload, int payload, int messages) {
        this(workload, payload, messages, 1);
    }

    /** As {@link #toString} writes it: the words from that one on. */
    static Task parse(String[] words, int first) {
        return new Task(
                words[first],
                Integer.parseInt(words[first + 1]),
                Integer.parseInt(words[first + 2]),
                Integer.parseInt(words[first + 3]));
    }

    /** For a client's standard input: {@code WORKLOAD PAYLOAD MESSAGES CONNECTIONS}. */
    @Override
    public String toString() {
        return workload + " " + payload + " " + messages + " " + connections;
    }

    /** One message there and back on an open connection. */
    public static Task roundTrip(int payload) {
        return new Task("RoundTrip", payload, 1);
    }

    /**
     * Sixteen MiB, or 4,096 messages if that is less, in one direction by writes of {@code payload}
     * bytes, then an acknowledgement.
     */
    public static Task throughput(int payload) {
        return new Task("Throughput", payload, Math.min(BATCH_BYTES / payload, MOST_MESSAGES));
    }

    /** A connection, a WEVE request for a small picture, its response, and the end of it. */
    public static Task connectPerRequest() {
        return new Task("ConnectPerRequest", WevePicture.RESPONSE_BYTES, 1);
    }

    /** A request of {@code uds ipc} with that many bytes of data, and its answer with the same. */
    public static Task ipcRequest(int payload) {
        return new Task("IpcRequest", payload, 1);
    }

    /** A request of a subscriber, and one message broadcast to all and received by each. */
    public static Task eventLatency(int payload) {
        return new Task("EventLatency", payload, 1);
    }

    /** The same with many messages, published as fast as the subscribers take them. */
    public static Task eventThroughput(int payload) {
        return new Task("EventThroughput", payload, BATCH_MESSAGES);
    }

    /** Messages there and back on so many connections, one under way on each all the time. */
    public static Task connections(int payload, int connections) {
        return new Task("Connections", payload, 1, connections);
    }

    /** Messages there and back on one connection, while the others are open and idle. */
    public static Task oneBusy(int payload, int connections) {
        return new Task("OneBusy", payload, 1, connections);
    }

    /** The service that the server must run. */
    public String service() {
        return switch (workload) {
            case "ConnectPerRequest" -> "weve";
            case "IpcRequest" -> "ipc";
            case "EventLatency", "EventThroughput" -> "events";
            case "Connections", "OneBusy" -> "many";
            default -> "echo";
        };
    }

    /** Bytes that one exchange moves in its main direction. */
    public long bytesPerExchange() {
        return (long) payload * messages;
    }
}
