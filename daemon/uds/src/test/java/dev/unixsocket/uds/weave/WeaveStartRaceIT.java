package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Many daemons start at the same moment where a killed one left its socket. Each is a process of
 * its own, started for that round, and they are killed at its end, so that the next round finds
 * what a crash leaves.
 *
 * <p>{@code -Drace.rounds=200 -Drace.daemons=8} runs as many rounds as the proof asks for; without
 * it there are few, since a round starts a virtual machine for each daemon.
 */
class WeaveStartRaceIT {

    private static final int ROUNDS = Integer.getInteger("race.rounds", 10);

    /** Without the lock, about every other round goes wrong. */
    private static final int ROUNDS_UNTIL_IT_FAILS = Math.max(ROUNDS, 60);

    private static final int DAEMONS = Integer.getInteger("race.daemons", 5);

    /** The more there are, the sooner a round goes wrong. */
    private static final int DAEMONS_UNTIL_IT_FAILS = 8;

    @TempDir Path runtimeDirectory;

    @Test
    void withTheLockExactlyOneServes() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            Outcome outcome = race(DAEMONS, "--lock");
            String what = "round " + round + ": " + outcome;
            assertEquals(1, outcome.serving, what);
            assertEquals(DAEMONS - 1, outcome.alreadyRunning, what);
            assertTrue(outcome.answers, what);
        }
    }

    @Test
    void withoutTheLockSeveralTakeTheSocketFromEachOther() throws IOException {
        for (int round = 0; round < ROUNDS_UNTIL_IT_FAILS; round++) {
            if (race(DAEMONS_UNTIL_IT_FAILS).serving > 1) {
                return;
            }
        }
        throw new AssertionError("no round of " + ROUNDS_UNTIL_IT_FAILS + " went wrong");
    }

    private record Outcome(
            int serving, int alreadyRunning, boolean answers, List<String> messages) {}

    private Outcome race(int count, String... options) throws IOException {
        List<Program> daemons = new ArrayList<>();
        try {
            IntStream.range(0, count).forEach(i -> daemons.add(start(options)));
            for (Program daemon : daemons) {
                Program.await(
                        () -> serves(daemon) || !daemon.isAlive(), "an end of " + daemon.stderr());
            }
            List<Program> serving = daemons.stream().filter(WeaveStartRaceIT::serves).toList();
            long refused =
                    daemons.stream()
                            .filter(daemon -> !serving.contains(daemon))
                            .peek(Program::awaitExit)
                            .filter(daemon -> daemon.stderr().startsWith("already running (pid "))
                            .count();
            boolean answers = serving.size() == 1 && answers(serving.getFirst());
            List<String> messages = daemons.stream().map(Program::stderr).toList();
            return new Outcome(serving.size(), (int) refused, answers, messages);
        } finally {
            daemons.forEach(Program::kill);
        }
    }

    private Program start(String... options) {
        return Program.dist("weave-compute", options)
                .environment("XDG_RUNTIME_DIR", runtimeDirectory.toString())
                .environment("UDS_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")
                .start();
    }

    private static boolean serves(Program daemon) {
        return daemon.stderr().contains("listening on /") && !daemon.stderr().startsWith("already");
    }

    private boolean answers(Program daemon) throws IOException {
        RunningDaemon running = new RunningDaemon(daemon, RunningDaemon.socketIn(runtimeDirectory));
        return running.exchange(new RawRequest().bytes()).length == 48 + 64 * 64 * 3;
    }
}
