package dev.unixsocket.ffi;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * Who may open a file: its permissions and its group.
 *
 * @param mode the permissions, such as 0600
 * @param gid the group, if it is to be another than the one that new files get
 */
public record FileAccess(int mode, OptionalInt gid) {

    private static final int GROUP_BITS = 0070;

    /** See {@link FileAccess}. */
    public FileAccess {
        requirePermissions(mode);
        Objects.requireNonNull(gid, "gid");
    }

    static void requirePermissions(int mode) {
        if ((mode & ~0777) != 0) {
            throw new IllegalArgumentException("a mode is 0000 to 0777, not %04o".formatted(mode));
        }
    }

    /**
     * Those permissions, with the group that new files get.
     *
     * @param mode 0000 to 0777
     * @return the access
     */
    public static FileAccess of(int mode) {
        return new FileAccess(mode, OptionalInt.empty());
    }

    /** The permissions until the group is set: none for the group that it has before. */
    int modeBeforeGroup() {
        return gid.isPresent() ? mode & ~GROUP_BITS : mode;
    }

    @Override
    public String toString() {
        return "%04o".formatted(mode) + (gid.isPresent() ? ", gid " + gid.getAsInt() : "");
    }
}
