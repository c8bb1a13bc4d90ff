package dev.unixsocket.ffi;

/**
 * Who is at the other end of an AF_UNIX connection, by the kernel's word: the process as it was
 * when it called {@code connect} (or {@code listen}, seen from the client). unix(7), {@code
 * SO_PEERCRED}; on macOS {@code LOCAL_PEERCRED} and {@code LOCAL_PEERPID}.
 *
 * @param pid the process ID; 0 where it is not visible in this PID namespace
 * @param uid the effective user ID
 * @param gid the effective group ID
 */
public record PeerCredentials(int pid, int uid, int gid) {

    @Override
    public String toString() {
        return "pid "
                + (pid == 0 ? "unknown" : pid)
                + ", uid "
                + Integer.toUnsignedString(uid)
                + ", gid "
                + Integer.toUnsignedString(gid);
    }
}
