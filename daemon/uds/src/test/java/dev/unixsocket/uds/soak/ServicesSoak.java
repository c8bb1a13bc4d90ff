package dev.unixsocket.uds.soak;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All services under mixed load for some time end with the memory, the descriptors and the threads
 * that they had after the first sixth of it. Each time the load is stopped first, and what the
 * services still wait for has timed out. Not part of a build: {@code mvn -Psoak}.
 *
 * <p>{@code soak.minutes} says for how long.
 */
class ServicesSoak {

    private static final int PARTS = 6;

    /** More than any time limit of {@link Services}. */
    private static final Duration SETTLED = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    void allServicesEndWithWhatTheyHadAfterTheFirstPart() throws Exception {
        RequiredTools.requireRoot("to connect as another user");
        RequiredTools.requireTool("setpriv", "to connect as another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Duration part = Duration.ofMinutes(Integer.getInteger("soak.minutes")).dividedBy(PARTS);
        try (Services services = new Services(folder)) {
            Files.setPosixFilePermissions(
                    services.weave().getParent(), PosixFilePermissions.fromString("rwx--x--x"));
            Load load = MixedLoad.on(services);
            Map<String, Footprint> first = loadFor(part, load, services);
            say("after the first part", first);
            Map<String, Footprint> last = loadFor(part.multipliedBy(PARTS - 1L), load, services);
            say("at the end", last);
            load.times().forEach((name, times) -> System.out.printf("%6d %s%n", times, name));
            assertAll(
                    last.entrySet().stream()
                            .map(end -> (Executable) () -> compare(end.getKey(), first, last)));
            assertAll(
                    services.all().values().stream()
                            .map(p -> (Executable) () -> assertEquals(0, p.terminate())));
        }
    }

    private static void compare(
            String service, Map<String, Footprint> first, Map<String, Footprint> last) {
        last.get(service).assertNoMoreThan(first.get(service), service);
    }

    private static Map<String, Footprint> loadFor(Duration time, Load load, Services services)
            throws IOException, InterruptedException {
        try (Program stranger = stranger(services)) {
            load.start();
            RawClient.pause(time);
            load.stop();
            stranger.closeInput();
            assertEquals(0, stranger.awaitExit(), stranger::stderr);
            System.out.print("another user: connections, without answer, with: ");
            System.out.print(stranger.stdout());
            int ended = Integer.parseInt(stranger.stdout().split(" ")[1]);
            assertTrue(ended > 0, "no connection of another user was closed");
        }
        assertAll(
                load.failures().stream()
                        .map(
                                failure ->
                                        () -> {
                                            throw failure;
                                        }));
        RawClient.pause(SETTLED);
        Map<String, Footprint> footprints = new LinkedHashMap<>();
        services.all().forEach((name, program) -> footprints.put(name, Footprint.of(program)));
        return footprints;
    }

    private static Program stranger(Services services) throws IOException {
        List<String> arguments = new ArrayList<>();
        try (InputStream script = ServicesSoak.class.getResourceAsStream("stranger.py")) {
            arguments.add("-c");
            arguments.add(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        services.sockets().forEach(socket -> arguments.add(socket.toString()));
        return Program.tool("python3", arguments.toArray(String[]::new))
                .environment("PATH", "/usr/bin:/bin") // what another user can run
                .asNobody()
                .start();
    }

    private static void say(String when, Map<String, Footprint> footprints) {
        System.out.println(when);
        footprints.forEach((name, used) -> System.out.printf("  %-28s %s%n", name, used));
    }
}
