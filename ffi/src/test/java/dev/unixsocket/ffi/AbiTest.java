package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.util.stream.Collectors.joining;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.UnionLayout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Compares every layout and every constant of the generated bindings with what a C compiler makes
 * of the system's headers.
 *
 * <p>The bindings are generated on one machine and used on others; a field in the wrong place would
 * not be an error anywhere, only a wrong user id or a call that fails for no visible reason. What
 * is compared is found by reflection, so a symbol added later is compared without a change here.
 */
class AbiTest {
    private static final Path HEADERS =
            Path.of(System.getProperty("basedir", "."))
                    .toAbsolutePath()
                    .resolve("../native-headers");

    /** What the system must provide for the Linux bindings, through the header they come from. */
    private static final String LINUX_HEADERS =
            """
            #define _GNU_SOURCE
            #define UNIXSOCKET_ABI_CHECK
            #include "linux/unixsocket.h"
            """;

    /** What the SDK must provide for the macOS bindings, whose own header includes nothing. */
    private static final String MACOS_HEADERS =
            """
            #include <errno.h>
            #include <fcntl.h>
            #include <grp.h>
            #include <netinet/in.h>
            #include <netinet/tcp.h>
            #include <poll.h>
            #include <pwd.h>
            #include <sys/file.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <sys/time.h>
            #include <sys/ucred.h>
            #include <sys/un.h>
            #include <sys/xattr.h>
            """;

    @TempDir Path folder;

    /** A C expression, and its value according to the bindings. */
    private record Fact(String expression, long value) {}

    @Test
    @EnabledOnOs(OS.LINUX)
    void theLinuxBindingsAgreeWithTheHeadersOfThisMachine() throws Exception {
        requireTool("cc", "to compile a program that includes the system's headers");
        boolean aarch64 = System.getProperty("os.arch").equals("aarch64");
        compareByRunning(LINUX_HEADERS, linuxFacts(aarch64));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theLinuxBindingsAgreeWithTheHeadersOfAarch64() throws Exception {
        requireTool("aarch64-linux-gnu-gcc", "to compare with the system headers of aarch64");
        compareByCompiling("aarch64-linux-gnu-gcc", LINUX_HEADERS, linuxFacts(true));
    }

    @Test
    @EnabledOnOs(OS.MAC)
    void theMacosBindingsAgreeWithTheHeadersOfThisMachine() throws Exception {
        requireTool("cc", "to compile a program that includes the SDK's headers");
        compareByRunning(MACOS_HEADERS, macosFacts());
    }

    @Test
    void theLinuxBindingsHoldEverySymbolThatWasAskedFor() throws Exception {
        assertEquals(symbolsAskedFor("linux"), symbolsOf(dev.unixsocket.ffi.linux.Libc.class));
    }

    @Test
    void theMacosBindingsHoldEverySymbolThatWasAskedFor() throws Exception {
        assertEquals(symbolsAskedFor("macos"), symbolsOf(dev.unixsocket.ffi.macos.Libc.class));
    }

    /** The two architectures' bindings are the same but for structures that exist once for each. */
    private static List<Fact> linuxFacts(boolean aarch64) throws Exception {
        Class<?> libc = dev.unixsocket.ffi.linux.Libc.class;
        Map<String, GroupLayout> structs = structs(libc);
        for (String name : List.of("stat", "epoll_event")) {
            GroupLayout ofAarch64 = structs.remove(name + "_aarch64");
            if (aarch64) {
                structs.put(name, ofAarch64);
            }
        }
        return facts(structs, libc);
    }

    private static List<Fact> macosFacts() throws Exception {
        Class<?> libc = dev.unixsocket.ffi.macos.Libc.class;
        return facts(structs(libc), libc);
    }

    private static List<Fact> facts(Map<String, GroupLayout> structs, Class<?> libc)
            throws ReflectiveOperationException {
        List<Fact> facts = new ArrayList<>();
        structs.forEach(
                (name, layout) -> {
                    String kind = kind(name, layout);
                    String type = kind.equals("typedef") ? name : kind + " " + name;
                    facts.add(new Fact("sizeof(" + type + ")", layout.byteSize()));
                    facts.add(new Fact("_Alignof(" + type + ")", layout.byteAlignment()));
                    addFields(facts, type, "", 0, layout);
                });
        for (Method constant : constants(libc)) {
            String name = constant.getName();
            long value = ((Number) constant.invoke(null)).longValue();
            boolean isInt = constant.getReturnType() == int.class;
            facts.add(new Fact("sizeof(" + name + ")", isInt ? Integer.BYTES : Long.BYTES));
            facts.add(new Fact((isInt ? "(int) " : "(long) ") + name, value));
        }
        return facts;
    }

    private static void addFields(
            List<Fact> facts, String type, String prefix, long start, GroupLayout layout) {
        long offset = start;
        for (MemoryLayout member : layout.memberLayouts()) {
            String name = member.name().orElse("");
            String field = prefix + name;
            // Names with two underscores are the C library's own. It names its padding as it likes,
            // and has macros by which the members of such a structure seem to be of this one.
            boolean ofLibrary = name.startsWith("__");
            if (!name.isEmpty() && !ofLibrary) {
                facts.add(new Fact("offsetof(" + type + ", " + field + ")", offset));
                facts.add(
                        new Fact("sizeof(((" + type + " *) 0)->" + field + ")", member.byteSize()));
            }
            if (member instanceof GroupLayout nested) {
                addFields(facts, type, ofLibrary ? prefix : field + ".", offset, nested);
            }
            if (!(layout instanceof UnionLayout)) {
                offset += member.byteSize();
            }
        }
    }

    /** How C writes it: by convention a name that ends in {@code _t} is one by typedef. */
    private static String kind(String name, GroupLayout layout) {
        if (name.endsWith("_t")) {
            return "typedef";
        }
        return layout instanceof UnionLayout ? "union" : "struct";
    }

    /** The generated structures which are beside {@code libc}, by name. */
    private static Map<String, GroupLayout> structs(Class<?> libc)
            throws IOException, ReflectiveOperationException, URISyntaxException {
        Map<String, GroupLayout> structs = new TreeMap<>();
        Path classes = Path.of(libc.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path folder = classes.resolve(libc.getPackageName().replace('.', '/'));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                if (!name.equals("Libc") && !name.contains("$")) {
                    Class<?> struct = Class.forName(libc.getPackageName() + "." + name);
                    structs.put(name, (GroupLayout) struct.getMethod("layout").invoke(null));
                }
            }
        }
        return structs;
    }

    /** The accessors of constants: jextract writes a descriptor beside each that is a function. */
    private static List<Method> constants(Class<?> libc) {
        List<String> functions = functions(libc);
        return Arrays.stream(libc.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> method.getParameterCount() == 0)
                .filter(method -> !method.getName().contains("$"))
                .filter(method -> !functions.contains(method.getName()))
                .toList();
    }

    private static List<String> functions(Class<?> libc) {
        String ending = "$descriptor";
        Stream<String> plain =
                Arrays.stream(libc.getDeclaredMethods())
                        .map(Method::getName)
                        .filter(name -> name.endsWith(ending))
                        .map(name -> name.substring(0, name.length() - ending.length()));
        Stream<String> variadic =
                Arrays.stream(libc.getDeclaredClasses())
                        .filter(nested -> Modifier.isPublic(nested.getModifiers()))
                        .map(Class::getSimpleName);
        return Stream.concat(plain, variadic).toList();
    }

    private static String symbolsAskedFor(String system) throws IOException {
        try (Stream<String> lines = Files.lines(HEADERS.resolve(system).resolve("symbols.txt"))) {
            return lines.filter(line -> line.startsWith("--include-"))
                    .map(line -> line.substring("--include-".length()))
                    .sorted()
                    .collect(joining("\n"));
        }
    }

    private static String symbolsOf(Class<?> libc) throws Exception {
        TreeSet<String> symbols = new TreeSet<>();
        constants(libc).forEach(constant -> symbols.add("constant " + constant.getName()));
        functions(libc).forEach(function -> symbols.add("function " + function));
        structs(libc).forEach((name, layout) -> symbols.add(kind(name, layout) + " " + name));
        return String.join("\n", symbols);
    }

    /** Compiles and runs a program that prints each expression's value. */
    private void compareByRunning(String headers, List<Fact> facts) throws Exception {
        String prints =
                facts.stream()
                        .map(
                                fact ->
                                        "    printf(\"%%lld\\n\", (long long) (%s));\n"
                                                .formatted(fact.expression()))
                        .collect(joining());
        String program = "#include <stdio.h>\nint main(void) {\n" + prints + "    return 0;\n}\n";
        Path executable = folder.resolve("abi");
        run(compilation("cc", write(headers, program), "-o", executable.toString()));

        List<String> values = run(List.of(executable.toString())).lines().toList();
        assertEquals(facts.size(), values.size());
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < facts.size(); i++) {
            if (Long.parseLong(values.get(i)) != facts.get(i).value()) {
                differences.add(facts.get(i) + " is " + values.get(i) + " in C");
            }
        }
        assertEquals(List.of(), differences);
    }

    /** Has a compiler, for whose target nothing can be run here, compare the values itself. */
    private void compareByCompiling(String compiler, String headers, List<Fact> facts)
            throws Exception {
        String assertions =
                facts.stream()
                        .map(
                                fact ->
                                        "_Static_assert((long long) (%s) == %dLL, \"%s\");\n"
                                                .formatted(fact.expression(), fact.value(), fact))
                        .collect(joining());
        run(compilation(compiler, write(headers, assertions), "-fsyntax-only"));
    }

    private Path write(String headers, String program) throws IOException {
        String source = headers + "#include <stddef.h>\n" + program;
        return Files.writeString(folder.resolve("abi.c"), source);
    }

    private static List<String> compilation(String compiler, Path source, String... options) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(compiler, "-std=gnu11", "-Wall", "-Werror", "-I" + HEADERS));
        command.addAll(List.of(options));
        command.add(source.toString());
        return command;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
