package dev.unixsocket.uds.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Somebody whom an option lets connect, as the modes of files see them. Thread-safe. */
@FunctionalInterface
interface Visitor {

    /**
     * Which of the three digits of a mode is theirs.
     *
     * @param uid the owner of the file
     * @param gid its group
     * @return by how many bits the mode is to be shifted: 6, 3 or 0
     */
    int shift(int uid, int gid);

    /** A user. Who is in which group is looked up in /etc/passwd and /etc/group. */
    static Visitor user(int user) {
        return (uid, gid) -> user == uid ? 6 : isMember(user, gid) ? 3 : 0;
    }

    /** A member of a group. */
    static Visitor member(int group) {
        return (uid, gid) -> group == gid ? 3 : 0;
    }

    /** Whether that user may do something with a file, by its mode: 2 to write, 1 to pass. */
    default boolean may(int what, Path file) throws IOException {
        int mode = (int) Files.getAttribute(file, "unix:mode");
        int uid = (int) Files.getAttribute(file, "unix:uid");
        int gid = (int) Files.getAttribute(file, "unix:gid");
        return (mode >> shift(uid, gid) & what) != 0;
    }

    private static boolean isMember(int user, int group) {
        List<String[]> names =
                lines("/etc/passwd").stream().filter(line -> is(line, 2, user)).toList();
        return names.stream().anyMatch(line -> is(line, 3, group))
                || lines("/etc/group").stream()
                        .filter(line -> is(line, 2, group) && line.length > 3)
                        .flatMap(line -> Arrays.stream(line[3].split(",")))
                        .anyMatch(
                                member -> names.stream().anyMatch(line -> line[0].equals(member)));
    }

    private static List<String[]> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file)).stream().map(line -> line.split(":")).toList();
        } catch (IOException e) {
            return List.of(); // accounts are kept elsewhere
        }
    }

    private static boolean is(String[] line, int field, int id) {
        return line.length > field && line[field].equals(Integer.toUnsignedString(id));
    }
}
