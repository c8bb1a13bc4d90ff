package dev.unixsocket.uds.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventSettings;
import dev.unixsocket.services.events.Transport;
import dev.unixsocket.services.server.SlowPolicy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;

/** The settings: environment over file over default. */
class EventSettingsTest {

    @TempDir Path directory;

    private EventSettings load(String toml, Map<String, String> environment) throws IOException {
        return SettingsReader.read(
                Files.writeString(directory.resolve("settings.toml"), toml), environment);
    }

    @Test
    void theDefaultsAreThoseOfTheProtocol() {
        EventSettings settings = EventSettings.defaults();
        assertEquals(Path.of("/tmp/sockets"), settings.socketDir());
        assertEquals(0600, settings.socketPermissions());
        assertEquals(100, settings.messageQueueSize());
        assertEquals(10, settings.maxConnections(Transport.UNIX));
        assertEquals(10, settings.maxConnections(Transport.TCP));
        assertEquals(9000, settings.portRangeStart());
        assertEquals(9100, settings.portRangeEnd());
        assertEquals(Duration.ofSeconds(1), settings.reconnectDelay());
        assertEquals(SlowPolicy.DROP_OLDEST, settings.slowSubscriber());
        assertTrue(settings.allowClientSend());
    }

    @Test
    void aFileMayHaveAllKeysOfTheOriginal() throws IOException {
        EventSettings settings =
                load(
                        """
                        [socket]
                        socket_dir = "/run/events"
                        default_timeout = 2.5
                        buffer_size = 64
                        timezone = "Europe/Berlin"
                        message_queue_size = 7
                        blocking_mode = true
                        allow_client_send = false

                        [socket.unix]
                        max_connections = 3
                        socket_permissions = "0660"
                        auto_remove_socket = false

                        [socket.tcp]
                        host = "127.0.0.1"
                        port_range_start = 9200
                        port_range_end = 9300
                        max_connections = 4
                        """,
                        Map.of());
        assertEquals(Path.of("/run/events"), settings.socketDir());
        assertEquals(Duration.ofMillis(2500), settings.defaultTimeout());
        assertEquals(64, settings.bufferSize());
        assertEquals(ZoneId.of("Europe/Berlin"), settings.timezone());
        assertEquals(7, settings.messageQueueSize());
        assertTrue(settings.blockingMode());
        assertFalse(settings.allowClientSend());
        assertEquals(3, settings.maxConnections(Transport.UNIX));
        assertEquals(0660, settings.socketPermissions());
        assertFalse(settings.autoRemoveSocket());
        assertEquals(9200, settings.portRangeStart());
        assertEquals(9300, settings.portRangeEnd());
        assertEquals(4, settings.maxConnections(Transport.TCP));
    }

    @Test
    void theEnvironmentOverridesTheFile() throws IOException {
        EventSettings settings =
                load(
                        "[socket.unix]\nmax_connections = 3\n",
                        Map.of(
                                "UDS_SOCKET__UNIX__MAX_CONNECTIONS", "20",
                                "UDS_SOCKET__SOCKET_DIR", "/run/x",
                                "HOME", "/root"));
        assertEquals(20, settings.maxConnections(Transport.UNIX));
        assertEquals(Path.of("/run/x"), settings.socketDir());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_conections = 3 | unknown key socket.unix.max_conections, expected one of",
                "max_connections = 0 | must be a number from 1 to 1000000, not 0",
                "max_connections = \"3\" | must be a number from 1 to 1000000, not \"3\"",
                "max_connections = many | Unexpected 'm', expected",
                "socket_permissions = 600 | must be an octal mode in quotes, such as \"0600\"",
                "socket_permissions = \"rw\" | must be an octal mode in quotes",
                "auto_remove_socket = 1 | must be true or false, not 1"
            })
    void whatIsWrongInAFileIsNamedWithItsLine(String line, String reason) {
        EventException refusal =
                assertThrows(
                        EventException.ValidationFailed.class,
                        () -> load("# sockets\n[socket.unix]\n" + line + "\n", Map.of()));
        assertTrue(refusal.getMessage().contains("settings.toml, line 3: "), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UDS_SOCKET__UNIX__MAX | unknown key socket.unix.max,",
                "UDS_SOCKET__TCP__PORT_RANGE_START | must be a port from 1024 to 65535, not x",
                "UDS_SOCKET__TIMEZONE | must be a time zone",
                "UDS_SOCKET__TCP__HOST | must be 127.0.0.1"
            })
    void whatIsWrongInTheEnvironmentIsNamed(String variable, String reason) {
        EventException refusal =
                assertThrows(
                        EventException.ValidationFailed.class,
                        () -> load("", Map.of(variable, "x")));
        assertTrue(
                refusal.getMessage().startsWith("the variable " + variable + ": "),
                refusal.getMessage());
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        EventException refusal =
                assertThrows(
                        EventException.ValidationFailed.class,
                        () -> SettingsReader.read(directory.resolve("none.toml"), Map.of()));
        assertTrue(refusal.getMessage().contains("none.toml"), refusal.getMessage());
    }

    @Test
    void whatIsNoFileIsNamedInAUsersWords() {
        EventException refusal =
                assertThrows(
                        EventException.ValidationFailed.class,
                        () -> SettingsReader.read(directory, Map.of()));
        assertEquals("cannot read " + directory + ": Is a directory", refusal.getMessage());
    }

    @Test
    void aFileThatIsNotUtf8IsNamed() throws IOException {
        Path file = Files.write(directory.resolve("odd.toml"), new byte[] {(byte) 0xFF, 0x0A});
        EventException refusal =
                assertThrows(
                        EventException.ValidationFailed.class,
                        () -> SettingsReader.read(file, Map.of()));
        assertTrue(refusal.getMessage().endsWith("odd.toml is not UTF-8"), refusal.getMessage());
    }

    @Test
    void aRangeOfPortsThatIsEmptyIsRefusedWhereItIsSaid() {
        assertRefused(
                "settings.toml, line 2: socket.tcp.port_range_start is 9101, above",
                "[socket.tcp]\nport_range_start = 9101\n",
                Map.of());
        assertRefused(
                "the variable UDS_SOCKET__TCP__PORT_RANGE_END: socket.tcp.port_range_start is 9000",
                "",
                Map.of("UDS_SOCKET__TCP__PORT_RANGE_END", "8999"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[socket]                   | socket_dir = \"\" | line 2: socket.socket_dir must"
                        + " be",
                "[socket.sctp]              | # nothing         | line 1: unknown key socket.sctp",
                "[sockets]                  | # nothing         | line 1: unknown key sockets",
                "[[socket]]                 | # nothing         | line 1: unknown key socket",
                "[socket]                   | unix = 5          | line 2: unknown key socket.unix",
                "[socket]                   | default_timeout=0 | number of seconds, 0.001 to 86400"
            })
    void whatIsNoTableOrValueIsRefused(String first, String second, String reason) {
        assertRefused(reason, first + "\n" + second + "\n", Map.of());
    }

    private void assertRefused(String reason, String file, Map<String, String> environment) {
        EventException refusal =
                assertThrows(EventException.ValidationFailed.class, () -> load(file, environment));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    @Test
    void theFileBelowTheConfigurationDirectoryIsTakenIfItCanBeTrusted() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("panama-unixsocket"));
        Map<String, String> environment = Map.of("XDG_CONFIG_HOME", directory.toString());
        Path byDefault = EventSettings.defaults().socketDir();
        assertEquals(byDefault, SettingsReader.read(environment).socketDir());
        Path file = folder.resolve("settings.toml");
        Files.writeString(file, "[socket]\nsocket_dir = \"/elsewhere\"\n");
        assertEquals(Path.of("/elsewhere"), SettingsReader.read(environment).socketDir());
        assertEquals(byDefault, SettingsReader.read(Map.of()).socketDir());
        Files.delete(file);
        Files.createSymbolicLink(file, directory.resolve("other.toml"));
        EventException refusal =
                assertThrows(
                        EventException.ValidationFailed.class,
                        () -> SettingsReader.read(environment));
        assertEquals(file + " is not read: it is a symbolic link", refusal.getMessage());
    }
}
