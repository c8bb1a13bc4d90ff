package dev.unixsocket.uds.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.services.observatory.Event;
import dev.unixsocket.services.observatory.EventFormat;
import dev.unixsocket.services.observatory.Room;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is written of an event. */
class EventFormatTest {

    private static final Instant TIME = Instant.parse("2026-02-09T10:30:00.987Z");
    private static final EventFormat PRETTY_JSON = PrettyJson.format(PrettyFormat.Colours.NONE);
    private static final EventFormat PRETTY_YAML = PrettyYaml.format(PrettyFormat.Colours.NONE);
    private static final List<EventFormat> FORMATS =
            List.of(EventFormat.JSON_LINE, PRETTY_JSON, PRETTY_YAML);

    private static final PeerCredentials PEER = new PeerCredentials(1, 1000, -2);

    private static final String BEGINNING =
            "{\"_ts\":\"2026-02-09T10:30:00+00:00\",\"_event\":\"PreToolUse\","
                    + "\"_peer_pid\":1,\"_peer_uid\":1000,\"_peer_gid\":4294967294";

    @Test
    void theServicesFieldsComeFirstAndThePayloadsInTheirOwnOrder() {
        assertLine(
                ",\"z\":1,\"a\":{\"y\":[],\"b\":null}}", "{\"z\":1, \"a\":{\"y\":[],\"b\":null}}");
    }

    @Test
    void anEmptyBodyHasNoFields() {
        assertLine("}", "");
    }

    @Test
    void whereNobodyVouchesForThePeerItIsLeftOut() {
        Event event = new Event(TIME, "x", Optional.empty(), utf8("{\"_peer_uid\":0}"));
        assertEquals(
                "{\"_ts\":\"2026-02-09T10:30:00+00:00\",\"_event\":\"x\","
                        + "\"_payload\":{\"_peer_uid\":0}}\n",
                text(event, EventFormat.JSON_LINE));
    }

    @Test
    void aProcessThatIsNotSeenHereIsUnknown() {
        PeerCredentials elsewhere = new PeerCredentials(0, 1, 2);
        Event event = new Event(TIME, "x", Optional.of(elsewhere), new byte[0]);
        assertEquals(
                "{\"_ts\":\"2026-02-09T10:30:00+00:00\",\"_event\":\"x\","
                        + "\"_peer_pid\":null,\"_peer_uid\":1,\"_peer_gid\":2}\n",
                text(event, EventFormat.JSON_LINE));
        assertTrue(text(event, PRETTY_YAML).contains("\n_peer_pid: null\n"));
    }

    @Test
    void nothingInAPrettyFormatCommandsATerminal() {
        String hostile = "{\"t\":\"\u007f\u009b2J\u202eabc\u2066\u200b\udb40\udc01\ue000\"}";
        for (PrettyFormat.Colours colours : PrettyFormat.Colours.values()) {
            String json = text(event(hostile), PrettyJson.format(colours));
            assertTrue(
                    json.contains(
                            "\"\\u007f\\u009b2J\\u202eabc\\u2066\\u200b\\udb40\\udc01\\ue000\""),
                    json);
            String yaml = text(event(hostile), PrettyYaml.format(colours));
            assertTrue(yaml.replaceAll("\u001b\\[\\d+m", "").chars().allMatch(c -> c < 0x7F), yaml);
            assertTrue(yaml.contains("u202eabc") && yaml.contains("000e0001"), yaml);
        }
    }

    @Test
    void whatIsNotAJsonObjectIsKeptAsText() {
        assertLine(",\"_raw\":\"no json\"}", "no json");
        assertLine(",\"_raw\":\"[1]\"}", "[1]");
        assertLine(",\"_raw\":\"{\\\"a\\\":1} {}\"}", "{\"a\":1} {}");
        assertLine(",\"_raw\":\"{\\\"a\\\":1\"}", "{\"a\":1");
        assertLine(",\"_raw\":\"{'a':1}\"}", "{'a':1}");
        assertLine(",\"_raw\":\" \"}", " ");
        assertLine(",\"_raw\":\"{\\\"a\\\":NaN}\"}", "{\"a\":NaN}");
    }

    @Test
    void whatIsNotUtf8IsKeptAsTextWithReplacements() {
        byte[] body = {'{', '"', (byte) 0xFF, '"', ':', '1', '}'};
        Event event = new Event(TIME, "PreToolUse", Optional.of(PEER), body);
        assertEquals(
                BEGINNING + ",\"_raw\":\"{\\\"\\ufffd\\\":1}\"}\n",
                text(event, EventFormat.JSON_LINE));
    }

    @Test
    void jsonMayComeWithAMarkAndInWiderEncodings() {
        String json = "{\"a\":\"\u00e9\"}";
        for (Charset charset :
                List.of(
                        StandardCharsets.UTF_8,
                        StandardCharsets.UTF_16BE,
                        StandardCharsets.UTF_16LE,
                        StandardCharsets.UTF_32BE,
                        StandardCharsets.UTF_32LE)) {
            for (String text : List.of(json, "\ufeff" + json)) {
                Event event = new Event(TIME, "x", Optional.empty(), text.getBytes(charset));
                assertEquals("\u00e9", event.fields().get("a"), charset.name());
            }
        }
        Event digit = new Event(TIME, "x", Optional.empty(), utf8("1"));
        assertEquals("1", digit.fields().get("_raw"));
    }

    @Test
    void numbersComeOutAsTheyCameIn() {
        String numbers =
                "[1e400,0.10,-0,-0.0,1E+2,123456789012345678901234567890.000,"
                        + "9".repeat(5_000)
                        + "]";
        assertLine(",\"n\":" + numbers + "}", "{\"n\":" + numbers + "}");
    }

    @Test
    void textOutsideAsciiIsEscapedSoThatALineIsOneLineForEveryReader() {
        assertLine(
                ",\"\\u00e9\":\"\\u2028\\u0085\\ud83d\\ude00\\n\\u001b\"}",
                "{\"é\":\"\u2028\u0085\uD83D\uDE00\\n\\u001b\"}");
        assertLine(",\"half\":\"\\ud800\"}", "{\"half\":\"\\ud800\"}");
    }

    @Test
    void aPayloadCannotSetWhatTheKernelVouchesFor() {
        assertLine(
                ",\"a\":1,\"_payload\":{\"_peer_uid\":0,\"_ts\":{\"_ts\":1},\"_peer_pid\":[2]}}",
                "{\"_peer_uid\":0,\"a\":1,\"_ts\":{\"_ts\":1},\"_peer\\u005fpid\":[2]}");
        assertLine(",\"_payload\":{\"_payload\":{\"_event\":1}}}", "{\"_payload\":{\"_event\":1}}");
        assertLine(",\"x\":{\"_peer_uid\":0}}", "{\"x\":{\"_peer_uid\":0}}");
    }

    @Test
    void ofFieldsWithTheSameNameTheLastIsKept() {
        assertLine(",\"b\":2,\"a\":3}", "{\"a\":1,\"b\":2,\"a\":3}");
        assertLine(
                ",\"a\":{\"x\":2,\"y\":{}}}", "{\"a\":{\"x\":1},\"a\":{\"x\":1,\"x\":2,\"y\":{}}}");
        assertLine(",\"l\":[{\"a\":2},{\"a\":3}]}", "{\"l\":[{\"a\":1,\"a\":2},{\"a\":3}]}");
        assertLine(",\"_payload\":{\"_ts\":2}}", "{\"_ts\":{\"a\":1,\"a\":2},\"_ts\":1,\"_ts\":2}");
    }

    @Test
    void aThousandLevelsAreJsonAndMoreAreText() {
        String deep = "{\"a\":" + "[".repeat(999) + "]".repeat(999) + "}";
        assertLine("," + deep.substring(1), deep);
        String displaced = deep.replace("\"a\"", "\"_ts\"");
        assertLine(",\"_payload\":" + displaced + "}", displaced);
        String deeper = "{\"a\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}";
        assertEquals(deeper, event(deeper).fields().get("_raw"));
        String deepest = "{\"a\":" + "[".repeat(10_000_000);
        assertEquals(deepest, event(deepest).fields().get("_raw"));
        for (EventFormat format : FORMATS) {
            assertTrue(text(event(deep), format).length() > deep.length());
        }
    }

    @Test
    void twoMillionValuesAreJsonAndMoreAreText() {
        String most = "{\"a\":[" + "1,".repeat(1_999_998) + "1]}"; // with the array itself
        assertFalse(event(most).fields().containsKey("_raw"));
        String more = most.replace("1]", "1,1]");
        assertEquals(more, event(more).fields().get("_raw"));
    }

    @Test
    void whatWouldGrowTooLargePrettilyIsALine() {
        String wide =
                "{\"a\":" + "[".repeat(900) + "1,".repeat(1_000_000) + "1" + "]".repeat(900) + "}";
        String line = text(event(wide), EventFormat.JSON_LINE);
        assertEquals(line, text(event(wide), PRETTY_JSON));
        assertEquals(line, text(event(wide), PRETTY_YAML));
    }

    @Test
    void prettyJsonHasAFieldALine() {
        assertEquals(
                """
                {
                  "_ts": "2026-02-09T10:30:00+00:00",
                  "_event": "PreToolUse",
                  "_peer_pid": 1,
                  "_peer_uid": 1000,
                  "_peer_gid": 4294967294,
                  "a": [
                    1.50,
                    {
                      "b": null
                    }
                  ],
                  "c": {},
                  "d": []
                }
                """,
                text(event("{\"a\":[1.50,{\"b\":null}],\"c\":{},\"d\":[]}"), PRETTY_JSON));
    }

    @Test
    void prettyYamlIsADocumentWithBlockScalars() {
        assertEquals(
                """
                ---
                _ts: '2026-02-09T10:30:00+00:00'
                _event: PreToolUse
                _peer_pid: 1
                _peer_uid: 1000
                _peer_gid: 4294967294
                a:
                - 1.50
                - b: null
                script: |
                  first
                    second
                end: |-
                  x
                  y
                yes: 'no'
                number: '12'
                'é': "\\e[0m"
                code: "if x:\\n\\treturn\\n"
                c: {}
                d: []
                """
                        .replace("\nyes:", "\n'yes':"),
                text(
                        event(
                                "{\"a\":[1.50,{\"b\":null}],\"script\":\"first\\n"
                                    + "  second\\n"
                                    + "\",\"end\":\"x\\n"
                                    + "y\",\"yes\":\"no\",\"number\":\"12\",\"é\":\"\\u001b[0m\",\"code\":\"if"
                                    + " x:\\n"
                                    + "\\treturn\\n"
                                    + "\",\"c\":{},\"d\":[]}"),
                        PRETTY_YAML));
    }

    @Test
    void coloursAreAllThatATerminalGetsMore() {
        String payload =
                "{\"a\":[1.50,{\"b\":null},true,\"x\",[]],\"s\":\"1\\n"
                        + "2\\n"
                        + "\",\"\uD83D\uDE00\":{},\"c\":-1}";
        Event event = event(payload);
        Map<EventFormat, EventFormat> coloured =
                Map.of(
                        PRETTY_JSON, PrettyJson.format(PrettyFormat.Colours.ANSI),
                        PRETTY_YAML, PrettyYaml.format(PrettyFormat.Colours.ANSI));
        coloured.forEach(
                (plain, ansi) -> {
                    String text = text(event, ansi);
                    assertTrue(text.contains(Ansi.NUMBER), text);
                    assertEquals(text(event, plain), text.replaceAll("\u001b\\[\\d+m", ""));
                });
    }

    @Property(tries = 300)
    void prettyFormatsSayTheSameAsTheLine(@ForAll("payloads") String payload) throws IOException {
        Event event = event(payload);
        Object line = readJson(text(event, EventFormat.JSON_LINE));
        assertEquals(line, readJson(text(event, PRETTY_JSON)));
        Object yaml =
                new Load(LoadSettings.builder().build()).loadFromString(text(event, PRETTY_YAML));
        assertEquals(String.valueOf(line), String.valueOf(yaml));
    }

    @Provide
    Arbitrary<String> payloads() {
        Arbitrary<String> text =
                Arbitraries.strings()
                        .withChars(" \t\n:#-'\"{}[],&*!|>%@`\\abcyn019~_=?.")
                        .withChars('\u0000', '\u0085', '\u2028', '\u00e9', '\ufeff')
                        .ofMaxLength(12)
                        .map(
                                s ->
                                        '"'
                                                + new String(
                                                        com.fasterxml.jackson.core.io
                                                                .JsonStringEncoder.getInstance()
                                                                .quoteAsString(s))
                                                + '"');
        Arbitrary<String> scalar =
                Arbitraries.oneOf(text, Arbitraries.of("1", "-7", "true", "false", "null", "{}"));
        Arbitrary<String> list =
                scalar.list().ofMaxSize(3).map(l -> "[" + String.join(",", l) + "]");
        Arbitrary<String> value = Arbitraries.oneOf(scalar, list);
        return Arbitraries.maps(text, value)
                .ofMaxSize(5)
                .map(
                        fields ->
                                fields.entrySet().stream()
                                        .map(e -> e.getKey() + ":" + e.getValue())
                                        .reduce((a, b) -> a + "," + b)
                                        .orElse(""))
                .map(fields -> "{" + fields + "}");
    }

    /** Reads JSON into lists, maps, texts, numbers, booleans and nulls. */
    private static Object readJson(String json) throws IOException {
        JsonFactory factory =
                JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder().build())
                        .build();
        try (JsonParser parser = factory.createParser(json)) {
            parser.nextToken();
            return read(parser);
        }
    }

    private static Object read(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    fields.put(name, read(parser));
                }
                yield fields;
            }
            case START_ARRAY -> {
                List<Object> items = new java.util.ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(parser));
                }
                yield items;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> "null";
            default -> parser.getLongValue();
        };
    }

    private static void assertLine(String end, String body) {
        assertEquals(BEGINNING + end + "\n", text(event(body), EventFormat.JSON_LINE));
    }

    private static Event event(String body) {
        return new Event(TIME, "PreToolUse", Optional.of(PEER), utf8(body));
    }

    private static String text(Event event, EventFormat format) {
        return new String(format.format(event, Room.unlimited()), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
