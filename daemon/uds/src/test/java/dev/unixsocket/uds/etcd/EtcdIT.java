package dev.unixsocket.uds.etcd;

import static dev.unixsocket.testing.RequiredTools.require;
import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.services.wire.Json;
import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Three machines tell three servers of etcd what listens, and see each other's sockets. The clock
 * of one of the machines is wrong by a day.
 *
 * <p>A build has what takes little time; {@code -Detcd.long} has all faults, and 2,000 sockets of
 * which 100 change each second, for a minute.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EtcdIT {

    private static final String LONG = "etcd.long";
    private static final String NOT_LONG = "runs with -Detcd.long alone";
    private static final int OLD = 1;

    @TempDir static Path folder;

    private Network network;
    private Cluster cluster;
    private Host h1;
    private Host h2;
    private Host h3;
    private Program watch;

    @BeforeAll
    void start() throws IOException {
        requireRoot("to make network namespaces");
        requireTool("ip", "to make network namespaces");
        requireTool("curl", "to read figures");
        requireTool("etcd", "to register sockets");
        requireTool("etcdctl", "to look at what is registered");
        network = Network.of(List.of("e1", "e2", "e3", "h1", "h2", "h3"));
        cluster = new Cluster(network, folder);
        h1 = new Host(network, cluster, folder, "h1", Duration.ofSeconds(10), Host.Clock.RIGHT);
        h2 = new Host(network, cluster, folder, "h2", Duration.ofSeconds(60), Host.Clock.RIGHT);
        h3 = new Host(network, cluster, folder, "h3", Duration.ofSeconds(10), Host.Clock.WRONG);
        List.of(h1, h2, h3).forEach(Host::register);
        watch = h1.uds("watch", "--interval=500ms").start();
        List.of(h1, h2, h3).forEach(host -> host.agent().awaitStderr("etcd has all"));
    }

    @AfterEach
    void restore() {
        network.join("h3");
        cluster.restore();
    }

    @AfterAll
    void stop() {
        for (AutoCloseable one : new AutoCloseable[] {watch, h1, h2, h3, cluster, network}) {
            try {
                if (one != null) {
                    one.close();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    /** What a watch has printed of a socket, in order. */
    private static List<String> told(Program watch, Host host, Path socket) {
        String end = " " + host.name() + " " + socket;
        return watch.stdout()
                .lines()
                .filter(line -> line.endsWith(end))
                .map(line -> line.split(" ")[0])
                .toList();
    }

    private static void awaitTold(Program watch, Host host, Path socket, String... events) {
        Program.await(
                () -> told(watch, host, socket).size() >= events.length,
                List.of(events) + " of " + socket + ": " + watch.stdout() + watch.stderr());
        assertEquals(List.of(events), told(watch, host, socket));
    }

    private void awaitTold(Host host, Path socket, String... events) {
        awaitTold(watch, host, socket, events);
    }

    private static List<String> listed(String stdout) {
        return stdout.lines()
                .map(Json::object)
                .map(socket -> socket.get("host") + " " + socket.get("path"))
                .toList();
    }

    @Test
    void threeMachinesShowOneList() throws IOException {
        Path a = h1.listen("one.sock");
        Path b = h2.listen("one.sock");
        Path c = h3.listen("one.sock");
        awaitTold(h1, a, "listening");
        awaitTold(h2, b, "listening");
        awaitTold(h3, c, "listening");
        try (Program ls = h2.uds("ls", "--json").start();
                Program export = h3.uds("export", "--format=prometheus").start();
                Program ping = Program.dist("uds", "ping", h1.ownSocket().toString()).start()) {
            assertEquals(0, ls.awaitExit(), ls::stderr);
            List<String> all = List.of("h1 " + a, "h2 " + b, "h3 " + c);
            assertTrue(listed(ls.stdout()).containsAll(all), ls::stdout);
            assertEquals(0, export.awaitExit(), export::stderr);
            assertTrue(export.stdout().contains("\"unix://h1" + a + "\""), export::stdout);
            assertTrue(export.stdout().contains("\"host\":\"h1\""), export::stdout);
            assertEquals(0, ping.awaitExit(), ping::stderr);
        }
        h1.remove(a);
        h2.die(b); // and leaves its file behind
        awaitTold(h1, a, "listening", "disappeared");
        awaitTold(h2, b, "listening", "disappeared");
        assertEquals("", cluster.say("get", h1.key(a)));
        Program figures =
                Program.tool(
                                "curl",
                                "-sS",
                                "--unix-socket",
                                h1.metricsSocket().toString(),
                                "http://localhost/metrics")
                        .run();
        String transactions = "unixsocket_request_duration_seconds_count{service=\"register\"} ";
        assertTrue(figures.stdout().contains(transactions), figures::stdout);
        assertFalse(figures.stdout().contains(transactions + "0\n"), figures::stdout);
    }

    @Test
    void anAgentThatIsKilledAndStartedAgainMakesNoGap() throws IOException {
        Path stays = h2.listen("stays.sock");
        Path goes = h2.listen("goes.sock");
        awaitTold(h2, stays, "listening");
        awaitTold(h2, goes, "listening");
        h2.agent().kill();
        h2.remove(goes);
        Path comes = h2.listen("comes.sock");
        h2.register();
        awaitTold(h2, comes, "listening");
        awaitTold(h2, goes, "listening", "disappeared");
        awaitTold(h2, stays, "listening");
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = ".*", disabledReason = NOT_LONG)
    void aMachineThatIsCutOffIsForgottenAndComesBack() throws IOException {
        Path here = h1.listen("here.sock");
        Path there = h3.listen("there.sock");
        try (Program itsWatch = h3.uds("watch", "--interval=500ms").start()) {
            awaitTold(itsWatch, h1, here, "listening");
            awaitTold(itsWatch, h3, there, "listening");
            network.cutOff("h3");
            awaitTold(h3, there, "listening", "disappeared");
            h1.remove(here);
            Path newer = h1.listen("newer.sock");
            awaitTold(h1, newer, "listening");
            itsWatch.awaitStderr("what is shown is old: ");
            assertEquals(List.of("listening"), told(itsWatch, h1, here));
            cluster.say("compact", Long.toString(cluster.revision()));
            network.join("h3");
            awaitTold(h3, there, "listening", "disappeared", "listening");
            itsWatch.awaitStderr("all is current again");
            awaitTold(itsWatch, h1, here, "listening", "disappeared");
            awaitTold(itsWatch, h1, newer, "listening");
            assertCurrent(itsWatch, h3, there);
        }
    }

    /**
     * The watch has missed that a socket went and came again. If its agent was sooner, that is all
     * one to it: the same process listens.
     */
    private static void assertCurrent(Program watch, Host host, Path socket) {
        List<String> nothing = List.of("listening");
        List<String> both = List.of("listening", "disappeared", "listening");
        List<String> told = told(watch, host, socket);
        if (!told.equals(nothing)) {
            Program.await(() -> told(watch, host, socket).size() >= both.size(), "both changes");
            assertEquals(both, told(watch, host, socket));
        }
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = ".*", disabledReason = NOT_LONG)
    void aClockThatIsWrongByADayAtAgentWatchAndLeaderMovesNoLease() throws IOException {
        String server = "e1";
        cluster.kill(server);
        cluster.startUnder(tomorrow(), server);
        cluster.lead(server);
        assertTrue(cluster.clock(server).isAfter(Instant.now().plus(Duration.ofHours(23))));
        Path here = h1.listen("clock.sock");
        Path there = h3.listen("clock.sock");
        try (Program itsWatch = h3.uds("watch").start()) {
            for (Program one : List.of(watch, itsWatch)) {
                awaitTold(one, h1, here, "listening");
                awaitTold(one, h3, there, "listening");
            }
            long end = System.nanoTime() + h3.ttl().multipliedBy(2).toNanos();
            Program.await(() -> System.nanoTime() - end > 0, "the time of two leases");
            h3.agent().close(); // faketime(1) waits for a process of its own
            for (Program one : List.of(watch, itsWatch)) {
                awaitTold(one, h3, there, "listening", "disappeared");
                awaitTold(one, h1, here, "listening");
            }
            assertEquals(server, cluster.leader());
            h3.register();
            for (Program one : List.of(watch, itsWatch)) {
                awaitTold(one, h3, there, "listening", "disappeared", "listening");
            }
        } finally {
            cluster.kill(server);
        }
    }

    /** Compiles what lets a program in Go have another clock. */
    private static String tomorrow() {
        requireTool("cc", "to compile what changes a clock");
        require("amd64".equals(System.getProperty("os.arch")), "a clock is changed in x86-64 code");
        String program = folder.resolve("tomorrow").toString();
        String source = Path.of("src/test/c/tomorrow.c").toAbsolutePath().toString();
        Program compiler = Program.tool("cc", "-O1", "-o", program, source).run();
        assertEquals(0, compiler.awaitExit(), compiler::stderr);
        return program;
    }

    @Test
    void theDeathOfTheLeaderIsSurvived() throws IOException {
        Path before = h1.listen("before.sock");
        awaitTold(h1, before, "listening");
        cluster.kill(cluster.leader());
        Path after = h1.listen("after.sock");
        h1.remove(before);
        awaitTold(h1, after, "listening");
        awaitTold(h1, before, "listening", "disappeared");
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = ".*", disabledReason = NOT_LONG)
    void aServerThatStaysAwayIsDoneWithout() throws IOException {
        for (String server : Cluster.SERVERS) { // one of them is the one that the watch reads from
            cluster.kill(server);
            Path socket = h2.listen("without-" + server + ".sock");
            awaitTold(h2, socket, "listening");
            h2.remove(socket);
            awaitTold(h2, socket, "listening", "disappeared");
            cluster.restore();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = ".*", disabledReason = NOT_LONG)
    void withoutAQuorumNothingIsForgottenAndTheListSaysThatItMayBeOld() throws IOException {
        Path socket = h1.listen("lasting.sock");
        awaitTold(h1, socket, "listening");
        cluster.kill("e1");
        cluster.kill("e2");
        Path later = h2.listen("later.sock");
        watch.awaitStderr("what is shown is old: ");
        Program ls = h2.uds("ls", "--json").run();
        assertEquals(OLD, ls.awaitExit(), ls::stderr);
        assertTrue(ls.stderr().contains("the list may be old: "), ls::stderr);
        assertTrue(listed(ls.stdout()).contains("h1 " + socket), ls::stdout);
        cluster.restore();
        awaitTold(h2, later, "listening");
        awaitTold(h1, socket, "listening");
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = ".*", disabledReason = NOT_LONG)
    void aFullEtcdForgetsWhatGoesAndGetsWhatCameOnceThereIsSpace() throws IOException {
        Path goes = h3.listen("full-goes.sock");
        awaitTold(h3, goes, "listening");
        byte[] megabyte = "x".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; cluster.say("alarm", "list").isEmpty(); i++) {
            assertTrue(i < 2 * Cluster.QUOTA, "the quota is not used up");
            Program put = cluster.control("put", "fill").start();
            put.input(megabyte);
            put.closeInput();
            put.awaitExit();
        }
        Path comes = h3.listen("full-comes.sock");
        h3.agent().awaitStderr("space exceeded");
        h3.remove(goes);
        awaitTold(h3, goes, "listening", "disappeared");
        assertEquals(List.of(), told(watch, h3, comes));
        cluster.say("compact", Long.toString(cluster.revision()));
        cluster.say("defrag");
        cluster.say("alarm", "disarm");
        awaitTold(h3, comes, "listening");
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = ".*", disabledReason = NOT_LONG)
    void anotherAgentsKeyIsNeverOverwritten() throws IOException {
        Path taken = h1.path("taken.sock");
        cluster.say("put", h1.key(taken), "another's");
        h1.listen("taken.sock");
        h1.agent().awaitStderr("another agent has the key " + h1.key(taken));
        assertTrue(cluster.say("get", h1.key(taken)).contains("another's"));
        cluster.say("del", h1.key(taken));
        awaitTold(h1, taken, "listening");
        assertFalse(cluster.say("get", h1.key(taken)).contains("another's"));
    }

    @Test
    void aWatchPrintsEachOfManyChangesInOrder() throws IOException {
        boolean isLong = System.getProperty(LONG) != null;
        int sockets = isLong ? 2000 : 100;
        int rate = isLong ? 100 : 60;
        int seconds = isLong ? 60 : 2;
        try (Churn churn = new Churn(List.of(h1, h2, h3), h2.watching())) {
            churn.begin(sockets);
            Churn.Latencies latencies = churn.run(rate, seconds);
            System.out.println(sockets + " sockets, " + latencies);
            if (isLong) {
                assertTrue(latencies.made().toSeconds() <= seconds, latencies::toString);
                assertTrue(latencies.millis(0.99) < 1000, latencies::toString);
            }
            Program ls = h3.uds("ls", "--json").run();
            assertEquals(0, ls.awaitExit(), ls::stderr);
            List<String> listed = listed(ls.stdout());
            assertEquals(sockets, churn.inDirectories().size());
            assertEquals(
                    churn.inDirectories(),
                    listed.stream().filter(one -> one.contains("/churn-")).sorted().toList());
        }
    }
}
