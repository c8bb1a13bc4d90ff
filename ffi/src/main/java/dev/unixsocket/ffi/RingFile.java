package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * The memory file of two rings, with its layout, as {@code docs/SHARED-MEMORY.md} has it: made by
 * whoever offers it, checked by whoever it is offered to.
 *
 * @param file the file; this object's to close
 * @param header its first bytes, mapped
 * @param capacity of one ring, in bytes
 * @param firstBytes how many bytes the offerer sends over the socket
 */
record RingFile(OpenFile file, MemorySegment header, long capacity, long firstBytes) {

    static final int HEADER_BYTES = 65_536;
    static final long LEAST_CAPACITY = 65_536;
    static final long MOST_CAPACITY = 1L << 29;

    /** Where the control of each ring is: that to the accepter, that to the offerer. */
    static final int TO_ACCEPTER = 1024;

    static final int TO_OFFERER = 2048;

    /** What {@link #state} is. */
    static final int OFFERED = 0;

    static final int ACCEPTED = 1;
    static final int DECLINED = 2;
    static final int WITHDRAWN = 3;

    private static final int VERSION = 1;
    private static final int VERSION_AT = 8;
    private static final int HEADER_BYTES_AT = 12;
    private static final int CAPACITY_AT = 16;
    private static final int FIRST_BYTES_AT = 24;
    private static final int STATE_AT = 128;
    private static final int OFFERER_REGISTERED_AT = 192;
    private static final int ACCEPTER_REGISTERED_AT = 196;

    private static final long MAGIC = magic();
    private static final VarHandle INT = JAVA_INT.varHandle();

    private static final Set<OpenFile.Seal> SEALS =
            EnumSet.of(OpenFile.Seal.SHRINK, OpenFile.Seal.GROW, OpenFile.Seal.SEAL);

    private static long magic() {
        byte[] text = "USHMRING".getBytes(StandardCharsets.US_ASCII);
        return MemorySegment.ofArray(text).get(JAVA_LONG.withByteAlignment(1), 0);
    }

    static {
        assert JAVA_LONG.order() == ByteOrder.nativeOrder();
    }

    /** How long a file of two such rings is. */
    static long bytes(long capacity) {
        return HEADER_BYTES + 2 * capacity;
    }

    static boolean isValidCapacity(long capacity) {
        return capacity >= LEAST_CAPACITY
                && capacity <= MOST_CAPACITY
                && Long.bitCount(capacity) == 1;
    }

    /**
     * Makes one to offer, sealed.
     *
     * @param arena what it maps ends with it
     * @throws SyscallException if a call fails: {@code EMFILE}, {@code ENOMEM}
     */
    static RingFile create(long capacity, long firstBytes, Arena arena) throws IOException {
        OpenFile file = OpenFile.memory("unixsocket-rings", bytes(capacity));
        try {
            file.seal(SEALS);
            MemorySegment header = file.map(arena, 0, HEADER_BYTES);
            header.set(JAVA_LONG, 0, MAGIC);
            header.set(JAVA_INT, VERSION_AT, VERSION);
            header.set(JAVA_INT, HEADER_BYTES_AT, HEADER_BYTES);
            header.set(JAVA_LONG, CAPACITY_AT, capacity);
            header.set(JAVA_LONG, FIRST_BYTES_AT, firstBytes);
            header.set(JAVA_INT, OFFERER_REGISTERED_AT, BarrierForAll.isRegistered() ? 1 : 0);
            return new RingFile(file, header, capacity, firstBytes);
        } catch (Throwable t) {
            file.close();
            throw t;
        }
    }

    /**
     * Takes one that came from the peer.
     *
     * @param received how many bytes came with it
     * @throws IOException if it is not as it must be; it then stays the caller's to close
     */
    static RingFile check(OpenFile file, long received, Arena arena) throws IOException {
        Set<OpenFile.Seal> seals = file.seals();
        require(seals.containsAll(SEALS), "its size is not sealed");
        require(!seals.contains(OpenFile.Seal.WRITE), "it is sealed against writing");
        long size = file.size(); // stays what it is
        require(size >= HEADER_BYTES, "it is too small for a header");
        MemorySegment header = file.map(arena, 0, HEADER_BYTES);
        require(header.get(JAVA_LONG, 0) == MAGIC, "it does not begin with USHMRING");
        require(header.get(JAVA_INT, VERSION_AT) == VERSION, "it is of another version");
        require(header.get(JAVA_INT, HEADER_BYTES_AT) == HEADER_BYTES, "its header is of no size");
        long capacity = header.get(JAVA_LONG, CAPACITY_AT);
        require(isValidCapacity(capacity), "its rings are of no valid size");
        require(size == bytes(capacity), "its size is not that of its rings");
        long firstBytes = header.get(JAVA_LONG, FIRST_BYTES_AT);
        require(firstBytes >= received, "more bytes came with it than it says");
        return new RingFile(file, header, capacity, firstBytes);
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException("the file that was offered is no file of rings: " + otherwise);
        }
    }

    /** How the offer stands. */
    int state() {
        return (int) INT.getAcquire(header, (long) STATE_AT);
    }

    /** The accepter says whether it takes part in barriers; before it accepts. */
    void sayWhetherRegistered() {
        header.set(JAVA_INT, ACCEPTER_REGISTERED_AT, BarrierForAll.isRegistered() ? 1 : 0);
    }

    /** Whether both sides take part in barriers; for the offerer once it is accepted. */
    boolean areBothRegistered() {
        return BarrierForAll.isRegistered()
                && header.get(JAVA_INT, OFFERER_REGISTERED_AT) != 0
                && header.get(JAVA_INT, ACCEPTER_REGISTERED_AT) != 0;
    }

    /**
     * Answers or withdraws the offer, unless that was done.
     *
     * @return how it stands now
     */
    int settle(int state) {
        int before = (int) INT.compareAndExchange(header, (long) STATE_AT, OFFERED, state);
        return before == OFFERED ? state : before;
    }

    /** The ring that bytes are put into. */
    RingWriter writer(int control, Arena arena) throws IOException {
        return new RingWriter(control(control), ring(control, arena), capacity);
    }

    /** The ring that bytes are taken from. */
    RingReader reader(int control, Arena arena) throws IOException {
        return new RingReader(control(control), ring(control, arena).asReadOnly(), capacity);
    }

    private MemorySegment control(int at) {
        return header.asSlice(at, RingControl.BYTES);
    }

    private MemorySegment ring(int control, Arena arena) throws IOException {
        long at = HEADER_BYTES + (control == TO_ACCEPTER ? 0 : capacity);
        return file.mapTwice(arena, at, capacity);
    }
}
