package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.SocketFileTest.exists;
import static dev.unixsocket.ffi.SocketFileTest.permissions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The socket files of seqpacket listeners and of datagram sockets. */
@EnabledOnOs(OS.LINUX)
class MessageSocketFileTest {

    private static final int GROUP = 60001;

    @TempDir Path folder;

    private long before;

    /** Both types of socket, and how each is made, left behind and reached. */
    enum Type {
        SEQPACKET {
            @Override
            MessageSocketFile<?> make(Path path, FileAccess access) throws IOException {
                return MessageSocketFile.listen(path, access, 5);
            }

            @Override
            HasDescriptor withoutFile(Path path) throws IOException {
                return SeqpacketListener.bind(Address.path(path)).listen(5);
            }

            @Override
            void assertReached(MessageSocketFile<?> file) throws IOException {
                try (SeqpacketSocket client = connect(file.path());
                        SeqpacketSocket server = ((SeqpacketListener) file.socket()).accept()) {
                    Messages.send(client, "reached");
                    assertEquals("reached", Messages.receive(server));
                }
            }

            private static SeqpacketSocket connect(Path path) throws IOException {
                return SeqpacketSocket.connect(Address.path(path), Connected.PATIENCE);
            }
        },
        DATAGRAM {
            @Override
            MessageSocketFile<?> make(Path path, FileAccess access) throws IOException {
                return MessageSocketFile.bind(path, access);
            }

            @Override
            HasDescriptor withoutFile(Path path) throws IOException {
                return DatagramSocket.bind(Address.path(path));
            }

            @Override
            void assertReached(MessageSocketFile<?> file) throws IOException {
                try (DatagramSocket sender = DatagramSocket.unnamed()) {
                    Messages.sendTo(sender, Address.path(file.path()), "reached");
                    assertEquals("reached", Messages.receive((DatagramSocket) file.socket()));
                }
            }
        };

        abstract MessageSocketFile<?> make(Path path, FileAccess access) throws IOException;

        abstract HasDescriptor withoutFile(Path path) throws IOException;

        abstract void assertReached(MessageSocketFile<?> file) throws IOException;
    }

    @BeforeEach
    void countDescriptors() throws IOException {
        before = Messages.openDescriptors();
    }

    @AfterEach
    void noDescriptorIsLeft() throws IOException {
        Connected.assertNoneIsLeft(before, Messages.openDescriptors());
    }

    private Path path() {
        return folder.resolve("a.sock");
    }

    private MessageSocketFile<?> make(Type type) throws IOException {
        return type.make(path(), FileAccess.of(0600));
    }

    @ParameterizedTest
    @EnumSource
    void itIsReachedAndTheFileGoesWithIt(Type type) throws IOException {
        try (MessageSocketFile<?> file = make(type)) {
            assertTrue(file.isInPlace());
            type.assertReached(file);
        }
        assertFalse(exists(path()));
    }

    @ParameterizedTest
    @EnumSource
    void theModeIsTheOneAskedForWhateverTheUmask(Type type) throws IOException {
        for (int mode : new int[] {0600, 0660, 0666, 0777}) {
            try (MessageSocketFile<?> file = type.make(path(), FileAccess.of(mode))) {
                assertEquals(mode, permissions(file.path()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theGroupIsTheOneAskedFor(Type type) throws IOException {
        assumeTrue(Syscalls.getuid() == 0, "only root is in every group");
        FileAccess access = new FileAccess(0660, OptionalInt.of(GROUP));
        try (MessageSocketFile<?> file = type.make(path(), access)) {
            assertEquals(GROUP, Files.getAttribute(file.path(), "unix:gid"));
            assertEquals(0660, permissions(file.path()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStaleFileIsReplacedWhicheverSocketLeftIt(Type type) throws IOException {
        for (Type left : Type.values()) {
            left.withoutFile(path()).close();
            try (MessageSocketFile<?> file = make(type)) {
                type.assertReached(file);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSocketThatLivesIsLeftAlone(Type type) throws IOException {
        for (Type alive : Type.values()) {
            try (MessageSocketFile<?> first = make(alive)) {
                assertThrows(AlreadyListeningException.class, () -> make(type));
                assertTrue(first.isInPlace());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatWasReplacedIsLeftToItsNewOwner(Type type) throws IOException {
        MessageSocketFile<?> first = make(type);
        Files.delete(path());
        try (MessageSocketFile<?> second = make(type)) {
            assertFalse(first.isInPlace());
            assertFalse(first.unlinkIfOwned());
            first.close();
            assertTrue(second.isInPlace());
            type.assertReached(second);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoSocketIsLeftAsItIs(Type type) throws IOException {
        Files.writeString(path(), "precious");
        IOException refusal = assertThrows(IOException.class, () -> make(type));
        assertEquals(
                path() + " is a regular file, not a socket: left as it is", refusal.getMessage());
        assertEquals("precious", Files.readString(path()));
    }

    @Test
    void aStartThatFailsHalfwayUnlinksWhatItBound() {
        FileAccess access = FileAccess.of(0600);
        assertThrows(
                IllegalArgumentException.class, () -> MessageSocketFile.listen(path(), access, -1));
        assertFalse(exists(path()));
    }
}
