package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.SocketFileTest.exists;
import static dev.unixsocket.ffi.SocketFileTest.permissions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Socket files of services that are not bound to the calls of a C original. */
@EnabledOnOs(OS.LINUX)
class CreatedSocketFileTest {

    private static final int GROUP = 60001;

    @TempDir Path folder;

    private Path path() {
        return folder.resolve("a.sock");
    }

    private SocketFile create(FileAccess access) throws IOException {
        return SocketFile.create(path(), access, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0600, 0660, 0666, 0777})
    void theModeIsTheOneAskedForWhateverTheUmask(int mode) throws IOException {
        try (SocketFile file = create(FileAccess.of(mode))) {
            assertEquals(mode, permissions(file.path()));
        }
        assertFalse(exists(path()));
    }

    @Test
    void theGroupIsTheOneAskedFor() throws IOException {
        assumeTrue(Syscalls.getuid() == 0, "only root is in every group");
        try (SocketFile file = create(new FileAccess(0660, OptionalInt.of(GROUP)))) {
            assertEquals(GROUP, Files.getAttribute(file.path(), "unix:gid"));
            assertEquals(0660, permissions(file.path()));
        }
    }

    @Test
    void bindMakesTheFileWithTheModeOfTheDescriptor() throws IOException {
        try (StreamListener listener = StreamListener.bind(Address.path(path()), 0600)) {
            assertEquals(0600, permissions(path()));
            assertTrue(listener.isOpen());
        }
    }

    @Test
    void aStaleFileIsReplaced() throws IOException {
        StreamListener.bind(Address.path(path())).listen(5).close();
        try (SocketFile file = create(FileAccess.of(0600))) {
            StreamSocket.connect(Address.path(file.path()), Connected.PATIENCE).close();
        }
    }

    @Test
    void aSocketThatIsBoundAndDoesNotListenYetIsNotTakenForAStaleOne() throws IOException {
        try (StreamListener starting = StreamListener.bind(Address.path(path()))) {
            assertThrows(AlreadyListeningException.class, () -> create(FileAccess.of(0600)));
            starting.listen(5);
            StreamSocket.connect(starting.address(), Connected.PATIENCE).close();
        }
    }

    @Test
    void aListenerWhoseBacklogIsFullIsNotWaitedForForEver() throws IOException {
        Address address = Address.path(path());
        try (StreamListener listener = StreamListener.bind(address).listen(0);
                StreamSocket waiting = StreamSocket.connect(address, Connected.PATIENCE)) {
            assertThrows(AlreadyListeningException.class, () -> create(FileAccess.of(0600)));
            assertTrue(waiting.isOpen() && listener.isOpen());
        }
    }

    @Test
    void whatIsNoSocketIsLeftAsItIs() throws IOException {
        Files.createSymbolicLink(path(), folder.resolve("elsewhere"));
        IOException refusal = assertThrows(IOException.class, () -> create(FileAccess.of(0600)));
        assertEquals(
                path() + " is a symbolic link, not a socket: left as it is", refusal.getMessage());
    }

    @Test
    void aModeHasNineBits() {
        assertThrows(IllegalArgumentException.class, () -> FileAccess.of(01777));
        assertThrows(IllegalArgumentException.class, () -> FileAccess.of(-1));
    }
}
