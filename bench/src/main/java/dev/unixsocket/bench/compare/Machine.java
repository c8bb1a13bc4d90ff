package dev.unixsocket.bench.compare;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a stranger has to know of the machine to judge a number. */
final class Machine {

    private static final Path CPU = Path.of("/sys/devices/system/cpu");
    private static final int KIB_PER_GIB = 1024 * 1024;

    private Machine() {}

    /** Name and value, in the order to show. */
    static Map<String, String> describe() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("CPU", cpu());
        facts.put("Cores", Runtime.getRuntime().availableProcessors() + smt() + virtual());
        facts.put("Frequency governor", governor());
        facts.put("Mitigations", mitigations());
        facts.put("Memory", memory());
        facts.put(
                "Kernel",
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version")
                        + " "
                        + System.getProperty("os.arch"));
        facts.put("System", distribution());
        facts.put(
                "JDK",
                System.getProperty("java.vendor.version", System.getProperty("java.vendor"))
                        + " "
                        + System.getProperty("java.runtime.version"));
        facts.put("Options of every Java peer", String.join(" ", JavaCommand.OPTIONS));
        facts.put("Compiler of the C reference", compiler() + ", -std=c11 -O2");
        output("go", "version").ifPresent(version -> facts.put("Go", version));
        facts.put("Libraries", libraries());
        return facts;
    }

    private static String cpu() {
        return field(Path.of("/proc/cpuinfo"), "model name")
                .or(() -> output("sysctl", "-n", "machdep.cpu.brand_string"))
                .orElse("unknown");
    }

    private static String smt() {
        return read(CPU.resolve("smt/active")).map("1"::equals).orElse(false)
                ? ", two hardware threads each"
                : "";
    }

    private static String virtual() {
        return field(Path.of("/proc/cpuinfo"), "flags")
                        .map(flags -> (" " + flags + " ").contains(" hypervisor "))
                        .orElse(false)
                ? ", in a virtual machine"
                : "";
    }

    private static String governor() {
        return read(CPU.resolve("cpu0/cpufreq/scaling_governor"))
                .orElse("not visible (usual in a virtual machine)");
    }

    /** The vulnerabilities that something is done about; those that do not apply are left out. */
    private static String mitigations() {
        Map<String, String> active = new TreeMap<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(CPU.resolve("vulnerabilities"))) {
            for (Path file : files) {
                read(file)
                        .filter(text -> !text.startsWith("Not affected"))
                        .ifPresent(text -> active.put(file.getFileName().toString(), text));
            }
        } catch (IOException none) {
            return "not visible";
        }
        List<String> lines = new ArrayList<>();
        active.forEach((name, text) -> lines.add(name + ": " + text));
        return lines.isEmpty() ? "none needed" : String.join("; ", lines);
    }

    private static String memory() {
        return field(Path.of("/proc/meminfo"), "MemTotal")
                .map(text -> Long.parseLong(text.replace(" kB", "")) / KIB_PER_GIB + " GiB")
                .orElse("unknown");
    }

    private static String distribution() {
        return read(Path.of("/etc/os-release"))
                .flatMap(
                        text ->
                                text.lines()
                                        .filter(line -> line.startsWith("PRETTY_NAME="))
                                        .findFirst())
                .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
                .orElse(System.getProperty("os.name"));
    }

    private static String compiler() {
        return output("cc", "--version")
                .map(text -> text.lines().findFirst().orElse(""))
                .orElse("none");
    }

    /** The modules with a version that the benchmarks compare with or depend on. */
    private static String libraries() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("org.newsclub.net.unix", "junixsocket");
        shown.put("io.netty.transport.classes.epoll", "Netty");
        shown.put("org.jnrproject.unixsocket", "jnr-unixsocket");
        shown.put("jmh.core", "JMH");
        shown.put("HdrHistogram", "HdrHistogram");
        List<String> versions = new ArrayList<>();
        shown.forEach(
                (module, name) ->
                        ModuleLayer.boot()
                                .findModule(module)
                                .flatMap(found -> found.getDescriptor().rawVersion())
                                .ifPresent(version -> versions.add(name + " " + version)));
        return String.join(", ", versions);
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /** The first value of {@code name : value}. */
    private static Optional<String> field(Path file, String name) {
        return read(file)
                .flatMap(
                        text ->
                                text.lines()
                                        .filter(line -> line.matches(name + "\\s*:.*"))
                                        .findFirst())
                .map(line -> line.substring(line.indexOf(':') + 1).strip());
    }

    private static Optional<String> output(String... command) {
        try {
            return Optional.of(Tools.run(List.of(command)).strip());
        } catch (IOException notInstalled) {
            return Optional.empty();
        }
    }
}
