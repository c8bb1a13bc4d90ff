package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.MessageMemory.FORMAT;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.Closeable;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * What came with a message besides its bytes (<i>ancillary data</i>, cmsg(3) and unix(7)): open
 * files of the sender, who the sender is, and from which address it sent. To be given to the {@code
 * receive} of a {@link MessageSocket} or the {@code read} of a {@link StreamSocket} again and
 * again; a call allocates nothing on the heap.
 *
 * <p>Descriptors that came belong to this object until they are {@linkplain #take taken}. Those
 * that nobody takes are closed by the next call that this object is given to, by {@link #close}, or
 * when this object is garbage. They are close-on-exec from the moment they exist on Linux; macOS
 * has no flag for that, and they are not close-on-exec there. There is room for all that a kernel
 * lets go with one message, 253.
 *
 * <p>For one thread at a time.
 */
public final class Ancillary implements Closeable {

    /** {@code SCM_CREDENTIALS}, which is Linux's. */
    static final int SCM_CREDENTIALS = 2;

    /** Loaded now: when it is thrown, there may be no descriptor left to load a class with. */
    static final Class<?> LOST = TruncatedException.class;

    private final MessageMemory memory = new MessageMemory();
    private final ReceivedDescriptors descriptors = new ReceivedDescriptors();
    private final CredentialsBuffer credentials = new CredentialsBuffer();
    private boolean hasCredentials;
    private boolean hasSender;

    private final Attempt receiving = new Receive(FORMAT.closeOnExec() | FORMAT.wantLength());
    private final Attempt reading = new Receive(FORMAT.closeOnExec());

    /** An empty one. */
    public Ancillary() {
        Leaks.watch(this, descriptors);
    }

    /** recvmsg(2) into this object. */
    private final class Receive implements Attempt {

        private final int flags;

        Receive(int flags) {
            this.flags = flags;
        }

        @Override
        public long now(int fd, MemorySegment buffer, long offset, long length) {
            prepare(buffer, offset, length);
            return Syscalls.recvmsgDontwait(fd, memory.header(), buffer, flags);
        }

        @Override
        public long waiting(int fd, MemorySegment buffer, long offset, long length) {
            prepare(buffer, offset, length);
            return Syscalls.recvmsg(fd, memory.header(), buffer, flags);
        }

        private void prepare(MemorySegment buffer, long offset, long length) {
            int nameBytes = Platform.CURRENT.sockaddrUnBytes();
            memory.set(buffer, offset, length, nameBytes, MessageMemory.CONTROL_BYTES);
        }
    }

    /**
     * Takes in a message, and where the system tells it, returns the length that it had; {@link
     * #received} must follow.
     */
    Attempt receiving() {
        return receiving;
    }

    /** Takes in bytes of a stream; {@link #received} must follow. */
    Attempt reading() {
        return reading;
    }

    /** Forgets the last message: closes what nobody took of it. */
    void clear() {
        descriptors.closeAll();
        hasCredentials = false;
        hasSender = false;
    }

    /** Takes what the call has left; nothing is thrown here, lest a descriptor be lost. */
    void received(long result) {
        if (result < 0) {
            return;
        }
        hasSender = true;
        MemorySegment control = memory.control();
        int end = memory.controlBytes();
        int at = 0;
        while (at + FORMAT.cmsgData() <= end) {
            int bytes = control.get(JAVA_INT, at);
            if (bytes < FORMAT.cmsgData()) {
                return;
            }
            takePart(control, at, Math.min(bytes, end - at));
            at += FORMAT.aligned(bytes);
        }
    }

    private void takePart(MemorySegment control, int at, int bytes) {
        if (control.get(JAVA_INT, at + FORMAT.cmsgLevel()) != Platform.CURRENT.solSocket()) {
            return;
        }
        int data = at + FORMAT.cmsgData();
        int type = control.get(JAVA_INT, at + FORMAT.cmsgType());
        if (type == MessageMemory.SCM_RIGHTS) {
            for (int i = data; i + Integer.BYTES <= at + bytes; i += Integer.BYTES) {
                descriptors.add(control.get(JAVA_INT, i));
            }
        } else if (type == SCM_CREDENTIALS && Platform.CURRENT.hasMessageCredentials()) {
            credentials.set(
                    control.get(JAVA_INT, data + LinuxStructs.PID),
                    control.get(JAVA_INT, data + LinuxStructs.UID),
                    control.get(JAVA_INT, data + LinuxStructs.GID));
            hasCredentials = true;
        }
    }

    /** Whether the bytes of the message were more than the buffer takes. */
    boolean isTruncated() {
        return memory.hasFlag(FORMAT.truncated());
    }

    /** Says that the kernel closed some of the descriptors, for want of numbers in this process. */
    void requireAllDescriptors(String call, long received, Address socket)
            throws TruncatedException {
        if (memory.hasFlag(FORMAT.controlTruncated())) {
            throw TruncatedException.ofDescriptors(call, descriptors(), received, socket);
        }
    }

    /**
     * How many descriptors are there to be {@linkplain #take taken}.
     *
     * @return 0 to 253
     */
    public int descriptors() {
        return descriptors.count();
    }

    /**
     * Takes the next descriptor, in the order of the sender; it is the caller's to close.
     *
     * @return its new owner, to be closed
     * @throws IllegalStateException if none came, or all were taken
     */
    public OpenFile take() {
        int fd = descriptors.take();
        if (fd < 0) {
            throw new IllegalStateException(
                    "no descriptor came with the message, or all are taken");
        }
        try {
            return OpenFile.adopt(fd);
        } catch (Throwable t) {
            Syscalls.close(fd);
            throw t;
        }
    }

    /**
     * Whether the sender's credentials came: the socket must have been told to ask for them.
     *
     * @return whether {@link #credentials()} has an answer
     */
    public boolean hasCredentials() {
        return hasCredentials;
    }

    /**
     * Who sent the message, by the kernel's word: {@code SCM_CREDENTIALS} of unix(7).
     *
     * @return the PID, UID and GID of the sender
     * @throws IllegalStateException if no credentials came
     */
    public PeerCredentials credentials() {
        requireCredentials();
        return credentials.snapshot();
    }

    /**
     * As {@link #credentials()}, without allocating.
     *
     * @param into gets the PID, UID and GID of the sender
     */
    public void credentials(CredentialsBuffer into) {
        Objects.requireNonNull(into, "into");
        requireCredentials();
        into.set(credentials.pid(), credentials.uid(), credentials.gid());
    }

    private void requireCredentials() {
        if (!hasCredentials) {
            throw new IllegalStateException(
                    "no credentials came with the message: call passCredentials() on the socket"
                            + " before it is sent");
        }
    }

    /**
     * The address that a datagram was sent from; unnamed if the sender's socket has no name, which
     * a connected one need not have.
     *
     * @return a path, an abstract name, or {@link Address#unnamed}
     * @throws IllegalStateException if no message came
     */
    public Address sender() {
        requireSender();
        return Sockaddr.read(memory.name(), memory.nameBytes());
    }

    private void requireSender() {
        if (!hasSender) {
            throw new IllegalStateException("no message came");
        }
    }

    /** Where an answer to the message goes, for sendmsg(2). */
    MemorySegment senderName() {
        requireSender();
        return memory.name();
    }

    /**
     * How much of {@link #senderName} counts.
     *
     * @throws IllegalStateException if the sender has no name
     */
    int senderNameBytes() {
        boolean noPath = memory.name().get(JAVA_BYTE, LinuxStructs.SUN_PATH) == 0;
        boolean unnamed = memory.nameBytes() <= LinuxStructs.SUN_PATH;
        if (unnamed || noPath && !Platform.CURRENT.hasAbstractNames()) {
            throw new IllegalStateException("the sender has no name to answer to");
        }
        return memory.nameBytes();
    }

    /** Closes the descriptors that were not taken. The object can be used again. */
    @Override
    public void close() {
        clear();
    }

    @Override
    public String toString() {
        return "Ancillary[%d descriptors]".formatted(descriptors());
    }
}
