package dev.unixsocket.ffi;

/**
 * What stat(2) says of a file, as far as it matters here.
 *
 * @param mode type and permissions, {@code st_mode}
 * @param uid the owner
 * @param gid the group
 * @param device the file system it is on, {@code st_dev}
 * @param inode its number there, {@code st_ino}
 * @param modifiedNanos when its content last changed, {@code st_mtim}, in nanoseconds since 1970;
 *     for a socket that is when it was bound
 */
record FileStatus(int mode, int uid, int gid, long device, long inode, long modifiedNanos) {

    private static final int TYPE_MASK = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;
    private static final int SOCKET = 0140000;

    /** The permissions, set-ID and sticky bits. */
    int permissions() {
        return mode & 07777;
    }

    boolean isSocket() {
        return (mode & TYPE_MASK) == SOCKET;
    }

    boolean isDirectory() {
        return (mode & TYPE_MASK) == DIRECTORY;
    }

    /** What kind of file it is, for a message: {@code a directory}. */
    String kind() {
        return switch (mode & TYPE_MASK) {
            case DIRECTORY -> "a directory";
            case REGULAR -> "a regular file";
            case LINK -> "a symbolic link";
            case SOCKET -> "a socket";
            default -> "a special file";
        };
    }

    /**
     * Whether both are the same socket file. The time tells a new file from an old one whose inode
     * number it was given, which some file systems do at once.
     */
    boolean sameFileAs(FileStatus other) {
        return device == other.device
                && inode == other.inode
                && modifiedNanos == other.modifiedNanos;
    }
}
