package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.List;

/** What a user sees who forgot the flag. */
class NativeAccessTest {

    private static final List<String> DENY = List.of("--illegal-native-access=deny");

    private static void assertSaysWhatHelps(String remedy, List<String> command) throws Exception {
        ChildJvm.Ended child = ChildJvm.ended(new ProcessBuilder(command));
        assertEquals(1, child.status());
        String sentence =
                "java.lang.UnsatisfiedLinkError: dev.unixsocket.ffi was denied native access and"
                        + " cannot make system calls: "
                        + remedy
                        + "\n";
        assertTrue(child.output().contains(sentence), child.output());
        assertFalse(child.output().contains("ExceptionInInitializerError"), child.output());
    }

    @Test
    void aModuleIsToldItsOwnName() throws Exception {
        assertSaysWhatHelps(
                "start Java with --enable-native-access=dev.unixsocket.ffi",
                ChildJvm.commandWithoutAccess(DENY, "make-address", "/a"));
    }

    @Test
    void onTheClassPathTheFlagIsForAllThatIsThere() throws Exception {
        assertSaysWhatHelps(
                "start Java with --enable-native-access=ALL-UNNAMED",
                ChildJvm.commandOnClassPath(DENY, "make-address", "/a"));
    }

    @Test
    void withTheFlagNothingIsSaid() throws Exception {
        ChildJvm.Ended child =
                ChildJvm.ended(new ProcessBuilder(ChildJvm.command(DENY, "make-address", "/a")));
        assertEquals("2\n", child.output());
    }

    /** No option reaches it there, not even the one for its name. */
    @Test
    void inAModuleLayerWhoeverMadeTheLayerIsToldWhatToCall() throws Exception {
        List<String> options =
                List.of(DENY.getFirst(), "--enable-native-access=ALL-UNNAMED,dev.unixsocket.ffi");
        assertSaysWhatHelps(
                "the code that made its module layer must call"
                        + " ModuleLayer.Controller.enableNativeAccess for module"
                        + " dev.unixsocket.ffi",
                ChildJvm.commandOnClassPath(options, "in-layer", "/a"));
    }

    @Test
    void inAModuleLayerThatCallIsEnough() throws Exception {
        List<String> options = List.of(DENY.getFirst(), "--enable-native-access=ALL-UNNAMED");
        ChildJvm.Ended child =
                ChildJvm.ended(
                        new ProcessBuilder(
                                ChildJvm.commandOnClassPath(
                                        options, "in-layer-with-access", "/a")));
        assertEquals("/a\n", child.output());
    }
}
