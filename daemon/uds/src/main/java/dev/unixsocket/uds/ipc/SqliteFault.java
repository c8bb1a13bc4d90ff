package dev.unixsocket.uds.ipc;

import dev.unixsocket.services.ipc.IpcResponse;

import org.sqlite.SQLiteErrorCode;

import java.sql.SQLException;

/** Whose fault a failure of SQLite is. Stateless, thread-safe. */
final class SqliteFault {

    /** Of an extended result code, the primary one. */
    private static final int PRIMARY = 0xFF;

    private SqliteFault() {}

    /**
     * {@link IpcResponse#BAD_REQUEST} for what is wrong with the statement or its values, {@link
     * IpcResponse#UNAVAILABLE} while another connection holds a lock, and {@link
     * IpcResponse#FAILED} for the rest: the file, the disk, the memory.
     */
    static int code(SQLException e) {
        return switch (SQLiteErrorCode.getErrorCode(e.getErrorCode() & PRIMARY)) {
            case SQLITE_OK, // the driver's own complaint about the statement
                    SQLITE_ERROR,
                    SQLITE_CONSTRAINT,
                    SQLITE_MISMATCH,
                    SQLITE_RANGE,
                    SQLITE_TOOBIG,
                    SQLITE_AUTH ->
                    IpcResponse.BAD_REQUEST;
            case SQLITE_BUSY, SQLITE_LOCKED -> IpcResponse.UNAVAILABLE;
            default -> IpcResponse.FAILED;
        };
    }
}
