package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.MessageStructs.CMSG_LEN;
import static dev.unixsocket.ffi.MessageStructs.IOVEC_BYTES;
import static dev.unixsocket.ffi.MessageStructs.IOV_BASE;
import static dev.unixsocket.ffi.MessageStructs.IOV_LEN;
import static dev.unixsocket.ffi.MessageStructs.MSG_CONTROL;
import static dev.unixsocket.ffi.MessageStructs.MSG_CONTROLLEN;
import static dev.unixsocket.ffi.MessageStructs.MSG_IOV;
import static dev.unixsocket.ffi.MessageStructs.MSG_IOVLEN;
import static dev.unixsocket.ffi.MessageStructs.MSG_NAME;
import static dev.unixsocket.ffi.MessageStructs.MSG_NAMELEN;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The structures that sendmsg(2) and recvmsg(2) take: a {@code struct msghdr} with one buffer, an
 * address, and control data (cmsg(3)).
 *
 * <p>Confined to one thread.
 */
final class MessageMemory {

    /** How many descriptors Linux lets go with a message, {@code SCM_MAX_FD}. */
    static final int MOST_DESCRIPTORS = 253;

    /** The same on Linux and on macOS. */
    static final int SCM_RIGHTS = 1;

    static final MessageFormat FORMAT = Platform.CURRENT.messageFormat();

    /** Room for all descriptors and the sender's credentials. */
    static final int CONTROL_BYTES =
            FORMAT.space(MOST_DESCRIPTORS * Integer.BYTES) + FORMAT.space(LinuxStructs.UCRED_BYTES);

    private final MemorySegment header;
    private final MemorySegment iovec;
    private final MemorySegment name;
    private final MemorySegment control;

    MessageMemory() {
        Arena untilItIsForgotten = Arena.ofAuto();
        header = untilItIsForgotten.allocate(FORMAT.headerBytes(), Long.BYTES);
        iovec = untilItIsForgotten.allocate(IOVEC_BYTES, Long.BYTES);
        name = Sockaddr.allocate(untilItIsForgotten);
        control = untilItIsForgotten.allocate(CONTROL_BYTES, Long.BYTES);
        header.set(JAVA_LONG, MSG_IOV, iovec.address());
        header.set(JAVA_INT, MSG_IOVLEN, 1);
    }

    MemorySegment header() {
        return header;
    }

    /** A {@code struct sockaddr_un}. */
    MemorySegment name() {
        return name;
    }

    MemorySegment control() {
        return control;
    }

    /**
     * Says what the next call is about.
     *
     * @param nameBytes how much of {@link #name} counts, or may be filled; 0 for none
     * @param controlBytes how much of {@link #control} counts, or may be filled; 0 for none
     */
    void set(MemorySegment buffer, long offset, long length, int nameBytes, int controlBytes) {
        iovec.set(JAVA_LONG, IOV_BASE, buffer.address() + offset);
        iovec.set(JAVA_LONG, IOV_LEN, length);
        header.set(JAVA_LONG, MSG_NAME, nameBytes == 0 ? 0 : name.address());
        header.set(JAVA_INT, MSG_NAMELEN, nameBytes);
        header.set(JAVA_LONG, MSG_CONTROL, controlBytes == 0 ? 0 : control.address());
        header.set(JAVA_INT, MSG_CONTROLLEN, controlBytes);
        header.set(JAVA_INT, FORMAT.flags(), 0);
    }

    /** How much of {@link #name} recvmsg(2) has filled. */
    int nameBytes() {
        return header.get(JAVA_INT, MSG_NAMELEN);
    }

    /** How much of {@link #control} recvmsg(2) has filled. */
    int controlBytes() {
        return header.get(JAVA_INT, MSG_CONTROLLEN);
    }

    /** Whether recvmsg(2) has set that flag. */
    boolean hasFlag(int flag) {
        return (header.get(JAVA_INT, FORMAT.flags()) & flag) != 0;
    }

    /** Begins control data with descriptors; how many bytes it takes. */
    int putRightsHeader(int descriptors) {
        int dataBytes = descriptors * Integer.BYTES;
        control.set(JAVA_LONG, 0, 0); // macOS's structure is smaller, and written over this
        control.set(JAVA_INT, CMSG_LEN, FORMAT.cmsgData() + dataBytes);
        control.set(JAVA_INT, FORMAT.cmsgLevel(), Platform.CURRENT.solSocket());
        control.set(JAVA_INT, FORMAT.cmsgType(), SCM_RIGHTS);
        return FORMAT.space(dataBytes);
    }

    void putRight(int index, int fd) {
        control.set(JAVA_INT, FORMAT.cmsgData() + (long) index * Integer.BYTES, fd);
    }
}
