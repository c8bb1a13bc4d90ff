package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The side that offers rings: with the first bytes that it writes. {@code docs/SHARED-MEMORY.md}
 * has the steps.
 *
 * <p>One thread may read while another writes.
 */
final class RingOffer extends RingStart {

    private final long capacity;

    /** The ends of the rings; null before the first write. */
    private RingReader in;

    private RingWriter out;

    /** What was offered; null before the first write. */
    private volatile RingFile file;

    /** How many of the first bytes are still to go through the socket; the writer's. */
    private long firstLeft;

    /** Whether the next byte that comes is the answer, and not the stream's. */
    private volatile boolean answerIsDue;

    RingOffer(StreamSocket socket, long capacity, RingMemory memory) {
        super(socket, memory);
        this.capacity = capacity;
    }

    @Override
    long readFirst(MemorySegment buffer, long offset, long length) throws IOException {
        if (!bell.beginReading()) { // then the other thread waits in a ring, as this one is to
            openInput();
            return LOOK_AGAIN;
        }
        long count = 0;
        try {
            if (isShared()) { // and the writer may have taken the answer for a bell
                openInput();
                return LOOK_AGAIN;
            }
            count = socket.read(buffer, offset, length);
        } finally {
            bell.endReading(count > 0);
        }
        if (count == 0) {
            return 0;
        }
        settle();
        boolean dropped = answerIsDue;
        answerIsDue = false;
        openInput();
        if (isShared()) {
            return LOOK_AGAIN;
        }
        if (dropped) {
            MemorySegment.copy(buffer, offset + 1, buffer, offset, count - 1);
            return count == 1 ? LOOK_AGAIN : count - 1;
        }
        return count;
    }

    /** Takes the answer, or withdraws the offer. */
    private synchronized void settle() {
        if (!isOpenQuestion()) {
            return;
        }
        int state = file == null ? RingFile.WITHDRAWN : file.settle(RingFile.WITHDRAWN);
        if (state == RingFile.ACCEPTED) {
            settleShared(file, in, out);
        } else {
            answerIsDue = state == RingFile.DECLINED;
            settlePlain();
        }
    }

    @Override
    long writeFirst(MemorySegment buffer, long offset, long length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (firstLeft > 0) {
            long count = socket.write(buffer, offset, Math.min(length, firstLeft));
            firstLeft -= count;
            bell.holdsBack(firstLeft > 0);
            return count;
        }
        RingFile offered = offerWith(length);
        if (offered != null) {
            return sendFirst(offered, buffer, offset, length);
        }
        settleOutput();
        return LOOK_AGAIN;
    }

    /** The file to offer; null if it was, or is not to be any more. */
    private synchronized RingFile offerWith(long length) {
        if (file != null || !isOpenQuestion()) {
            return null;
        }
        try {
            RingFile made = RingFile.create(capacity, length, memory.arena());
            file = made;
            in = made.reader(RingFile.TO_OFFERER, memory.arena());
            out = made.writer(RingFile.TO_ACCEPTER, memory.arena());
            return made;
        } catch (IOException noDescriptorOrMemory) {
            close();
            settlePlain(); // the socket does it too
            return null;
        }
    }

    private long sendFirst(RingFile offered, MemorySegment buffer, long offset, long length)
            throws IOException {
        firstLeft = length;
        bell.holdsBack(true);
        boolean sent = false;
        try {
            long count = socket.write(buffer, offset, length, offered.file());
            firstLeft -= count;
            sent = true;
            return count;
        } finally {
            close();
            if (!sent) { // nothing went, not even the offer
                firstLeft = 0;
                settle();
            }
            bell.holdsBack(firstLeft > 0);
        }
    }

    @Override
    boolean isBehind() {
        return firstLeft > 0;
    }

    @Override
    void settleOutput() {
        settle();
        openOutput();
    }

    @Override
    void awaitAnswer(long nanos) throws IOException {
        if (file == null || isShared()) {
            return;
        }
        long deadline = Timeouts.deadline(nanos);
        int fd = socket.state().descriptor().acquire("poll");
        int ready;
        try {
            ready = socket.state().input().awaitReady(fd, deadline);
        } finally {
            socket.state().descriptor().release("poll");
        }
        if (socket.state().result("poll", ready) > 0) {
            settle();
            if (!answerIsDue) {
                openInput();
            }
            if (firstLeft == 0) {
                openOutput();
            }
        }
    }

    /** The file was sent, or is not going to be; the mapping stays. */
    @Override
    void close() {
        RingFile offered = file;
        if (offered != null) {
            offered.file().close();
        }
    }
}
