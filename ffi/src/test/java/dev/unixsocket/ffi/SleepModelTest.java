package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/**
 * All interleavings of a producer, which puts in a few messages, and a consumer, which takes them
 * and sleeps when there are none: by the steps of {@code docs/SHARED-MEMORY.md}, one load, store or
 * exchange at a time. Each processor has a store buffer, as x86 has, that is written back at any
 * time; a store that is sequentially consistent empties it.
 */
class SleepModelTest {

    private static final int MESSAGES = 3;

    /**
     * Where both are. Positions are numbers of messages; -1 is an empty store buffer.
     *
     * @param producer its next step: 0 store the tail, 1 load who sleeps, 2 exchange, 3 ring
     * @param sent how many messages it has put in
     * @param tail in memory
     * @param tailBuffer in the producer's store buffer
     * @param consumer its next step: 0 load the tail, 1 announce, 2 load the tail again, 3 sleep, 4
     *     take the announcement back
     * @param taken how many messages it has taken
     * @param sleeps in memory
     * @param sleepsBuffer in the consumer's store buffer
     * @param bells in the socket
     */
    private record State(
            int producer,
            int sent,
            int tail,
            int tailBuffer,
            int consumer,
            int taken,
            int sleeps,
            int sleepsBuffer,
            int bells) {

        boolean isDone() {
            return sent == MESSAGES && taken == MESSAGES && producer == 0;
        }

        State producer(int step) {
            return new State(
                    step, sent, tail, tailBuffer, consumer, taken, sleeps, sleepsBuffer, bells);
        }

        State consumer(int step) {
            return new State(
                    producer, sent, tail, tailBuffer, step, taken, sleeps, sleepsBuffer, bells);
        }

        State taken(int count) {
            return new State(
                    producer, sent, tail, tailBuffer, consumer, count, sleeps, sleepsBuffer, bells);
        }

        State sleeps(int memory, int buffer) {
            return new State(
                    producer, sent, tail, tailBuffer, consumer, taken, memory, buffer, bells);
        }

        State tail(int put, int memory, int buffer) {
            return new State(
                    producer, put, memory, buffer, consumer, taken, sleeps, sleepsBuffer, bells);
        }

        State bells(int count) {
            return new State(
                    producer, sent, tail, tailBuffer, consumer, taken, sleeps, sleepsBuffer, count);
        }
    }

    /**
     * How it is done.
     *
     * @param fences whether stores of a position and of who sleeps are sequentially consistent
     * @param looksAgain whether the consumer looks again after it has announced that it sleeps
     */
    private record Rules(boolean fences, boolean looksAgain) {}

    private static List<State> next(State s, Rules rules) {
        List<State> all = new ArrayList<>();
        produce(s, rules, all);
        consume(s, rules, all);
        if (s.tailBuffer >= 0) {
            all.add(s.tail(s.sent, s.tailBuffer, -1));
        }
        if (s.sleepsBuffer >= 0) {
            all.add(s.sleeps(s.sleepsBuffer, -1));
        }
        return all;
    }

    private static void produce(State s, Rules rules, List<State> all) {
        switch (s.producer) {
            case 0 -> {
                if (s.sent < MESSAGES) {
                    int tail = s.sent + 1;
                    State stored =
                            rules.fences ? s.tail(tail, tail, -1) : s.tail(tail, s.tail, tail);
                    all.add(stored.producer(1));
                }
            }
            case 1 -> all.add(s.producer(s.sleeps != 0 ? 2 : 0));
            case 2 -> { // an exchange empties the store buffer
                State emptied = s.tailBuffer < 0 ? s : s.tail(s.sent, s.tailBuffer, -1);
                all.add(emptied.sleeps(0, s.sleepsBuffer).producer(s.sleeps != 0 ? 3 : 0));
            }
            default -> {
                State emptied = s.tailBuffer < 0 ? s : s.tail(s.sent, s.tailBuffer, -1);
                all.add(emptied.bells(s.bells + 1).producer(0));
            }
        }
    }

    private static void consume(State s, Rules rules, List<State> all) {
        switch (s.consumer) {
            case 0 -> {
                if (s.taken < MESSAGES) {
                    all.add(s.tail > s.taken ? s.taken(s.tail) : s.consumer(1));
                }
            }
            case 1 -> all.add(announced(s, 1, rules).consumer(rules.looksAgain ? 2 : 3));
            case 2 -> all.add(s.consumer(s.tail > s.taken ? 4 : 3));
            case 3 -> { // in read(2)
                State asleep = s.sleepsBuffer < 0 ? s : s.sleeps(s.sleepsBuffer, -1);
                if (s.bells > 0) {
                    all.add(asleep.bells(0).consumer(4));
                } else if (!asleep.equals(s)) {
                    all.add(asleep);
                }
            }
            default -> all.add(announced(s, 0, rules).consumer(0));
        }
    }

    private static State announced(State s, int value, Rules rules) {
        return rules.fences ? s.sleeps(value, -1) : s.sleeps(s.sleeps, value);
    }

    /** How many states nothing follows although not all was taken. */
    private static int stuck(Rules rules) {
        State first = new State(0, 0, 0, -1, 0, 0, 0, -1, 0);
        return Interleavings.stuck(first, state -> next(state, rules), State::isDone);
    }

    @Test
    void nobodySleepsForEver() {
        assertEquals(0, stuck(new Rules(true, true)));
    }

    /** The model is one that can fail. */
    @Test
    void withoutTheOrderOrTheSecondLookAWakeUpIsLost() {
        assertTrue(stuck(new Rules(false, true)) > 0);
        assertTrue(stuck(new Rules(true, false)) > 0);
    }
}
