package dev.unixsocket.services.connections;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.services.connections.OutboundQueue.Budget;
import dev.unixsocket.services.connections.OutboundQueue.Outcome;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a readiness loop's queue takes, and in which pieces it goes out. */
class OutboundQueueTest {

    private static final int LIMIT = 1_000;

    private final OutboundQueue queue =
            OutboundQueue.droppingUntilHalfEmpty(LIMIT, Budget.UNLIMITED);

    @Test
    void onceItIsFullItTakesNothingUntilItIsHalfEmpty() throws IOException {
        assertEquals(Outcome.QUEUED, queue.offer(new byte[LIMIT - 10]));
        assertEquals(Outcome.QUEUED, queue.offer(new byte[10]));
        assertEquals(Outcome.DROPPED, queue.offer(new byte[1]));
        flush(LIMIT / 2 - 1);
        assertEquals(Outcome.DROPPED, queue.offer(new byte[1]));
        flush(1);
        assertEquals(Outcome.QUEUED, queue.offer(new byte[1]));
        assertEquals(Outcome.QUEUED, queue.offer(new byte[1]));
        assertEquals(2, queue.dropped());
    }

    @Test
    void aBudgetThatIsSpentDropsWhatWaitsAndNotWhatIsTakenAtOnce() throws IOException {
        long[] left = {100};
        OutboundQueue counted =
                OutboundQueue.droppingUntilHalfEmpty(
                        LIMIT,
                        new Budget() {
                            @Override
                            public boolean take(long bytes) {
                                boolean enough = bytes <= left[0];
                                left[0] -= enough ? bytes : 0;
                                return enough;
                            }

                            @Override
                            public void add(long bytes) {
                                left[0] -= bytes;
                            }

                            @Override
                            public void give(long bytes) {
                                left[0] += bytes;
                            }
                        });
        assertEquals(Outcome.QUEUED, counted.offer(new byte[150]));
        assertEquals(Outcome.DROPPED, counted.offer(new byte[10]));
        counted.flush((frame, from) -> frame.length - from);
        assertEquals(100, left[0]);
        assertEquals(Outcome.QUEUED, counted.offer(new byte[50]));
        assertEquals(Outcome.QUEUED, counted.offer(new byte[50]));
        counted.abandon();
        assertEquals(100, left[0]);
    }

    @Test
    void aFrameLargerThanItIsTakenWhenNothingElseWaits() throws IOException {
        assertEquals(Outcome.QUEUED, queue.offer(new byte[2 * LIMIT]));
        assertEquals(Outcome.DROPPED, queue.offer(new byte[2 * LIMIT]));
        flush(2 * LIMIT);
        assertEquals(Outcome.QUEUED, queue.offer(new byte[2 * LIMIT]));
    }

    @Test
    void whatThereIsNoRoomForGoesOutLaterFromWhereItStopped() throws IOException {
        queue.offer(new byte[] {1, 2, 3});
        queue.offer(new byte[] {4, 5});
        List<Byte> out = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            boolean[] room = {true};
            queue.flush(
                    (frame, from) -> {
                        if (!room[0]) {
                            return 0;
                        }
                        room[0] = false;
                        out.add(frame[from]);
                        return 1;
                    });
        }
        assertEquals(List.of((byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5), out);
        assertTrue(queue.isEmpty());
    }

    /** Lets so many bytes out. */
    private void flush(int bytes) throws IOException {
        int[] room = {bytes};
        queue.flush(
                (frame, from) -> {
                    int taken = Math.min(room[0], frame.length - from);
                    room[0] -= taken;
                    return taken;
                });
    }
}
