package dev.unixsocket.ffi;

/**
 * What stat(2) says of a file, as far as it matters here.
 *
 * @param mode type and permissions, {@code st_mode}
 * @param uid the owner
 * @param gid the group
 * @param device the file system it is on, {@code st_dev}
 * @param inode its number there, {@code st_ino}
 * @param bytes how long it is, {@code st_size}
 * @param links how many names it has, {@code st_nlink}
 * @param modifiedNanos when its content last changed, {@code st_mtim}, in nanoseconds since 1970;
 *     for a socket that is when it was bound
 */
record FileStatus(
        int mode,
        int uid,
        int gid,
        long device,
        long inode,
        long bytes,
        long links,
        long modifiedNanos) {

    // The same on Linux and on macOS.
    static final int TYPE_MASK = 0170000;
    static final int CHARACTER_DEVICE = 0020000;
    static final int DIRECTORY = 0040000;
    static final int REGULAR = 0100000;
    static final int LINK = 0120000;
    static final int SOCKET = 0140000;

    /** The permissions, set-ID and sticky bits. */
    int permissions() {
        return mode & 07777;
    }

    boolean isSocket() {
        return (mode & TYPE_MASK) == SOCKET;
    }

    boolean isRegular() {
        return (mode & TYPE_MASK) == REGULAR;
    }

    boolean isLink() {
        return (mode & TYPE_MASK) == LINK;
    }

    boolean isCharacterDevice() {
        return (mode & TYPE_MASK) == CHARACTER_DEVICE;
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
     * Whether both have the same inode number. Some file systems give that of a file which is gone
     * to the next one that is made.
     */
    boolean sameInodeAs(FileStatus other) {
        return device == other.device && inode == other.inode;
    }

    /** Whether both were last changed, which for a socket means bound, at the same time. */
    boolean sameTimeAs(FileStatus other) {
        return modifiedNanos == other.modifiedNanos;
    }
}
