package dev.unixsocket.bench.compare;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How a Java process of the benchmarks is started: this process's JDK and module path. */
public final class JavaCommand {

    /** The options of every Java peer: collector, heap and nothing else that shapes the code. */
    public static final List<String> OPTIONS =
            List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx64m", "-XX:-UsePerfData");

    /** For those that allocate: more heap, and the collector that a server has by default. */
    static final List<String> OPTIONS_WITH_G1 =
            List.of("-XX:+UseG1GC", "-Xms512m", "-Xmx512m", "-XX:-UsePerfData");

    /** What Aeron needs to run on this JDK, and what it recommends for low latency. */
    static final List<String> OPTIONS_FOR_AERON =
            Stream.concat(
                            OPTIONS.stream(),
                            Stream.of(
                                    "--add-opens=java.base/jdk.internal.misc=org.agrona",
                                    "-Dagrona.disable.bounds.checks=true"))
                    .toList();

    /**
     * The options of the servers of many connections: a heap with room for 10,000, all of it
     * resident from the beginning, so that what grows with the connections is not the heap.
     */
    public static final List<String> OPTIONS_FOR_MANY =
            List.of(
                    "-XX:+UseSerialGC",
                    "-Xms256m",
                    "-Xmx256m",
                    "-XX:+AlwaysPreTouch",
                    "-XX:-UsePerfData");

    private static final String NATIVE_ACCESS =
            "--enable-native-access=dev.unixsocket.ffi,dev.unixsocket.bench,"
                    + "org.newsclub.net.unix,io.netty.common,"
                    + "org.jnrproject.jffi,org.jnrproject.ffi";

    private JavaCommand() {}

    /** The command line up to the main class; arguments can be added. */
    public static List<String> of(Class<?> main) {
        return of(main, OPTIONS);
    }

    /** As {@link #of(Class)}, with those options of the JVM. */
    static List<String> of(Class<?> main, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
        command.add(NATIVE_ACCESS);
        command.addAll(List.of("--module-path", System.getProperty("jdk.module.path")));
        command.addAll(List.of("--add-modules", "ALL-MODULE-PATH"));
        String classPath = System.getProperty("java.class.path", "");
        if (!classPath.isEmpty()) {
            command.addAll(
                    List.of("--class-path", classPath)); // where a test runner puts libraries
        }
        command.addAll(List.of("--module", "dev.unixsocket.bench/" + main.getName()));
        return command;
    }

    /** The folder that the build leaves things in, beside the classes or the JAR of this module. */
    public static Path target() {
        try {
            return Path.of(
                            JavaCommand.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
