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
 * time; a store that is sequentially consistent, and a fence, empty it. The barrier of
 * membarrier(2) empties both.
 */
class SleepModelTest {

    private static final int MESSAGES = 3;

    /** A store buffer that is empty. */
    private static final int EMPTY = -1;

    /**
     * The producer.
     *
     * @param step its next one: 0 store the tail, 1 load who makes the barriers, 2 load who sleeps,
     *     3 fence, 4 load who sleeps, 5 exchange, 6 ring
     * @param sent how many messages it has put in
     * @param buffer the tail in its store buffer
     */
    private record Producer(int step, int sent, int buffer) {

        Producer at(int next) {
            return new Producer(next, sent, buffer);
        }

        Producer emptied() {
            return new Producer(step, sent, EMPTY);
        }
    }

    /**
     * The consumer.
     *
     * @param step its next one: 0 load the tail, 1 announce, 2 barrier, 3 load the tail again, 4
     *     sleep, 5 take the announcement back, 6 say that it makes the barriers, 7 say that it does
     *     not
     * @param taken how many messages it has taken
     * @param buffer whether it sleeps, in its store buffer
     * @param makes whether it has to make the next barrier for both
     */
    private record Consumer(int step, int taken, int buffer, boolean makes) {

        Consumer at(int next) {
            return new Consumer(next, taken, buffer, makes);
        }

        Consumer takes(int count) {
            return new Consumer(0, count, buffer, makes);
        }

        Consumer makes(int next, boolean is) {
            return new Consumer(next, taken, buffer, is);
        }

        Consumer buffers(int value) {
            return new Consumer(step, taken, value, makes);
        }
    }

    /** What both see; {@code bells} are in the socket. */
    private record Memory(int tail, int sleeps, boolean makes, int bells) {

        Memory tail(int value) {
            return new Memory(value, sleeps, makes, bells);
        }

        Memory sleeps(int value) {
            return new Memory(tail, value, makes, bells);
        }

        Memory makes(boolean is) {
            return new Memory(tail, sleeps, is, bells);
        }

        Memory bells(int count) {
            return new Memory(tail, sleeps, makes, count);
        }
    }

    private record State(Producer producer, Consumer consumer, Memory memory) {

        boolean isDone() {
            return producer.sent == MESSAGES && consumer.taken == MESSAGES && producer.step == 0;
        }

        State with(Producer next, Memory now) {
            return new State(next, consumer, now);
        }

        State with(Consumer next, Memory now) {
            return new State(producer, next, now);
        }

        State producerEmptied() {
            return producer.buffer == EMPTY
                    ? this
                    : with(producer.emptied(), memory.tail(producer.buffer));
        }

        State consumerEmptied() {
            return consumer.buffer == EMPTY
                    ? this
                    : with(consumer.buffers(EMPTY), memory.sleeps(consumer.buffer));
        }
    }

    /**
     * How it is done.
     *
     * @param producerFences whether the producer fences where the consumer makes no barriers
     * @param consumerFences whether the consumer's stores are sequentially consistent
     * @param barrier whether who has said that it makes the barriers makes one before it sleeps
     * @param looksAgain whether the consumer looks again after it has announced that it sleeps
     */
    private record Rules(
            boolean producerFences, boolean consumerFences, boolean barrier, boolean looksAgain) {

        static final Rules ALL = new Rules(true, true, true, true);
    }

    private static List<State> next(State s, Rules rules) {
        List<State> all = new ArrayList<>();
        produce(s, rules, all);
        consume(s, rules, all);
        if (s.producer.buffer != EMPTY) {
            all.add(s.producerEmptied());
        }
        if (s.consumer.buffer != EMPTY) {
            all.add(s.consumerEmptied());
        }
        return all;
    }

    private static void produce(State s, Rules rules, List<State> all) {
        Producer self = s.producer;
        switch (self.step) {
            case 0 -> {
                if (self.sent < MESSAGES) {
                    int tail = self.sent + 1;
                    all.add(s.with(new Producer(1, tail, tail), s.memory));
                }
            }
            case 1 -> all.add(s.with(self.at(s.memory.makes ? 2 : 3), s.memory));
            case 2 -> all.add(s.with(self.at(s.memory.sleeps == 0 ? 0 : 3), s.memory));
            case 3 -> {
                State fenced = rules.producerFences ? s.producerEmptied() : s;
                all.add(fenced.with(fenced.producer.at(4), fenced.memory));
            }
            case 4 -> all.add(s.with(self.at(s.memory.sleeps == 0 ? 0 : 5), s.memory));
            case 5 -> { // an exchange empties the store buffer
                State emptied = s.producerEmptied();
                Producer then = emptied.producer.at(s.memory.sleeps == 0 ? 0 : 6);
                all.add(emptied.with(then, emptied.memory.sleeps(0)));
            }
            default -> { // and so does a call to the kernel
                State emptied = s.producerEmptied();
                Memory rung = emptied.memory.bells(s.memory.bells + 1);
                all.add(emptied.with(emptied.producer.at(0), rung));
            }
        }
    }

    private static void consume(State s, Rules rules, List<State> all) {
        Consumer self = s.consumer;
        Memory memory = s.memory;
        switch (self.step) {
            case 0 -> {
                if (memory.tail > self.taken) {
                    Consumer took = self.takes(memory.tail);
                    all.add(s.with(took, memory));
                    if (!self.makes) {
                        all.add(s.with(took.at(6), memory));
                    }
                } else if (self.taken < MESSAGES) {
                    all.add(s.with(self.at(self.makes ? 7 : 1), memory));
                }
            }
            case 1 -> {
                int then = self.makes ? 2 : rules.looksAgain ? 3 : 4;
                all.add(announced(s, 1, then, rules));
            }
            case 2 -> barrier(s, rules, all);
            case 3 -> all.add(s.with(self.at(memory.tail > self.taken ? 5 : 4), memory));
            case 4 -> { // in read(2)
                State asleep = s.consumerEmptied();
                if (memory.bells > 0) {
                    all.add(asleep.with(asleep.consumer.at(5), asleep.memory.bells(0)));
                } else if (!asleep.equals(s)) {
                    all.add(asleep);
                }
            }
            case 5 -> all.add(announced(s, 0, 0, rules));
            case 6 -> all.add(s.with(self.makes(0, true), memory.makes(true)));
            default -> all.add(s.with(self.at(1), memory.makes(false)));
        }
    }

    /** One that fails leaves it to be made, and does not sleep. */
    private static void barrier(State s, Rules rules, List<State> all) {
        State emptied = rules.barrier ? s.producerEmptied().consumerEmptied() : s;
        int then = rules.looksAgain ? 3 : 4;
        all.add(emptied.with(emptied.consumer.makes(then, false), emptied.memory));
        all.add(s.with(s.consumer.at(5), s.memory));
    }

    private static State announced(State s, int value, int then, Rules rules) {
        return rules.consumerFences
                ? s.with(s.consumer.buffers(EMPTY).at(then), s.memory.sleeps(value))
                : s.with(s.consumer.buffers(value).at(then), s.memory);
    }

    /** How many states nothing follows although not all was taken. */
    private static int stuck(Rules rules) {
        State first =
                new State(
                        new Producer(0, 0, EMPTY),
                        new Consumer(0, 0, EMPTY, false),
                        new Memory(0, 0, false, 0));
        return Interleavings.stuck(first, state -> next(state, rules), State::isDone);
    }

    @Test
    void nobodySleepsForEver() {
        assertEquals(0, stuck(Rules.ALL));
    }

    /** The model is one that can fail: each of the rules is needed. */
    @Test
    void withoutAnyOfTheRulesAWakeUpIsLost() {
        assertTrue(stuck(new Rules(false, true, true, true)) > 0);
        assertTrue(stuck(new Rules(true, false, true, true)) > 0);
        assertTrue(stuck(new Rules(true, true, false, true)) > 0);
        assertTrue(stuck(new Rules(true, true, true, false)) > 0);
    }
}
