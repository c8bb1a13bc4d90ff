package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Stream;

/** Numbers that are written out in Java because both systems have the same. */
class ConstantsTest {

    private static final List<Integer> IN_JAVA =
            List.of(
                    Sockets.AF_UNIX,
                    Sockets.AF_INET,
                    Sockets.SOCK_STREAM,
                    Sockets.SOCK_DGRAM,
                    Sockets.SOCK_SEQPACKET,
                    Sockets.MSG_PEEK,
                    LockFile.LOCK_EX,
                    LockFile.LOCK_NB,
                    (int) PollPoller.POLLIN,
                    Sockets.SHUT_RD,
                    Sockets.SHUT_WR,
                    Sockets.SHUT_RDWR,
                    MessageMemory.SCM_RIGHTS,
                    OpenFile.PROT_READ,
                    OpenFile.PROT_WRITE,
                    OpenFile.MAP_SHARED,
                    FileStatus.TYPE_MASK,
                    FileStatus.DIRECTORY,
                    FileStatus.REGULAR,
                    FileStatus.LINK,
                    FileStatus.SOCKET);

    @Test
    void theyAreThoseOfLinux() {
        assertEquals(
                List.of(
                        dev.unixsocket.ffi.linux.Libc.AF_UNIX(),
                        dev.unixsocket.ffi.linux.Libc.AF_INET(),
                        dev.unixsocket.ffi.linux.Libc.SOCK_STREAM(),
                        dev.unixsocket.ffi.linux.Libc.SOCK_DGRAM(),
                        dev.unixsocket.ffi.linux.Libc.SOCK_SEQPACKET(),
                        dev.unixsocket.ffi.linux.Libc.MSG_PEEK(),
                        dev.unixsocket.ffi.linux.Libc.LOCK_EX(),
                        dev.unixsocket.ffi.linux.Libc.LOCK_NB(),
                        dev.unixsocket.ffi.linux.Libc.POLLIN(),
                        dev.unixsocket.ffi.linux.Libc.SHUT_RD(),
                        dev.unixsocket.ffi.linux.Libc.SHUT_WR(),
                        dev.unixsocket.ffi.linux.Libc.SHUT_RDWR(),
                        dev.unixsocket.ffi.linux.Libc.SCM_RIGHTS(),
                        dev.unixsocket.ffi.linux.Libc.PROT_READ(),
                        dev.unixsocket.ffi.linux.Libc.PROT_WRITE(),
                        dev.unixsocket.ffi.linux.Libc.MAP_SHARED(),
                        dev.unixsocket.ffi.linux.Libc.S_IFMT(),
                        dev.unixsocket.ffi.linux.Libc.S_IFDIR(),
                        dev.unixsocket.ffi.linux.Libc.S_IFREG(),
                        dev.unixsocket.ffi.linux.Libc.S_IFLNK(),
                        dev.unixsocket.ffi.linux.Libc.S_IFSOCK()),
                IN_JAVA);
    }

    @Test
    void theyAreThoseOfMacos() {
        assertEquals(
                List.of(
                        dev.unixsocket.ffi.macos.Libc.AF_UNIX(),
                        dev.unixsocket.ffi.macos.Libc.AF_INET(),
                        dev.unixsocket.ffi.macos.Libc.SOCK_STREAM(),
                        dev.unixsocket.ffi.macos.Libc.SOCK_DGRAM(),
                        dev.unixsocket.ffi.macos.Libc.SOCK_SEQPACKET(),
                        dev.unixsocket.ffi.macos.Libc.MSG_PEEK(),
                        dev.unixsocket.ffi.macos.Libc.LOCK_EX(),
                        dev.unixsocket.ffi.macos.Libc.LOCK_NB(),
                        dev.unixsocket.ffi.macos.Libc.POLLIN(),
                        dev.unixsocket.ffi.macos.Libc.SHUT_RD(),
                        dev.unixsocket.ffi.macos.Libc.SHUT_WR(),
                        dev.unixsocket.ffi.macos.Libc.SHUT_RDWR(),
                        dev.unixsocket.ffi.macos.Libc.SCM_RIGHTS(),
                        dev.unixsocket.ffi.macos.Libc.PROT_READ(),
                        dev.unixsocket.ffi.macos.Libc.PROT_WRITE(),
                        dev.unixsocket.ffi.macos.Libc.MAP_SHARED(),
                        dev.unixsocket.ffi.macos.Libc.S_IFMT(),
                        dev.unixsocket.ffi.macos.Libc.S_IFDIR(),
                        dev.unixsocket.ffi.macos.Libc.S_IFREG(),
                        dev.unixsocket.ffi.macos.Libc.S_IFLNK(),
                        dev.unixsocket.ffi.macos.Libc.S_IFSOCK()),
                IN_JAVA);
    }

    @Test
    void thoseThatOnlyLinuxHas() {
        assertEquals(dev.unixsocket.ffi.linux.Libc.SCM_CREDENTIALS(), Ancillary.SCM_CREDENTIALS);
        assertEquals(dev.unixsocket.ffi.linux.Libc.POLLRDHUP(), SeqpacketSocket.POLLRDHUP);
        assertEquals(dev.unixsocket.ffi.linux.Libc.MAP_FIXED(), OpenFile.MAP_FIXED);
        assertEquals(
                List.of(
                        dev.unixsocket.ffi.linux.Libc.F_SEAL_SEAL(),
                        dev.unixsocket.ffi.linux.Libc.F_SEAL_SHRINK(),
                        dev.unixsocket.ffi.linux.Libc.F_SEAL_GROW(),
                        dev.unixsocket.ffi.linux.Libc.F_SEAL_WRITE()),
                Stream.of(OpenFile.Seal.values()).map(OpenFile.Seal::bit).toList());
    }
}
