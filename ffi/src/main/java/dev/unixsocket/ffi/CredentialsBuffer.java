package dev.unixsocket.ffi;

/**
 * Room for the credentials of one peer after another, so that a server reads them without
 * allocating. See {@link PeerCredentials} for what they mean.
 *
 * <p>Confined to one thread.
 */
public final class CredentialsBuffer {

    private int pid;
    private int uid;
    private int gid;

    /** An empty buffer. */
    public CredentialsBuffer() {}

    void set(int pid, int uid, int gid) {
        this.pid = pid;
        this.uid = uid;
        this.gid = gid;
    }

    /**
     * The process ID.
     *
     * @return 0 where the process is not visible in this PID namespace
     */
    public int pid() {
        return pid;
    }

    /**
     * The effective user ID; compare it as an unsigned number.
     *
     * @return 32 bits
     */
    public int uid() {
        return uid;
    }

    /**
     * The effective group ID; compare it as an unsigned number.
     *
     * @return 32 bits
     */
    public int gid() {
        return gid;
    }

    /**
     * A copy that stays as it is.
     *
     * @return the same three numbers
     */
    public PeerCredentials snapshot() {
        return new PeerCredentials(pid, uid, gid);
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
