package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.util.List;

/** The heap is left alone once a server, or a client, runs warm. */
@EnabledOnOs(OS.LINUX)
class AllocationTest {

    private static final String NOTHING =
            """
            transfers: 0 bytes in 20000 times
            other shapes: 0 bytes in 5000 times
            other shapes: 0 bytes in 5000 times
            connections: 0 bytes in 5000 times
            TCP connections: 0 bytes in 5000 times
            requests: 0 bytes in 5000 times
            requests that spin: 0 bytes in 5000 times
            requests that adapt: 0 bytes in 5000 times
            requests that park: 0 bytes in 5000 times
            shared memory: 0 bytes in 5000 times
            shared memory that spins: 0 bytes in 5000 times
            shared memory that adapts: 0 bytes in 5000 times
            shared memory that parks: 0 bytes in 5000 times
            """;

    private static final String NOTHING_FOR_MESSAGES =
            """
            messages: 0 bytes in 5000 times
            descriptors: 0 bytes in 5000 times
            datagrams: 0 bytes in 5000 times
            replies: 0 bytes in 5000 times
            messages: 0 bytes in 5000 times
            descriptors: 0 bytes in 5000 times
            datagrams: 0 bytes in 5000 times
            replies: 0 bytes in 5000 times
            """;

    /**
     * What the compiler inlines depends on how its threads and the program happen to overlap: about
     * one JVM in a dozen, on a busy machine, keeps a segment of 40 bytes for each request. So there
     * is more than one try, each with a JVM of its own.
     */
    private static final int TRIES = 5;

    @Test
    void servingAndAskingAllocateNothingInSteadyState() throws Exception {
        assertPrints(NOTHING, "allocate");
    }

    @Test
    void messagesAndWhatComesWithThemAllocateNothingInSteadyState() throws Exception {
        assertPrints(NOTHING_FOR_MESSAGES, "allocate-messages");
    }

    private static void assertPrints(String expected, String measurement) throws Exception {
        String output = "";
        for (int i = 0; i < TRIES && !output.equals(expected); i++) {
            output = measure(measurement);
        }
        assertEquals(expected, output);
    }

    private static String measure(String measurement) throws Exception {
        return ChildJvm.ended(
                        new ProcessBuilder(
                                ChildJvm.commandOnClassPath(
                                        List.of("--enable-native-access=ALL-UNNAMED"),
                                        measurement)))
                .output();
    }
}
