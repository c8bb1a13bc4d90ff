package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/** A module with a backend, as a user would make one. */
final class BackendJar {

    private BackendJar() {}

    /**
     * Compiles it, and puts it where a distribution looks for it.
     *
     * @param work a directory for its sources and classes
     * @param name of its module
     * @param body of its {@code generate}
     */
    static void build(Path work, Path dist, String name, String body) throws IOException {
        Path sources = Files.createDirectories(work.resolve(name).resolve(name));
        Path moduleInfo = sources.resolveSibling("module-info.java");
        Files.writeString(
                moduleInfo,
                """
                module %1$s {
                    requires dev.unixsocket.services;
                    provides dev.unixsocket.services.weave.GenerateBackend with %1$s.Backend;
                }
                """
                        .formatted(name));
        Path backend = sources.resolve("Backend.java");
        Files.writeString(
                backend,
                """
                package %s;

                import dev.unixsocket.services.weave.*;
                import java.lang.foreign.MemorySegment;

                public class Backend implements GenerateBackend {
                    public void generate(RequestView request, long seed, MemorySegment pixels)
                            throws Exception {
                        %s
                    }
                }
                """
                        .formatted(name, body));
        Path classes = work.resolve(name + "-classes");
        compile(classes, List.of(moduleInfo, backend));
        jdkTool(
                "jar",
                "--create",
                "--file=" + dist.resolve("lib").resolve(name + ".jar"),
                "-C",
                classes.toString(),
                ".");
    }

    private static void compile(Path classes, List<Path> sources) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("-d", classes.toString(), "--module-path"));
        arguments.add(System.getProperty("jdk.module.path"));
        sources.forEach(source -> arguments.add(source.toString()));
        jdkTool("javac", arguments.toArray(String[]::new));
    }

    private static void jdkTool(String name, String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said, true);
        ToolProvider tool = ToolProvider.findFirst(name).orElseThrow();
        assertEquals(0, tool.run(out, out, arguments), said::toString);
    }
}
