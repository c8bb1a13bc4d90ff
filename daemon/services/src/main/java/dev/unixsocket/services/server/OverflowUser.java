package dev.unixsocket.services.server;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The number that the kernel shows for every user and group which a user namespace does not map,
 * root outside of it included: user_namespaces(7). A process inside must not take whoever has that
 * number for one user. Stateless, thread-safe.
 */
final class OverflowUser {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    private static final Path PROC = Path.of("/proc");

    /** How many IDs there are; the last number of 32 bits is none. */
    private static final long ALL = 0xFFFF_FFFFL;

    private static final int MOST_DIGITS = 64;

    private OverflowUser() {}

    /**
     * Whether peers of many users may be shown with this user ID. Says so at WARN: a service of
     * that user admits nobody by the user.
     */
    static boolean isAmbiguousUid(int uid) {
        return uid != 0 && isAmbiguous(uid, PROC.resolve("sys/kernel/overflowuid"), "uid_map");
    }

    /** As {@link #isAmbiguousUid}, for a group ID. */
    static boolean isAmbiguousGid(int gid) {
        return gid != 0 && isAmbiguous(gid, PROC.resolve("sys/kernel/overflowgid"), "gid_map");
    }

    private static boolean isAmbiguous(int id, Path overflow, String map) {
        try {
            boolean ambiguous =
                    number(overflow).equals(Integer.toUnsignedString(id))
                            && !mapsAll(Files.readAllLines(PROC.resolve("self").resolve(map)));
            if (ambiguous) {
                LOG.log(
                        Level.WARNING,
                        "nobody is admitted by the ID %s: in this user namespace it stands for"
                                        .formatted(Integer.toUnsignedString(id))
                                + " every one that is not mapped");
            }
            return ambiguous;
        } catch (IOException noSuchThing) {
            return false; // a system without user namespaces
        }
    }

    /** By one read(2): of a number the kernel gives nothing to a second one. */
    private static String number(Path file) throws IOException {
        byte[] bytes = new byte[MOST_DIGITS];
        try (InputStream in = Files.newInputStream(file)) {
            int length = Math.max(in.read(bytes), 0);
            return new String(bytes, 0, length, StandardCharsets.US_ASCII).strip();
        }
    }

    /** Whether the ranges of a map, {@code inside outside count} each, leave no ID out. */
    static boolean mapsAll(List<String> map) {
        return map.stream()
                        .map(line -> line.strip().split("\\s+"))
                        .mapToLong(range -> Long.parseLong(range[range.length - 1]))
                        .sum()
                >= ALL;
    }
}
