package dev.unixsocket.uds.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.SocketProbe;
import dev.unixsocket.services.discovery.DiscoveredSocket;
import dev.unixsocket.services.discovery.SocketMetadata;
import dev.unixsocket.services.discovery.SocketState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of {@code uds ls}. */
class SocketTableTest {

    private static String line(String command, Map<String, Object> metadata) {
        DiscoveredSocket socket =
                new DiscoveredSocket(
                        Optional.empty(),
                        Path.of("/s"),
                        SocketState.LISTENING,
                        SocketProbe.Type.STREAM,
                        0600,
                        0,
                        "root",
                        Optional.of(1),
                        Optional.of(command),
                        new SocketMetadata(metadata, List.of()));
        return SocketTable.lines(List.of(socket), false).get(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/usr/bin/nginx -g x|nginx -g x",
                "/r/bin/java -a=b -Duds.launcher=/o p/bin/uds --module dev.unixsocket.uds/a.B"
                        + " ipc serve --socket /x|uds ipc serve --socket /x",
                "java -Duds.launcher=/bin/weave-compute -Xmx1g -XX:AOTCache=/l/u --module"
                        + " dev.unixsocket.uds/a.B|weave-compute",
                "java -Duds.launcher=/bin/uds --module-path /l --module dev.unixsocket.uds/a.B"
                        + " ls --module x|uds ls --module x",
                "java --module dev.unixsocket.uds/a.B|java --module dev.unixsocket.uds/a.B",
                "/bin/0123456789012345678901234567890123456789 123456789|"
                        + "0123456789012345678901234567890123456789 123456…"
            })
    void aCommandIsWhatTheUserStarted(String commandLine, String shown) {
        assertEquals(
                "/s    listening  stream  0600  root   1    " + shown, line(commandLine, Map.of()));
    }

    @Test
    void anEmptyListOfManyMachinesHasTheColumnForThem() {
        String heading = "PATH  STATE  TYPE  MODE  OWNER  PID  COMMAND  METADATA";
        assertEquals(List.of(heading), SocketTable.lines(List.of(), false));
        assertEquals(List.of("HOST  " + heading), SocketTable.lines(List.of(), true));
    }

    @Test
    void metadataIsCutAndNotInTheMiddleOfACharacter() {
        String line = line("c", Map.of("a", "😀".repeat(60_000)));
        assertTrue(line.endsWith("  a=" + "😀".repeat(117) + "…"), line);
    }
}
