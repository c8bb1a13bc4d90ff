package dev.unixsocket.uds.observatory;

import io.netty.channel.EventLoop;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets a loop of Netty turn until nothing new came: in one turn it accepts 16 connections, and what
 * they sent is read in the next.
 */
final class QuietTurns {

    /** After so many turns in which nothing came, all has come. */
    private static final int TURNS = 2;

    private QuietTurns() {}

    /**
     * Does something in the loop once nothing new comes.
     *
     * @param arrivals how much has come; asked in the loop
     */
    static void await(EventLoop loop, LongSupplier arrivals, Runnable then) {
        loop.execute(() -> turn(loop, arrivals, TURNS, then));
    }

    private static void turn(EventLoop loop, LongSupplier arrivals, int left, Runnable then) {
        if (left == 0) {
            then.run();
            return;
        }
        long before = arrivals.getAsLong();
        loop.schedule( // a task for now would run in this turn
                () -> turn(loop, arrivals, arrivals.getAsLong() == before ? left - 1 : TURNS, then),
                1,
                TimeUnit.NANOSECONDS);
    }
}
