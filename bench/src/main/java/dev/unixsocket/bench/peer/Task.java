package dev.unixsocket.bench.peer;

/**
 * What a client is asked to repeat.
 *
 * @param workload {@code RoundTrip}, {@code Throughput} or {@code ConnectPerRequest}
 * @param payload bytes of one message; for {@code ConnectPerRequest} the response's size is the
 *     picture's and this is only a label
 * @param messages messages of one exchange; more than one in {@code Throughput} only
 */
public record Task(String workload, int payload, int messages) {

    /** The largest payload, and so the size of every connection's buffer, in bytes. */
    public static final int LARGEST_PAYLOAD = 1 << 20;

    /** Bytes that one exchange of a {@code Throughput} task sends. */
    private static final int BATCH_BYTES = 16 << 20;

    /** One message there and back on an open connection. */
    public static Task roundTrip(int payload) {
        return new Task("RoundTrip", payload, 1);
    }

    /** Sixteen MiB in one direction by writes of {@code payload} bytes, then an acknowledgement. */
    public static Task throughput(int payload) {
        return new Task("Throughput", payload, BATCH_BYTES / payload);
    }

    /** A connection, a WEVE request for a small picture, its response, and the end of it. */
    public static Task connectPerRequest() {
        return new Task("ConnectPerRequest", WevePicture.RESPONSE_BYTES, 1);
    }

    /** The service that the server must run: {@code echo} or {@code weve}. */
    public String service() {
        return workload.equals("ConnectPerRequest") ? "weve" : "echo";
    }

    /** Bytes that one exchange moves in its main direction. */
    public long bytesPerExchange() {
        return (long) payload * messages;
    }
}
