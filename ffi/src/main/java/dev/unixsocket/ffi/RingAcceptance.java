package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The side that takes rings, if they come with the first bytes that it reads and are as they must
 * be. {@code docs/SHARED-MEMORY.md} has the steps.
 *
 * <p>One thread may read while another writes.
 */
final class RingAcceptance extends RingStart {

    /** How many bytes of the stream still come through the socket; the reader's. */
    private long left;

    RingAcceptance(StreamSocket socket, RingMemory memory) {
        super(socket, memory);
    }

    @Override
    long readFirst(MemorySegment buffer, long offset, long length) throws IOException {
        if (left > 0) {
            long count = socket.read(buffer, offset, Math.min(length, left));
            passed(count);
            return count;
        }
        try (Ancillary with = new Ancillary()) {
            long count = receive(buffer, offset, length, with);
            if (count > 0) {
                take(with, count);
            }
            return count;
        }
    }

    /** Descriptors that this process has no numbers for are an offer that it cannot take. */
    private long receive(MemorySegment buffer, long offset, long length, Ancillary with)
            throws IOException {
        try {
            return socket.read(buffer, offset, length, with);
        } catch (TruncatedException e) {
            with.clear();
            return e.received();
        }
    }

    private void passed(long count) {
        left -= count;
        if (left == 0) {
            bell.carriesBytes(false);
            openInput();
        }
    }

    /** Answers the offer, if one came and this side has not written before. */
    private synchronized void take(Ancillary with, long count) throws IOException {
        if (isOpenQuestion()) {
            if (with.descriptors() != 1 || !accept(with, count)) {
                settlePlain();
            }
            openOutput();
        }
        if (left == 0) {
            openInput();
        }
    }

    private boolean accept(Ancillary with, long count) throws IOException {
        try (OpenFile file = with.take()) {
            RingFile offered;
            try {
                offered = RingFile.check(file, count, memory.arena());
            } catch (IOException notAsItMustBe) {
                return false; // a peer that does not know what it is
            }
            return memory.take(RingFile.bytes(offered.capacity()))
                    ? accept(offered, count)
                    : decline(offered);
        }
    }

    private boolean accept(RingFile offered, long count) throws IOException {
        RingReader in;
        RingWriter out;
        try {
            in = offered.reader(RingFile.TO_ACCEPTER, memory.arena());
            out = offered.writer(RingFile.TO_OFFERER, memory.arena());
        } catch (IOException noMemory) {
            return decline(offered);
        }
        offered.sayWhetherRegistered();
        if (offered.settle(RingFile.ACCEPTED) != RingFile.ACCEPTED) {
            return false; // withdrawn
        }
        settleShared(offered, in, out);
        left = offered.firstBytes() - count;
        bell.carriesBytes(left > 0);
        bell.ring();
        return true;
    }

    private boolean decline(RingFile offered) throws IOException {
        if (offered.settle(RingFile.DECLINED) == RingFile.DECLINED) {
            answer();
        }
        return false;
    }

    /** The first byte that goes out; there is room for it. */
    private void answer() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            socket.write(arena.allocate(1), 0, 1);
        }
    }

    /** Whoever writes before it has read is in no state to answer an offer. */
    @Override
    long writeFirst(MemorySegment buffer, long offset, long length) throws IOException {
        settleOutput();
        return LOOK_AGAIN;
    }

    @Override
    boolean isBehind() {
        return false;
    }

    @Override
    synchronized void settleOutput() {
        if (isOpenQuestion()) {
            settlePlain();
        }
        openOutput();
    }

    @Override
    void awaitAnswer(long nanos) {
        // The answer is this side's own.
    }

    @Override
    void close() {
        // The file was closed when it was mapped.
    }
}
