package dev.unixsocket.uds.metrics;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.connections.Protocol;
import dev.unixsocket.services.wire.FullTransfer;
import dev.unixsocket.services.wire.LingeringClose;
import dev.unixsocket.services.wire.TimedReader;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One GET request of HTTP, one answer. Thread-safe, as far as its pages are. */
public final class PlainHttp implements Protocol {

    private static final Pattern REQUEST =
            Pattern.compile("GET (?:http://[^/]*)?(/[^? ]*)(?:[?].*)? HTTP/1\\.[01]");

    private static final int MAX_HEAD_BYTES = 8 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final Page NOT_FOUND = new Page(404, "", new byte[0]);

    private final Pages pages;

    /** Answers with those. */
    public PlainHttp(Pages pages) {
        this.pages = pages;
    }

    /** What there is to get. */
    @FunctionalInterface
    public interface Pages {

        /**
         * The page at a path such as {@code /health}; empty if there is none. Called by the threads
         * of all connections.
         *
         * @throws IOException if it cannot be made
         */
        Optional<Page> at(String path) throws IOException;
    }

    /**
     * An answer.
     *
     * @param status 200, 404 or 503
     * @param type of the body, empty where there is none
     * @param body its bytes
     */
    public record Page(int status, String type, byte[] body) {

        /** Text for people. */
        public static Page text(int status, String text) {
            return new Page(status, "text/plain; charset=utf-8", text.getBytes(UTF_8));
        }

        private String reason() {
            return switch (status) {
                case 200 -> "OK";
                case 404 -> "Not Found";
                default -> "Service Unavailable";
            };
        }
    }

    @Override
    public void serve(Connection connection) throws IOException {
        StreamSocket socket = connection.socket();
        socket.sendTimeout(LIMIT);
        try (Arena arena = Arena.ofConfined()) {
            String line = head(socket, arena).lines().findFirst().orElse("");
            Matcher request = REQUEST.matcher(line);
            Optional<Page> page = request.matches() ? pages.at(request.group(1)) : Optional.empty();
            send(socket, arena, page.orElse(NOT_FOUND));
        }
        LingeringClose.begin(socket, LIMIT);
    }

    private static String head(StreamSocket socket, Arena arena) throws IOException {
        MemorySegment room = arena.allocate(MAX_HEAD_BYTES);
        TimedReader reader = new TimedReader(socket);
        reader.begin(LIMIT);
        int length = 0;
        String head = "";
        while (!head.contains(END_OF_HEAD) && length < MAX_HEAD_BYTES) {
            long got = reader.read(room, length, MAX_HEAD_BYTES - length);
            if (got == 0) {
                break;
            }
            length += (int) got;
            byte[] bytes = room.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            head = new String(bytes, US_ASCII);
        }
        return head;
    }

    private static void send(StreamSocket socket, Arena arena, Page page) throws IOException {
        String head =
                "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close%s"
                        .formatted(
                                page.status,
                                page.reason(),
                                page.type,
                                page.body.length,
                                END_OF_HEAD);
        if (page.type.isEmpty()) {
            head = head.replace("Content-Type: \r\n", "");
        }
        byte[] headBytes = head.getBytes(US_ASCII);
        long length = (long) headBytes.length + page.body.length;
        MemorySegment answer = arena.allocate(length);
        MemorySegment.copy(headBytes, 0, answer, ValueLayout.JAVA_BYTE, 0, headBytes.length);
        MemorySegment.copy(
                page.body, 0, answer, ValueLayout.JAVA_BYTE, headBytes.length, page.body.length);
        FullTransfer.write(socket, answer, length);
    }
}
