package dev.unixsocket.ffi;

import java.util.Locale;

/**
 * The reasons for which a system call fails, by the names of errno(3). Their numbers differ between
 * operating systems; {@link #of(int)} knows those of this one.
 */
public enum Errno {
    EPERM("Operation not permitted"),
    ENOENT("No such file or directory"),
    EINTR("Interrupted system call"),
    EIO("Input/output error"),
    EBADF("Bad file descriptor"),
    EAGAIN("Resource temporarily unavailable"),
    ENOMEM("Cannot allocate memory"),
    EACCES("Permission denied"),
    EFAULT("Bad address"),
    EBUSY("Device or resource busy"),
    EEXIST("File exists"),
    ENOTDIR("Not a directory"),
    EISDIR("Is a directory"),
    EINVAL("Invalid argument"),
    ENFILE("Too many open files in system"),
    EMFILE("Too many open files"),
    ENOSPC("No space left on device"),
    EROFS("Read-only file system"),
    EPIPE("Broken pipe"),
    ENAMETOOLONG("File name too long"),
    ELOOP("Too many levels of symbolic links"),
    ENOTSOCK("Socket operation on non-socket"),
    EDESTADDRREQ("Destination address required"),
    EMSGSIZE("Message too long"),
    EPROTOTYPE("Protocol wrong type for socket"),
    ENOPROTOOPT("Protocol not available"),
    EPROTONOSUPPORT("Protocol not supported"),
    EOPNOTSUPP("Operation not supported"),
    EAFNOSUPPORT("Address family not supported by protocol"),
    EADDRINUSE("Address already in use"),
    EADDRNOTAVAIL("Cannot assign requested address"),
    ENETUNREACH("Network is unreachable"),
    ECONNABORTED("Software caused connection abort"),
    ECONNRESET("Connection reset by peer"),
    ENOBUFS("No buffer space available"),
    EISCONN("Transport endpoint is already connected"),
    ENOTCONN("Transport endpoint is not connected"),
    ETIMEDOUT("Connection timed out"),
    ECONNREFUSED("Connection refused"),
    EHOSTUNREACH("No route to host"),
    EALREADY("Operation already in progress"),
    EINPROGRESS("Operation now in progress"),
    ERANGE("Numerical result out of range"),
    /** No such extended attribute; {@code ENOATTR} on macOS. */
    ENODATA("No data available"),
    /** A number that this list does not name. */
    UNKNOWN("Unknown error");

    private final String description;
    private int number = -1;

    Errno(String description) {
        this.description = description;
    }

    static {
        for (Errno errno : values()) {
            errno.number = errno == UNKNOWN ? -1 : Platform.CURRENT.number(errno);
        }
    }

    /** The error of that number on this operating system, {@link #UNKNOWN} if it is not listed. */
    public static Errno of(int number) {
        for (Errno errno : values()) {
            if (errno.number == number) {
                return errno;
            }
        }
        return UNKNOWN;
    }

    /** Its number on this operating system, -1 for {@link #UNKNOWN}. */
    public int number() {
        return number;
    }

    /** Whether a system call that returned {@code result} failed for this reason. */
    public boolean is(long result) {
        return result < 0 && result == -number;
    }

    /** What it means, in English: {@code Address already in use}. */
    public String description() {
        return description;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (%s)", description, name());
    }
}
