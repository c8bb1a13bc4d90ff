package dev.unixsocket.uds.etcd;

import java.io.IOException;
import java.util.Set;

/** What etcd answered in place of a result. */
public final class EtcdException extends IOException {

    private static final long serialVersionUID = 1L;

    private static final int INVALID_ARGUMENT = 3;
    private static final int NOT_FOUND = 5;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int FAILED_PRECONDITION = 9;
    private static final int OUT_OF_RANGE = 11;
    private static final int UNIMPLEMENTED = 12;
    private static final int UNAUTHENTICATED = 16;

    /** What every server would answer, and again. */
    private static final Set<Integer> FINAL =
            Set.of(
                    INVALID_ARGUMENT,
                    NOT_FOUND,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    FAILED_PRECONDITION,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    UNAUTHENTICATED);

    private final int code;

    EtcdException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** The status code of gRPC, such as 7 for permission denied. */
    public int code() {
        return code;
    }

    /** Whether another server, or the same one later, may answer otherwise. */
    boolean isPassing() {
        return !FINAL.contains(code) || getMessage().contains("too many requests");
    }

    /** Whether the token of a user has run out, or was given under an older configuration. */
    boolean isOldToken() {
        return code == UNAUTHENTICATED || getMessage().contains("auth store is old");
    }

    /** Whether the space quota of etcd is used up: nothing can be put. */
    boolean isNoSpace() {
        return code == RESOURCE_EXHAUSTED && getMessage().contains("space exceeded");
    }

    /** Whether there is no such lease. */
    boolean isNoLease() {
        return code == NOT_FOUND && getMessage().contains("lease not found");
    }

    /** Whether there is such a lease already. */
    boolean isLeaseThere() {
        return code == FAILED_PRECONDITION && getMessage().contains("lease already exists");
    }

    /** Whether a revision was asked for that etcd has forgotten. */
    boolean isCompacted() {
        return code == OUT_OF_RANGE;
    }
}
