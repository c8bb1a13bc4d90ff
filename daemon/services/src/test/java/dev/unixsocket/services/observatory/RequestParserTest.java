package dev.unixsocket.services.observatory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Requests;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class RequestParserTest {

    private final RequestParser parser = new RequestParser(new Memory(Long.MAX_VALUE));

    @Test
    void aRequestIsCompleteWithTheLastByteOfItsBody() throws RefusedException {
        String request = Requests.post("event=a", "{}");
        ByteBuffer allButOne = bytes(request.substring(0, request.length() - 1));
        assertEquals(RequestParser.Progress.NEEDS_MORE, parser.advance(allButOne));
        assertEquals(RequestParser.Progress.COMPLETE, parser.advance(bytes("}")));
        assertArrayEquals(new byte[] {'{', '}'}, parser.take().body());
    }

    @Test
    void whatFollowsARequestIsLeftForTheNext() throws RefusedException {
        ByteBuffer in = bytes("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
        parser.advance(in);
        assertEquals("/a", parser.take().target());
        assertTrue(in.hasRemaining());
        parser.advance(in);
        assertEquals("/b", parser.take().target());
        assertFalse(in.hasRemaining());
    }

    @Test
    void aSenderThatWaitsForContinueIsToldOnce() throws RefusedException {
        ByteBuffer head =
                bytes("POST / HTTP/1.1\r\nExpect: 100-continue\r\n" + "Content-Length: 1\r\n\r\n");
        assertEquals(RequestParser.Progress.EXPECTS_CONTINUE, parser.advance(head));
        assertEquals(RequestParser.Progress.NEEDS_MORE, parser.advance(head));
        assertEquals(RequestParser.Progress.COMPLETE, parser.advance(bytes("x")));
    }

    @Test
    void aRequestHasBegunWithItsFirstByteAndNotWithABlankLineBeforeIt() throws RefusedException {
        assertFalse(parser.hasBegun());
        parser.advance(bytes("\r\n"));
        assertFalse(parser.hasBegun());
        parser.advance(bytes("G"));
        assertTrue(parser.hasBegun());
        parser.advance(bytes("ET / HTTP/1.1\r\n\r\n"));
        parser.take();
        assertFalse(parser.hasBegun());
    }

    @Test
    void aHeaderMayBeFolded() throws RefusedException {
        parser.advance(bytes("GET / HTTP/1.1\r\nConnection: x,\r\n close\r\n\r\n"));
        assertEquals(Head.Persistence.CLOSES, parser.take().head().persistence());
    }

    @Test
    void theTrailerIsNotHeeded() throws RefusedException {
        parser.advance(
                bytes(
                        Requests.chunked(
                                "", "1\r\nx\r\n0\r\nConnection: close\r\nExpect: tea\r\n\r\n")));
        assertEquals(Head.Persistence.STAYS, parser.take().head().persistence());
    }

    @Test
    void aLengthThatIsAnnouncedTakesNoMemoryBeforeItComes() throws RefusedException {
        List<RequestParser> parsers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) { // 100 GB, were it so
            RequestParser waiting = new RequestParser(new Memory(Long.MAX_VALUE));
            waiting.advance(bytes("POST / HTTP/1.1\r\nContent-Length: 10485760\r\n\r\nx"));
            parsers.add(waiting);
        }
        assertEquals(10_000, parsers.size());
    }

    @Test
    void headsThatAreOnTheirWayAreCountedUntilTheyEnd() throws RefusedException {
        Memory memory = new Memory(150_000);
        String head = "GET / HTTP/1.1\r\nX: " + "x".repeat(60_000);
        RequestParser first = new RequestParser(memory);
        first.advance(bytes(head));
        RequestParser second = new RequestParser(memory);
        RefusedException refused =
                assertThrows(RefusedException.class, () -> second.advance(bytes(head)));
        assertEquals(Status.SERVICE_UNAVAILABLE, refused.response().status());
        second.discard();
        first.advance(bytes("\r\n\r\n"));
        first.take();
        RequestParser third = new RequestParser(memory);
        third.advance(bytes(head));
        third.discard();
        third.discard();
        assertEquals(0, memory.used()); // nothing is left behind
    }

    @Test
    void anEventIsCountedByWhatItTakesAsATree() {
        byte[] values = "1,".repeat(50_000).getBytes(StandardCharsets.US_ASCII);
        assertEquals(4 * 100_000 + 72 * 50_000, Room.ofTree(values));
    }

    @Test
    void aRefusalSaysWhatIsWrong() {
        RefusedException refused =
                assertThrows(
                        RefusedException.class,
                        () -> parser.advance(bytes("GET / HTTP/1.1\r\nHost\r\n\r\n")));
        assertEquals("a header line has no colon", refused.getMessage());
        assertEquals(Status.BAD_REQUEST, refused.response().status());
    }

    @Property(tries = 2_000)
    void whereItIsCutMakesNoDifference(
            @ForAll("connections") String connection,
            @ForAll @Size(max = 8) List<@IntRange(max = 400) Integer> cuts) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        for (int cut : cuts.stream().sorted().toList()) {
            int to = Math.min(cut, connection.length());
            pieces.add(connection.substring(from, to));
            from = to;
        }
        pieces.add(connection.substring(from));
        assertEquals(outcome(List.of(connection)), outcome(pieces));
    }

    @Test
    void everyByteByItselfGivesTheSame() {
        Stream.concat(Requests.WELL_FORMED.stream(), Requests.BROKEN.stream())
                .filter(request -> request.length() < 2_000)
                .forEach(
                        request ->
                                assertEquals(
                                        outcome(List.of(request)),
                                        outcome(
                                                request.chars()
                                                        .mapToObj(Character::toString)
                                                        .toList()),
                                        request));
    }

    @Property(tries = 2_000)
    void noBytesWhateverDoHarm(@ForAll byte[] bytes) {
        try {
            parser().advance(ByteBuffer.wrap(bytes));
        } catch (RefusedException e) {
            assertTrue(e.response().body().length > 0);
        }
    }

    @Provide
    Arbitrary<String> connections() {
        Arbitrary<String> wellFormed = Arbitraries.of(Requests.WELL_FORMED);
        Arbitrary<String> mutated =
                Arbitraries.longs().map(seed -> Requests.mutated(1, seed).getFirst());
        return Arbitraries.oneOf(wellFormed, mutated)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(requests -> String.join("", requests));
    }

    private static RequestParser parser() {
        return new RequestParser(new Memory(Long.MAX_VALUE));
    }

    /** All that comes of the pieces, as text. */
    private static String outcome(List<String> pieces) {
        RequestParser parser = new RequestParser(new Memory(Long.MAX_VALUE));
        StringBuilder outcome = new StringBuilder();
        try {
            for (String piece : pieces) {
                ByteBuffer in = bytes(piece);
                RequestParser.Progress progress = parser.advance(in);
                while (progress != RequestParser.Progress.NEEDS_MORE) {
                    outcome.append(
                            progress == RequestParser.Progress.COMPLETE
                                    ? text(parser.take())
                                    : "continue\n");
                    progress = parser.advance(in);
                }
            }
            return outcome.append(parser.hasBegun()).toString();
        } catch (RefusedException e) {
            return outcome.append(e.getMessage()).toString();
        }
    }

    private static String text(Request request) {
        return String.join(
                "|",
                request.method(),
                request.target(),
                request.head().toString(),
                new String(request.body(), StandardCharsets.ISO_8859_1) + "\n");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
