package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.util.List;

/** The heap is left alone once a server, or a client, runs warm. */
@EnabledOnOs(OS.LINUX)
class AllocationTest {

    @Test
    void servingAndAskingAllocateNothingInSteadyState() throws Exception {
        ChildJvm.Ended child =
                ChildJvm.ended(
                        new ProcessBuilder(
                                ChildJvm.commandOnClassPath(
                                        List.of("--enable-native-access=ALL-UNNAMED"),
                                        "allocate")));
        assertEquals(
                """
                transfers: 0 bytes in 20000 times
                connections: 0 bytes in 5000 times
                TCP connections: 0 bytes in 5000 times
                requests: 0 bytes in 5000 times
                """,
                child.output());
    }
}
