package dev.unixsocket.testing;

import dev.unixsocket.services.observatory.Limits;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Requests, well-formed, odd and broken: what comes on one connection, a character for each byte.
 */
public final class Requests {

    /** Well-formed ones, some of them recorded from the tool named. */
    public static final List<String> WELL_FORMED =
            List.of(
                    // curl 7.88
                    "POST /hook?event=PreToolUse HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "User-Agent: curl/7.88.1\r\n"
                            + "Accept: */*\r\n"
                            + "Content-Length: 12\r\n"
                            + "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
                            + "{\"tool\":\"x\"}",
                    // curl -T - : chunked, and waits for 100 Continue
                    "PUT /hook HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/7.88.1\r\n"
                            + "Accept: */*\r\nTransfer-Encoding: chunked\r\n"
                            + "Expect: 100-continue\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                    // wget --post-data
                    "POST /hook?event=w HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "User-Agent: Wget/1.21.3\r\n"
                            + "Accept: */*\r\n"
                            + "Accept-Encoding: identity\r\n"
                            + "Connection: Keep-Alive\r\n"
                            + "Content-Type: application/x-www-form-urlencoded\r\n"
                            + "Content-Length: 7\r\n\r\n"
                            + "{\"w\":1}",
                    // python3 http.client
                    "POST /hook?event=p HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "Accept-Encoding: identity\r\n"
                            + "Content-Length: 8\r\n\r\n"
                            + "[1, 2.0]",
                    "GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /health?x=1 HTTP/1.0\r\n\r\n",
                    "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                    "HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n",
                    "HEAD /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /hook HTTP/1.1\r\nHost: x\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
                    "POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
                    "DELETE /hook HTTP/1.1\r\nHost: x\r\n\r\n",
                    "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
                    "M-SEARCH /hook HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET http://localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n",
                    post("event=a", "{\"a\":1}"),
                    post("event=a%20b%C3%A9", "{\"a\":{\"b\":[1,2,{}]}}"),
                    post("x=1&event=first&event=second", "{}"),
                    post("event=", "{}"),
                    post("event", "{}"),
                    post("%65vent=named", "{}"),
                    post("event=a+b", "{}"),
                    post("event=\u00c3\u00a9", "{}"),
                    post("", ""),
                    post("event=raw", "no json"),
                    post("event=raw", "\u00c3\u00a9\u00ff"),
                    post(
                            "event=n",
                            "{\"n\":1e400,\"m\":0.10,\"k\":-0,\"l\":123456789012345678901}"),
                    post("event=d", "{\"a\":1,\"b\":{\"c\":1,\"c\":2},\"a\":{\"x\":[]}}"),
                    post("event=f", "{\"_peer_uid\":0,\"_ts\":1,\"_payload\":2,\"x\":3}"),
                    post("event=s", "{\"s\":\"\\u00e9\u00c3\u00a9\\ud83d\\ude00\\n\"}"),
                    post("event=t", "{\"a\":1} x"),
                    post("event=t", " {\"a\":1}\n"),
                    "post /hook HTTP/1.1\r\nHost: x\r\n\r\n",
                    "POST /hook?event=case HTTP/1.1\r\nhOST: x\r\ncONTENT-lENGTH: 2\r\n\r\n{}",
                    "POST /hook?event=1.0 HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}",
                    "POST /hook?event=close HTTP/1.1\r\nConnection: x, Close\r\n"
                            + "Content-Length: 2\r\n\r\n{}",
                    "POST /hook?event=expect HTTP/1.1\r\nExpect: 100-Continue\r\n"
                            + "Content-Length: 2\r\n\r\n{}",
                    "POST /hook?event=old HTTP/1.0\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 2\r\n\r\n{}",
                    chunked("event=c", "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n"),
                    chunked("event=c", "0A\r\n{\"a\":12345\r\n1\r\n}\r\n000\r\n\r\n"),
                    chunked("event=c", "2;name=value\r\n{}\r\n0;x\r\n\r\n"),
                    chunked("event=c", "2 ; n = \"q\\\"; \" ;m\r\n{}\r\n0\r\n\r\n"),
                    chunked("event=c", "2\r\n{}\r\n0\r\nTrailer: x\r\nContent-Length: 9\r\n\r\n"),
                    chunked("event=c", "0\r\n\r\n"),
                    post("event=1", "{}") + post("event=2", "{}") + post("event=3", "{}"),
                    post("event=1", "{}")
                            + chunked("event=2", "2\r\n{}\r\n0\r\n\r\n")
                            + "GET /health HTTP/1.1\r\n\r\n",
                    "\r\n\r\n" + post("event=blank", "{}") + "\r\n" + post("event=blank", "{}"));

    /** What is not quite right, and what is quite wrong. */
    public static final List<String> BROKEN =
            List.of(
                    "",
                    "\r\n",
                    "   ",
                    "x",
                    "GET",
                    "GET\r\n\r\n",
                    "GET /health\r\n\r\n",
                    "GET /health \r\n\r\n",
                    "GET  /health   HTTP/1.1\r\n\r\n",
                    "GET\t/health\tHTTP/1.1\r\n\r\n",
                    " GET /health HTTP/1.1\r\n\r\n",
                    "GET /health HTTP/1.1 \r\n\r\n",
                    "GET /health HTTP/1.1 x\r\n\r\n",
                    "GET /he alth HTTP/1.1\r\n\r\n",
                    "GET /health http/1.1\r\n\r\n",
                    "GET /health HTTP/1.2\r\n\r\n",
                    "GET /health HTTP/2.0\r\n\r\n",
                    "GET /health HTTP/0.9\r\n\r\n",
                    "GET /health HTTP/11\r\n\r\n",
                    "GET /health HTTP/1.10\r\n\r\n",
                    "GET /health ICAP/1.0\r\n\r\n",
                    "G\u0000T /health HTTP/1.1\r\n\r\n",
                    "GE(T /health HTTP/1.1\r\n\r\n",
                    "GET /he\u0000alth HTTP/1.1\r\n\r\n",
                    "GET /he\u007falth HTTP/1.1\r\n\r\n",
                    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    "GET /health HTTP/1.1\nHost: x\n\n",
                    "GET /health HTTP/1.1\r\nHost: x\n\r\n",
                    "GET /health HTTP/1.1\r\nHost\r\n\r\n",
                    "GET /health HTTP/1.1\r\n: x\r\n\r\n",
                    "GET /health HTTP/1.1\r\nHost : x\r\n\r\n",
                    "GET /health HTTP/1.1\r\nHo st: x\r\n\r\n",
                    "GET /health HTTP/1.1\r\nHost: x\u0000y\r\n\r\n",
                    "GET /health HTTP/1.1\r\nHost: \u000bx\r\n\r\n",
                    "GET /health HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
                    "GET /health HTTP/1.1\r\n folded: x\r\n\r\n",
                    "GET /health HTTP/1.1\r\nX:\r\n\ty\r\n\r\n",
                    "GET /health HTTP/1.1\r\nX: \u00e9\r\n\r\n",
                    "GET /health HTTP/1.1\r\nConn\r\nection: close\r\n\r\n",
                    withLength("-1", ""),
                    withLength("+2", "{}"),
                    withLength("0x2", "{}"),
                    withLength("2 ", "{}"),
                    withLength("\t2", "{}"),
                    withLength("", "{}"),
                    withLength("2, 2", "{}"),
                    withLength("1\r\nContent-Length: 2", "{}"),
                    withLength("2\r\nContent-Length: 2", "{}"),
                    withLength("99999999999999999999", "{}"),
                    withLength("10485761", "{}"),
                    withLength("10485760", "{}"),
                    withLength("10485761\r\nExpect: 100-continue", ""),
                    withLength("5", "{}"),
                    withLength("2\r\nExpect: tea", "{}"),
                    withLength("2\r\nExpect: 100-continue, tea", "{}"),
                    withLength("2\r\nExpect: 100-continue\r\nExpect: tea", "{}"),
                    withLength("2\r\nExpect: 100-continue\r\nExpect: 100-continue", "{}"),
                    withLength("2\r\nExpect: ", "{}"),
                    withLength("2\r\nExpect: 100-continue\r\nbad", "{}"),
                    withLength("2\r\nExpect: 100-continue\r\nContent-Length: 2", "{}"),
                    withLength("2\r\nExpect: 100-continue\r\nb(d: x", "{}"),
                    withLength("2\r\nExpect: tea\r\nb(d: x", "{}"),
                    withLength("x\r\nExpect: 100-continue", ""),
                    withLength("x\r\nExpect: tea", ""),
                    withLength("-1\r\nExpect: 100-continue", ""),
                    withLength("\r\nExpect: 100-continue", ""),
                    withLength("99999999999999999999\r\nExpect: 100-continue", ""),
                    withLength("0\r\nExpect: 100-continue", ""),
                    "POST /hook HTTP/1.1\r\nExpect: 100-continue\r\nContent-Le",
                    "POST /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
                    "PUT /hook HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
                    "HEAD /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
                    "GET /health HTTP/1.1\r\nConnection: close\r\n\r\nGARBAGE\r\n\r\n",
                    "GET /health HTTP/1.0\r\n\r\nGARBAGE\r\n\r\n",
                    "GET /health HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
                    "GET /health HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n",
                    "GET /health HTTP/1.1\r\nOrigin: x\r\nSec-WebSocket-Key1: x\r\n"
                            + "Sec-WebSocket-Key2: x\r\n\r\nGET /health HTTP/1.1\r\n\r\n",
                    "\u0000GET /health HTTP/1.1\r\n\r\n",
                    "\r\n GET /health HTTP/1.1\r\n\r\n",
                    "\r\r\nGET /health HTTP/1.1\r\n\r\n",
                    "\n".repeat(Limits.LEADING_LINE_END_BYTES) + "GET /health HTTP/1.1\r\n\r\n",
                    "\n".repeat(Limits.LEADING_LINE_END_BYTES + 1) + "GET /health HTTP/1.1\r\n\r\n",
                    "\n".repeat(100_000) + "GET /health HTTP/1.1\r\n\r\n",
                    "GET /health HTTP/1.0\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\nx",
                    withLength("2\r\nTransfer-Encoding: chunked", "2\r\n{}\r\n0\r\n\r\n"),
                    withLength("2\r\nTransfer-Encoding: gzip", "{}"),
                    "POST /hook HTTP/1.0\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                    "POST /hook HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    coded("gzip", ""),
                    coded("gzip, chunked", "2\r\n{}\r\n0\r\n\r\n"),
                    coded("chunked, gzip", ""),
                    coded("chunked, chunked", "2\r\n{}\r\n0\r\n\r\n"),
                    coded("chunked\r\nTransfer-Encoding: gzip", "2\r\n{}\r\n0\r\n\r\n"),
                    coded("identity", ""),
                    coded("", "2\r\n{}\r\n0\r\n\r\n"),
                    coded("chunked,", "2\r\n{}\r\n0\r\n\r\n"),
                    coded("chunked\r\nTransfer-Encoding: chunked", "2\r\n{}\r\n0\r\n\r\n"),
                    coded("chunked\r\nTransfer-Encoding: identity", "2\r\n{}\r\n0\r\n\r\n"),
                    coded("identity\r\nTransfer-Encoding: chunked", "2\r\n{}\r\n0\r\n\r\n"),
                    coded("Chunked", "2\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "x\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "-2\r\n{}\r\n0\r\n\r\n"),
                    chunked("", " 2\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2 x\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2x\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2\n{}\r\n0\r\n\r\n"),
                    chunked("", "2\r\n{}\n0\r\n\r\n"),
                    chunked("", "2\r\n{}0\r\n\r\n"),
                    chunked("", "1\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2;=\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2;a=\"\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2;a=\u00e9\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "FFFFFFFF\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "80000000\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2\r\n{}\r\n0\r\nno colon\r\n\r\n"),
                    chunked("", "2\r\n{}\r\n0\r\na: b"),
                    chunked("", "2\r\n{}\r\n0\r\nTrailer: \u0001\r\n\r\n"),
                    chunked("", "2\r\n{}\r\n0\r\nContent-Length: \u0001\r\n\r\n"),
                    chunked("", "2\r\n{}\r\n0\r\nTransfer-encoding:\r\n x\u0001\r\n\r\n"),
                    chunked("", "2\r\n{}\r\n0\r\nContent-Length: \u001c9\r\n\r\n"),
                    chunked("", "2\r\n{}\r\n0\r\nOther: \u0001\r\n\r\n"),
                    chunked("", "2;a=;b\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2;a=;\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2;a=;;b=c\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2\u007f\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2\u0000\r\n{}\r\n0\r\n\r\n"),
                    chunked("", "2\r\n{}\r\n"),
                    chunked("", "2\r\n{"),
                    post("event=%", "{}"),
                    post("event=%zz", "{}"),
                    post("event=%c3%28", "{}"),
                    post("event=1", "{}") + "nonsense\r\n\r\n" + post("event=2", "{}"),
                    post("event=1", "{}") + "POST /hook",
                    "GET /" + "x".repeat(Limits.HEADER_BYTES) + " HTTP/1.1\r\n\r\n",
                    "GET /health HTTP/1.1\r\nX: " + "x".repeat(Limits.HEADER_BYTES) + "\r\n\r\n",
                    "GET /health HTTP/1.1\r\n" + "X: y\r\n".repeat(17_000) + "\r\n",
                    "GET /health HTTP/1.1\r\nX: " + "x".repeat(65_000) + "\r\n\r\n");

    /** What mutations put in. */
    private static final List<String> FRAGMENTS =
            List.of(
                    "Content-Length: 2",
                    "Content-Length: 2, 2",
                    "Content-Length: x",
                    "Transfer-Encoding: chunked",
                    "Transfer-Encoding: gzip",
                    "Transfer-Encoding: ",
                    "Connection: close",
                    "Connection: keep-alive",
                    "Expect: 100-continue",
                    "Expect: tea",
                    "Host: y",
                    "Trailer: x",
                    "Upgrade: h2c",
                    "Sec-WebSocket-Key1: x\r\nSec-WebSocket-Key2: y",
                    "A: b",
                    "A:",
                    " folded",
                    "HTTP/1.1",
                    "HTTP/1.0",
                    "GET ",
                    "PUT ",
                    " chunked",
                    "&event=",
                    "0\r\n\r\n",
                    "\r\n",
                    "\r\n\r\n",
                    "#",
                    "?");

    private Requests() {}

    public static String post(String query, String body) {
        int length = body.getBytes(StandardCharsets.ISO_8859_1).length;
        return "POST /hook?%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(query, length, body);
    }

    public static String chunked(String query, String chunks) {
        return "POST /hook?%s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%s"
                .formatted(query, chunks);
    }

    private static String withLength(String length, String body) {
        return "POST /hook HTTP/1.1\r\nContent-Length: " + length + "\r\n\r\n" + body;
    }

    private static String coded(String coding, String body) {
        return "POST /hook HTTP/1.1\r\nTransfer-Encoding: " + coding + "\r\n\r\n" + body;
    }

    /** Well-formed requests, each with a few characters removed, doubled or replaced. */
    public static List<String> mutated(int count, long seed) {
        Random random = new Random(seed);
        List<String> mutated = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder(any(WELL_FORMED, random));
            int changes = 1 + random.nextInt(3);
            for (int j = 0; j < changes; j++) {
                change(text, random);
            }
            mutated.add(text.toString());
        }
        return mutated;
    }

    private static void change(StringBuilder text, Random random) {
        String instead = "\r\n\t :;,=0128aAx\"{}/%\u0000\u000b\u001c\u007f\u0085\u00e9";
        int at = random.nextInt(text.length());
        char c = instead.charAt(random.nextInt(instead.length()));
        switch (random.nextInt(8)) {
            case 0 -> text.deleteCharAt(at);
            case 1 -> text.insert(at, text.charAt(at));
            case 2 -> text.insert(at, c);
            case 3 -> text.setCharAt(at, c);
            case 4 -> text.insert(at, any(FRAGMENTS, random));
            case 5 -> text.insert(afterALine(text, at), any(FRAGMENTS, random) + "\r\n");
            case 6 -> text.delete(at, Math.min(text.length() - 1, at + random.nextInt(20)));
            default -> text.append(any(WELL_FORMED, random));
        }
    }

    private static String any(List<String> texts, Random random) {
        return texts.get(random.nextInt(texts.size()));
    }

    private static int afterALine(StringBuilder text, int from) {
        int end = text.indexOf("\n", from);
        return end < 0 ? text.length() : end + 1;
    }
}
