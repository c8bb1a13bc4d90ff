package dev.unixsocket.services.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.ffi.SocketProbe;
import dev.unixsocket.services.wire.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What becomes of metadata in a list of services. */
class ServiceListTest {

    private static String render(
            ServiceList.Format format, SocketProbe.Type type, String metadata) {
        DiscoveredSocket socket =
                new DiscoveredSocket(
                        Optional.empty(),
                        Path.of("/s"),
                        SocketState.LISTENING,
                        type,
                        0600,
                        -2,
                        "me",
                        type == SocketProbe.Type.STREAM ? Optional.of(7) : Optional.empty(),
                        Optional.empty(),
                        new SocketMetadata(Json.object(metadata), List.of()));
        return ServiceList.render(List.of(socket), format);
    }

    private static String labels(String metadata) {
        String list = render(ServiceList.Format.PROMETHEUS, SocketProbe.Type.STREAM, metadata);
        return list.replaceFirst("(?s).*\"labels\":(.*)}.*", "$1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|{\"socket\":\"s\",\"type\":\"stream\"}",
                "{\"a\":1,\"b\":true,\"c\":null}"
                        + "|{\"a\":\"1\",\"b\":\"true\",\"socket\":\"s\",\"type\":\"stream\"}",
                "{\"socket\":\"x\",\"type\":\"y\"}"
                    + "|{\"socket\":\"s\",\"socket_2\":\"x\",\"type\":\"stream\",\"type_2\":\"y\"}",
                "{\"a.b\":1,\"a-b\":2,\"a_b\":3}|{\"a_b\":\"1\",\"a_b_2\":\"2\",\"a_b_3\":\"3\","
                        + "\"socket\":\"s\",\"type\":\"stream\"}",
                "{\"l\":[\"x\",1,null,{\"z\":1},[2]]}|{\"l\":\",x,1,null,{\\\"z\\\":1},[2],\","
                        + "\"socket\":\"s\",\"type\":\"stream\"}"
            })
    void metadataBecomesLabelsAndTakesNoOthersPlace(String metadata, String labels) {
        assertEquals(labels, labels(metadata));
    }

    @Test
    void jsonHasWhatTheKernelKnows() {
        assertEquals(
                "[\n  {\"path\":\"/s\",\"type\":\"stream\",\"mode\":\"0600\",\"uid\":4294967294,"
                        + "\"owner\":\"me\",\"pid\":7,\"metadata\":{\"a\":1}}\n]\n",
                render(ServiceList.Format.JSON, SocketProbe.Type.STREAM, "{\"a\":1}"));
        assertEquals(
                "[\n  {\"path\":\"/s\",\"type\":\"datagram\",\"mode\":\"0600\",\"uid\":4294967294,"
                        + "\"owner\":\"me\",\"pid\":null,\"metadata\":{}}\n]\n",
                render(ServiceList.Format.JSON, SocketProbe.Type.DATAGRAM, "{}"));
    }
}
