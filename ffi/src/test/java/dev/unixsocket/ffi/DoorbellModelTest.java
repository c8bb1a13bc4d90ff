package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/**
 * All interleavings of two threads that sleep at one {@link Doorbell}, each for its own ring, and a
 * peer that serves both rings: one load, store or exchange at a time. What a store buffer does is
 * {@link SleepModelTest}'s; here all is sequentially consistent.
 */
class DoorbellModelTest {

    private static final int MESSAGES = 2;

    /**
     * One of the two threads.
     *
     * @param step its next one: 0 note how often bells were taken, 1 announce, 2 look, 3 take a
     *     ticket, 4 begin to read, 5 compare with the note, 6 read, 7 count that bells were taken,
     *     8 end reading, 9 signal, 10 take the announcement back, 11 parked
     * @param got how many messages it has taken
     * @param noted how often bells had been taken
     * @param ticket how many signals there had been
     * @param reads whether it has begun to read
     */
    private record Sleeper(int step, int got, int noted, int ticket, boolean reads) {

        Sleeper at(int next) {
            return new Sleeper(next, got, noted, ticket, reads);
        }

        boolean isDone() {
            return got == MESSAGES;
        }
    }

    /**
     * The peer: puts in a message for one of the two, looks whether that sleeps, and rings.
     *
     * @param step its next one: 0 put in, 1 take the announcement, 2 ring
     * @param serves whom it serves
     */
    private record Peer(int step, int serves, int sentFirst, int sentSecond) {

        int sent(int to) {
            return to == 0 ? sentFirst : sentSecond;
        }

        Peer puts(int to) {
            return new Peer(1, to, sentFirst + (to == 0 ? 1 : 0), sentSecond + (to == 1 ? 1 : 0));
        }

        Peer at(int next) {
            return new Peer(next, serves, sentFirst, sentSecond);
        }
    }

    /** What all share. */
    private record Shared(
            boolean firstSleeps,
            boolean secondSleeps,
            int bells,
            int taken,
            boolean reading,
            int signals) {

        boolean sleeps(int who) {
            return who == 0 ? firstSleeps : secondSleeps;
        }

        Shared sleeps(int who, boolean is) {
            return new Shared(
                    who == 0 ? is : firstSleeps,
                    who == 1 ? is : secondSleeps,
                    bells,
                    taken,
                    reading,
                    signals);
        }

        Shared bells(int count) {
            return new Shared(firstSleeps, secondSleeps, count, taken, reading, signals);
        }

        Shared took() {
            return new Shared(firstSleeps, secondSleeps, bells, taken + 1, reading, signals);
        }

        Shared reading(boolean is) {
            return new Shared(firstSleeps, secondSleeps, bells, taken, is, signals);
        }

        Shared signalled() {
            return new Shared(firstSleeps, secondSleeps, bells, taken, reading, signals + 1);
        }
    }

    private record State(Sleeper first, Sleeper second, Peer peer, Shared shared) {

        Sleeper sleeper(int who) {
            return who == 0 ? first : second;
        }

        State with(int who, Sleeper sleeper, Shared now) {
            return new State(who == 0 ? sleeper : first, who == 1 ? sleeper : second, peer, now);
        }

        State with(Peer next, Shared now) {
            return new State(first, second, next, now);
        }

        boolean isDone() {
            return first.isDone() && second.isDone();
        }
    }

    /** What follows a state, where a thread compares with its note, or does not. */
    private static List<State> next(State state, boolean compares) {
        List<State> all = new ArrayList<>();
        for (int who = 0; who < 2; who++) {
            sleep(state, who, compares, all);
        }
        serve(state, all);
        return all;
    }

    private static void serve(State state, List<State> all) {
        Peer peer = state.peer;
        Shared shared = state.shared;
        switch (peer.step) {
            case 0 -> {
                for (int to = 0; to < 2; to++) {
                    if (peer.sent(to) < MESSAGES) {
                        all.add(state.with(peer.puts(to), shared));
                    }
                }
            }
            case 1 -> {
                boolean asleep = shared.sleeps(peer.serves);
                all.add(state.with(peer.at(asleep ? 2 : 0), shared.sleeps(peer.serves, false)));
            }
            default -> all.add(state.with(peer.at(0), shared.bells(shared.bells + 1)));
        }
    }

    private static void sleep(State state, int who, boolean compares, List<State> all) {
        Sleeper self = state.sleeper(who);
        Shared shared = state.shared;
        boolean isThere = state.peer.sent(who) > self.got;
        switch (self.step) {
            case 0 -> {
                if (!self.isDone()) {
                    Sleeper noted = new Sleeper(1, self.got, shared.taken, 0, false);
                    all.add(state.with(who, noted, shared));
                }
            }
            case 1 -> all.add(state.with(who, self.at(2), shared.sleeps(who, true)));
            case 2 -> all.add(state.with(who, self.at(isThere ? 10 : 3), shared));
            case 3 -> {
                Sleeper next = new Sleeper(4, self.got, self.noted, shared.signals, false);
                all.add(state.with(who, next, shared));
            }
            case 4 -> {
                boolean reads = !shared.reading;
                Sleeper next = new Sleeper(5, self.got, self.noted, self.ticket, reads);
                all.add(state.with(who, next, shared.reading(true)));
            }
            case 5 -> {
                boolean goesBack = compares && shared.taken != self.noted;
                int then = self.reads ? goesBack ? 8 : 6 : goesBack ? 10 : 11;
                all.add(state.with(who, self.at(then), shared));
            }
            case 6 -> {
                if (shared.bells > 0) {
                    all.add(state.with(who, self.at(7), shared.bells(0)));
                }
            }
            case 7 -> all.add(state.with(who, self.at(8), shared.took()));
            case 8 -> all.add(state.with(who, self.at(9), shared.reading(false)));
            case 9 -> all.add(state.with(who, self.at(10), shared.signalled()));
            case 10 -> {
                Sleeper next = new Sleeper(0, self.got + (isThere ? 1 : 0), 0, 0, false);
                all.add(state.with(who, next, shared.sleeps(who, false)));
            }
            default -> {
                if (shared.signals != self.ticket) {
                    all.add(state.with(who, self.at(10), shared));
                }
            }
        }
    }

    /** How many states nothing follows although not all was taken. */
    private static int stuck(boolean compares) {
        Sleeper awake = new Sleeper(0, 0, 0, 0, false);
        State first =
                new State(
                        awake,
                        awake,
                        new Peer(0, 0, 0, 0),
                        new Shared(false, false, 0, 0, false, 0));
        return Interleavings.stuck(first, state -> next(state, compares), State::isDone);
    }

    @Test
    void nobodySleepsForEver() {
        assertEquals(0, stuck(true));
    }

    /** A bell that one thread takes for the other, which has announced and does not yet sleep. */
    @Test
    void withoutTheNoteAWakeUpIsLost() {
        assertTrue(stuck(false) > 0);
    }
}
