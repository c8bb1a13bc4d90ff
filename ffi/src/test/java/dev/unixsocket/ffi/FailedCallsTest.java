package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.PATIENCE;
import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a connection that cannot be made, or is gone, says. */
@EnabledOnOs(OS.LINUX)
class FailedCallsTest {

    @TempDir Path folder;

    static SyscallException failure(String call, Errno errno, Executable act) {
        SyscallException failure = assertThrows(SyscallException.class, act);
        assertEquals(call, failure.call());
        assertEquals(errno, failure.errno());
        String reason = failure.timedOut() ? "timed out" : errno.description();
        assertEquals(
                "%s: %s (%s): %s".formatted(call, reason, errno.name(), failure.subject()),
                failure.getMessage());
        return failure;
    }

    @Test
    void connectingWhereNoFileIsSaysSoAndNamesThePath() throws IOException {
        long before = Connected.openSockets();
        Address address = Address.path(folder.resolve("nobody.sock"));
        SyscallException failure =
                failure("connect", Errno.ENOENT, () -> StreamSocket.connect(address, PATIENCE));
        assertEquals(folder + "/nobody.sock", failure.subject());
        assertFalse(failure.timedOut());
        Connected.assertNoneIsLeft(before, Connected.openSockets());
    }

    @Test
    void connectingToAFileThatNobodyListensOnIsRefused() throws IOException {
        long before = Connected.openSockets();
        Address address = Address.path(folder.resolve("stale.sock"));
        StreamListener.bind(address).close();
        failure("connect", Errno.ECONNREFUSED, () -> StreamSocket.connect(address, PATIENCE));
        Connected.assertNoneIsLeft(before, Connected.openSockets());
    }

    @Test
    void connectingToAListenerThatDoesNotListenYetIsRefused() throws IOException {
        try (StreamListener listener = StreamListener.bind(Connected.freeName())) {
            failure(
                    "connect",
                    Errno.ECONNREFUSED,
                    () -> StreamSocket.connect(listener.address(), PATIENCE));
            failure("accept", Errno.EINVAL, listener::accept);
        }
    }

    @Test
    void connectingToAPortThatNobodyListensOnIsRefused() throws IOException {
        StreamListener listener = StreamListener.bind(Address.loopback(0));
        listener.close();
        failure(
                "connect",
                Errno.ECONNREFUSED,
                () -> StreamSocket.connect(listener.address(), PATIENCE));
    }

    @Test
    void bindingWhatIsTakenSaysSoAndLeavesItsOwnerAlone() throws IOException {
        for (Address address : EveryKind.addresses(folder)) {
            try (Connected taken = Connected.over(address)) {
                long before = Connected.openSockets();
                failure(
                        "bind",
                        Errno.EADDRINUSE,
                        () -> StreamListener.bind(taken.listener().address()));
                Connected.assertNoneIsLeft(before, Connected.openSockets());
                send(taken.client(), "unharmed");
                assertEquals("unharmed", receive(taken.server()));
            }
        }
    }

    @Test
    void aPortCanBeBoundAgainWhileItsOldConnectionsLinger() throws IOException {
        Address address;
        try (Connected connected = Connected.over(Address.loopback(0))) {
            address = connected.listener().address();
            connected.server().close(); // the end that closes first lingers
        }
        StreamListener.bind(address).close();
    }

    @Test
    void bindingInADirectoryThatIsMissingNamesThePath() {
        Address address = Address.path(folder.resolve("missing/x.sock"));
        SyscallException failure =
                failure("bind", Errno.ENOENT, () -> StreamListener.bind(address));
        assertEquals(folder + "/missing/x.sock", failure.subject());
    }

    @Test
    void writingToAPeerThatIsGoneIsABrokenPipe() throws IOException {
        for (Address address : List.of(Connected.freeName(), Address.loopback(0))) {
            try (Connected connected = Connected.over(address)) {
                connected.client().close();
                // TCP learns only from the answer to the first write that the peer is gone.
                SyscallException failure =
                        assertThrows(
                                SyscallException.class,
                                () -> {
                                    while (true) {
                                        send(connected.server(), "anybody?");
                                    }
                                });
                assertTrue(
                        List.of(Errno.EPIPE, Errno.ECONNRESET).contains(failure.errno()),
                        failure.getMessage());
                failure("write", Errno.EPIPE, () -> send(connected.server(), "nobody"));
            }
        }
    }

    /** With -Xrs Java leaves some signals alone; SIGPIPE is not one of them. */
    @ParameterizedTest
    @ValueSource(strings = {"-Xrs", "-Xint"})
    void aBrokenPipeDoesNotEndAProcess(String option) throws Exception {
        ChildJvm.Ended child = ChildJvm.run(List.of(option), "write-to-nobody");
        assertEquals("write: Broken pipe (EPIPE)\n", child.output());
        assertEquals(0, child.status());
    }

    @Test
    void norOneThatHasSetTheSignalToItsDefault() throws Exception {
        ChildJvm.Ended child = ChildJvm.run(List.of(), "write-to-nobody-by-default");
        assertEquals("write: Broken pipe (EPIPE)\n".repeat(2), child.output());
        assertEquals(0, child.status());
    }

    @Test
    void thePeersOfConnectionsThatWereNeverAcceptedReadAReset() throws IOException {
        StreamListener listener = StreamListener.bind(Connected.freeName()).listen(5);
        try (StreamSocket waiting = StreamSocket.connect(listener.address(), PATIENCE)) {
            listener.close();
            failure("read", Errno.ECONNRESET, () -> receive(waiting));
        }
    }

    @Test
    void withoutADescriptorLeftAcceptSaysSoAndTheListenerLivesOn() throws Exception {
        ChildJvm.Ended child =
                ChildJvm.runAfter("ulimit -n 64", List.of("-XX:-MaxFDLimit"), "run-out-of-fds");
        assertEquals("socket: Too many open files (EMFILE)\nthen served\n", child.output());
        assertEquals(0, child.status());
    }
}
