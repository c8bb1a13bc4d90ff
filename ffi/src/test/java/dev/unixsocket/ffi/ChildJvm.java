package dev.unixsocket.ffi;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@link Child} in a Java of its own. */
final class ChildJvm {

    private static final Path TARGET =
            Path.of(System.getProperty("basedir", ".")).toAbsolutePath().resolve("target");
    private static final String CLASSES = TARGET.resolve("classes").toString();
    private static final String TEST_CLASSES = TARGET.resolve("test-classes").toString();
    private static final String NATIVE_ACCESS = "--enable-native-access=dev.unixsocket.ffi";

    /** What a process left behind, what it wrote to either output included. */
    record Ended(int status, String output) {}

    private ChildJvm() {}

    /** The command that runs it as a module which has native access. */
    static List<String> command(List<String> options, String... arguments) {
        List<String> all = new ArrayList<>(options);
        all.add(NATIVE_ACCESS);
        return commandWithoutAccess(all, arguments);
    }

    /** The command that runs it as a module. */
    static List<String> commandWithoutAccess(List<String> options, String... arguments) {
        List<String> command = java(options);
        command.addAll(List.of("--module-path", CLASSES));
        command.addAll(List.of("--patch-module", "dev.unixsocket.ffi=" + TEST_CLASSES));
        command.addAll(List.of("--module", "dev.unixsocket.ffi/" + Child.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The command that runs it from the class path. */
    static List<String> commandOnClassPath(List<String> options, String... arguments) {
        List<String> command = java(options);
        command.addAll(List.of("--class-path", CLASSES + ":" + TEST_CLASSES));
        command.add(Child.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** The library, its tests and all that they need. */
    static List<String> classPath() {
        List<String> all = new ArrayList<>(List.of(CLASSES, TEST_CLASSES));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.endsWith(".jar")) {
                all.add(entry);
            }
        }
        return all;
    }

    private static List<String> java(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xshare:auto");
        command.addAll(options);
        return command;
    }

    static Ended run(List<String> options, String... arguments) throws Exception {
        return ended(new ProcessBuilder(command(options, arguments)));
    }

    /** As {@link #run}, after a command of the shell that changes something for the process. */
    static Ended runAfter(String shellCommand, List<String> options, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c"));
        command.add(shellCommand + " && exec \"$@\"");
        command.add("sh");
        command.addAll(command(options, arguments));
        return ended(new ProcessBuilder(command));
    }

    static Ended ended(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }
}
