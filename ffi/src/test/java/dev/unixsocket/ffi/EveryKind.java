package dev.unixsocket.ffi;

import org.junit.jupiter.api.DynamicTest;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The three kinds of address, for what is the same over each of them. */
final class EveryKind {

    private EveryKind() {}

    /** One address of each kind. */
    static List<Address> addresses(Path folder) {
        return List.of(
                Address.path(folder.resolve("kind.sock")),
                Connected.freeName(),
                Address.loopback(0));
    }

    /** What a test does with a connection. */
    interface Act {
        void on(Connected connected) throws Exception;
    }

    /** The same behaviour over a path, an abstract name and TCP, leaving no socket behind. */
    static Stream<DynamicTest> test(Path folder, Act act) {
        return addresses(folder).stream()
                .map(
                        address ->
                                DynamicTest.dynamicTest(
                                        address.getClass().getSimpleName(),
                                        () -> actOver(address, act)));
    }

    private static void actOver(Address address, Act act) throws Exception {
        long before = Connected.openSockets();
        try (Connected connected = Connected.over(address)) {
            act.on(connected);
        }
        Connected.assertNoneIsLeft(before, Connected.openSockets());
    }
}
