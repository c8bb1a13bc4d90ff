package dev.unixsocket.uds.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.services.observatory.Limits;
import dev.unixsocket.testing.Requests;
import dev.unixsocket.uds.observatory.RunningObservatory.Kind;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Sends the same bytes to both engines, and compares all that can be seen from outside. */
class EnginesAgreeTest {

    /** The sentence that says what is wrong with a request is each engine's own. */
    private static final Pattern SENTENCE =
            Pattern.compile(
                    "(HTTP/1.1 400 [^\r]*\r\nContent-Type: [^\r]*\r\nContent-Length: )\\d+"
                            + "(\r\nConnection: close\r\n\r\n)\\{\"error\": \"[^\r]*\"\\}");

    private static final Pattern TIME = Pattern.compile("\"_ts\":\"[^\"]*\"");

    @TempDir static Path folder;

    private static RunningObservatory netty;
    private static RunningObservatory ffm;

    /** What is seen of a service that is sent something. */
    private record Seen(String answers, List<String> lines) {}

    @BeforeAll
    static void start() {
        netty = RunningObservatory.start(Kind.NETTY, folder);
        ffm = RunningObservatory.start(Kind.FFM, folder);
    }

    @AfterAll
    static void stop() {
        netty.close();
        ffm.close();
    }

    @Test
    void onWhatIsWellFormed() {
        List<Seen> seen = compareAll(Requests.WELL_FORMED);
        for (int i = 0; i < seen.size(); i++) {
            String request = Requests.WELL_FORMED.get(i);
            assertTrue(!seen.get(i).answers().contains(" 400 "), () -> "refused: " + request);
        }
    }

    @Test
    void onWhatIsBroken() {
        compareAll(Requests.BROKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "GET /health HTTP/1.1|Host: x|Host: y, 400",
        "GET /health http/1.1, 400",
        "GET /health HTTP/2.0, 505",
        "GET /health HTTP/1.2, 200",
        "'\0GET /health HTTP/1.1', 400",
        "' GET /health HTTP/1.1', 400",
        "||GET /health HTTP/1.1, 200",
        "GET /hook HTTP/1.1, 404",
        "POST /health HTTP/1.1, 404",
        "POST /hook HTTP/1.1|Content-Length: x|Expect: 100-continue, 400",
        "POST /hook HTTP/1.1|Content-Length: 2|Expect: 100-continue|bad, 400",
        "POST /hook HTTP/1.1|Content-Length: 2|Expect: 100-continue|Expect: tea, 417",
        "POST /nothing HTTP/1.1|Content-Length: 2|Expect: 100-continue, 404",
        "PUT /hook HTTP/1.1|Content-Length: 2|Expect: 100-continue, 405",
        "POST /hook HTTP/1.1|Content-Length: 2|Expect: 100-continue, 100",
        "POST /hook HTTP/1.1|Transfer-Encoding: chunked|Transfer-Encoding: chunked, 501",
    })
    void onTheFirstThingToAnswer(String head, int status) {
        Seen seen = compare(List.of(head.replace("|", "\r\n") + "\r\n\r\n"));
        assertTrue(seen.answers().startsWith("HTTP/1.1 " + status + " "), seen::answers);
    }

    @ParameterizedTest
    @CsvSource({"/hook, POST", "/health, 'GET, HEAD'", "/other, 'GET, HEAD, POST'"})
    void onTheMethodsThatAPathTakes(String path, String allowed) {
        Seen seen = compare(List.of("PUT " + path + " HTTP/1.1\r\n\r\n"));
        assertTrue(seen.answers().contains("\r\nAllow: " + allowed + "\r\n"), seen::answers);
    }

    @Test
    void onWhatFollowsTheLastAnswer() {
        Seen seen =
                compare(
                        List.of(
                                "GET /health HTTP/1.1\r\n"
                                        + "Connection: close\r\n\r\n"
                                        + "GARBAGE\r\n\r\n"));
        assertEquals(1, seen.answers().split("HTTP/1.1", -1).length - 1, seen::answers);
    }

    /** More of them: {@code -Dmutations=20000 -Dseeds=1,2,3}. */
    @Test
    void onMutations() {
        int count = Integer.getInteger("mutations", 400);
        for (String seed : System.getProperty("seeds", "3,7,42").split(",")) {
            compareAll(Requests.mutated(count, Long.parseLong(seed)));
        }
    }

    @Test
    void whereverARequestIsCut() {
        String request =
                Requests.WELL_FORMED.get(0)
                        + Requests.chunked(
                                "event=c", "3;x\r\n{\"a\r\n4\r\n\":1}\r\n0\r\nT: x\r\n\r\n")
                        + "HEAD /health HTTP/1.1\r\n\r\n";
        Seen whole = compare(List.of(request));
        for (int cut = 1; cut < request.length(); cut++) {
            Seen inTwo = compare(List.of(request.substring(0, cut), request.substring(cut)));
            assertEquals(whole, inTwo, "cut at " + cut);
        }
    }

    @Test
    void onOneByteAtATime() {
        for (String request : Requests.WELL_FORMED) {
            Seen whole = compare(List.of(request));
            assertEquals(whole, compare(request.chars().mapToObj(Character::toString).toList()));
        }
    }

    @Test
    void onEveryRequestCutShort() {
        String request = Requests.WELL_FORMED.get(0);
        for (int length = 1; length < request.length(); length++) {
            compare(List.of(request.substring(0, length)));
        }
    }

    @Test
    void onTheLargestBody() {
        String body = "x".repeat(Limits.BODY_BYTES);
        for (RunningObservatory observatory : List.of(netty, ffm)) {
            String answer = observatory.send(Requests.post("event=large", body));
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            assertTrue(observatory.nextLine().endsWith("\"_raw\":\"" + body + "\"}"));
        }
        String tooLarge = "a00000\r\n" + body + "\r\n1\r\nx\r\n0\r\n\r\n";
        Seen seen = compare(List.of(Requests.chunked("event=large", tooLarge)));
        assertTrue(seen.answers().startsWith("HTTP/1.1 413 "), seen::answers);
    }

    private static List<Seen> compareAll(List<String> requests) {
        List<Seen> seen = new ArrayList<>();
        for (String request : requests) {
            seen.add(compare(List.of(request)));
        }
        return seen;
    }

    private static Seen compare(List<String> pieces) {
        Seen byNetty = see(netty, pieces);
        Seen byFfm = see(ffm, pieces);
        assertEquals(byNetty, byFfm, () -> shortened(String.join("|", pieces)));
        return byFfm;
    }

    private static Seen see(RunningObservatory observatory, List<String> pieces) {
        String answers = observatory.send(bytes(pieces));
        List<String> lines = observatory.newLines();
        return new Seen(
                SENTENCE.matcher(answers).replaceAll("$1?$2?"),
                lines.stream().map(line -> TIME.matcher(line).replaceAll("")).toList());
    }

    private static List<byte[]> bytes(List<String> pieces) {
        return pieces.stream().map(piece -> piece.getBytes(StandardCharsets.ISO_8859_1)).toList();
    }

    private static String shortened(String request) {
        StringBuilder visible = new StringBuilder();
        request.chars()
                .limit(2_000)
                .forEach(
                        c ->
                                visible.append(
                                        c >= ' ' && c <= '~'
                                                ? Character.toString(c)
                                                : "\\u%04x".formatted(c)));
        return visible.toString();
    }
}
