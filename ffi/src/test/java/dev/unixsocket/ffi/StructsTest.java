package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The sizes and offsets that are written down are those of the bindings. */
class StructsTest {

    @Test
    void onLinux() throws Exception {
        String stat = LinuxPlatform.AARCH64 ? "stat_aarch64" : "stat";
        compare(
                LinuxStructs.class,
                "linux",
                Map.of("stat", stat),
                List.of(
                        "sockaddr_un",
                        "sockaddr_in",
                        "timeval",
                        "ucred",
                        "stat",
                        "timespec",
                        "msghdr",
                        "cmsghdr"));
    }

    @Test
    void onMacOs() throws Exception {
        compare(
                MacOsStructs.class,
                "macos",
                Map.of(),
                List.of(
                        "sockaddr_un",
                        "sockaddr_in",
                        "timeval",
                        "xucred",
                        "stat",
                        "timespec",
                        "msghdr",
                        "cmsghdr"));
    }

    @Test
    void thoseThatAreTheSameOnBoth() throws Exception {
        List<String> structures = List.of("msghdr", "cmsghdr", "iovec");
        compare(MessageStructs.class, "linux", Map.of(), structures);
        compare(MessageStructs.class, "macos", Map.of(), structures);
    }

    /** Each number is the size of one of the structures, or has the name of a field in one. */
    private static void compare(
            Class<?> numbers, String system, Map<String, String> classes, List<String> structures)
            throws ReflectiveOperationException {
        List<String> known = new ArrayList<>();
        for (String structure : structures) {
            GroupLayout layout =
                    (GroupLayout)
                            Class.forName(
                                            "dev.unixsocket.ffi."
                                                    + system
                                                    + "."
                                                    + classes.getOrDefault(structure, structure))
                                    .getMethod("layout")
                                    .invoke(null);
            known.add(structure.toUpperCase(Locale.ROOT) + "_BYTES=" + layout.byteSize());
            layout.memberLayouts().stream()
                    .flatMap(member -> member.name().stream())
                    .forEach(
                            name ->
                                    known.add(
                                            name.toUpperCase(Locale.ROOT)
                                                    + "="
                                                    + layout.byteOffset(
                                                            PathElement.groupElement(name))));
        }
        assertTrue(numbers.getDeclaredFields().length >= 10);
        for (Field field : numbers.getDeclaredFields()) {
            String number = field.getName() + "=" + field.getInt(null);
            assertTrue(known.contains(number), number + " is not in " + known);
        }
    }
}
