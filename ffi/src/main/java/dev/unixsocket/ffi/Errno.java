package dev.unixsocket.ffi;

import java.util.Arrays;
import java.util.Locale;

/**
 * The reasons for which a system call fails, by the names of errno(3). Their numbers differ between
 * operating systems; {@link #of(int)} knows those of this one.
 */
public enum Errno {
    /** Operation not permitted. */
    EPERM("Operation not permitted"),
    /** No such file or directory. */
    ENOENT("No such file or directory"),
    /** No such process. */
    ESRCH("No such process"),
    /** Interrupted system call. */
    EINTR("Interrupted system call"),
    /** Input/output error. */
    EIO("Input/output error"),
    /** No such device or address. */
    ENXIO("No such device or address"),
    /** Argument list too long. */
    E2BIG("Argument list too long"),
    /** Exec format error. */
    ENOEXEC("Exec format error"),
    /** Bad file descriptor. */
    EBADF("Bad file descriptor"),
    /** No child processes. */
    ECHILD("No child processes"),
    /** Resource temporarily unavailable. */
    EAGAIN("Resource temporarily unavailable"),
    /** Cannot allocate memory. */
    ENOMEM("Cannot allocate memory"),
    /** Permission denied. */
    EACCES("Permission denied"),
    /** Bad address. */
    EFAULT("Bad address"),
    /** Block device required. */
    ENOTBLK("Block device required"),
    /** Device or resource busy. */
    EBUSY("Device or resource busy"),
    /** File exists. */
    EEXIST("File exists"),
    /** Invalid cross-device link. */
    EXDEV("Invalid cross-device link"),
    /** No such device. */
    ENODEV("No such device"),
    /** Not a directory. */
    ENOTDIR("Not a directory"),
    /** Is a directory. */
    EISDIR("Is a directory"),
    /** Invalid argument. */
    EINVAL("Invalid argument"),
    /** Too many open files in system. */
    ENFILE("Too many open files in system"),
    /** Too many open files. */
    EMFILE("Too many open files"),
    /** Inappropriate ioctl for device. */
    ENOTTY("Inappropriate ioctl for device"),
    /** Text file busy. */
    ETXTBSY("Text file busy"),
    /** File too large. */
    EFBIG("File too large"),
    /** No space left on device. */
    ENOSPC("No space left on device"),
    /** Illegal seek. */
    ESPIPE("Illegal seek"),
    /** Read-only file system. */
    EROFS("Read-only file system"),
    /** Too many links. */
    EMLINK("Too many links"),
    /** Broken pipe. */
    EPIPE("Broken pipe"),
    /** Numerical argument out of domain. */
    EDOM("Numerical argument out of domain"),
    /** Numerical result out of range. */
    ERANGE("Numerical result out of range"),
    /** Resource deadlock avoided. */
    EDEADLK("Resource deadlock avoided"),
    /** File name too long. */
    ENAMETOOLONG("File name too long"),
    /** No locks available. */
    ENOLCK("No locks available"),
    /** Function not implemented. */
    ENOSYS("Function not implemented"),
    /** Directory not empty. */
    ENOTEMPTY("Directory not empty"),
    /** Too many levels of symbolic links. */
    ELOOP("Too many levels of symbolic links"),
    /** No message of desired type. */
    ENOMSG("No message of desired type"),
    /** Identifier removed. */
    EIDRM("Identifier removed"),
    /** Channel number out of range. */
    ECHRNG("Channel number out of range"),
    /** Level 2 not synchronized. */
    EL2NSYNC("Level 2 not synchronized"),
    /** Level 3 halted. */
    EL3HLT("Level 3 halted"),
    /** Level 3 reset. */
    EL3RST("Level 3 reset"),
    /** Link number out of range. */
    ELNRNG("Link number out of range"),
    /** Protocol driver not attached. */
    EUNATCH("Protocol driver not attached"),
    /** No CSI structure available. */
    ENOCSI("No CSI structure available"),
    /** Level 2 halted. */
    EL2HLT("Level 2 halted"),
    /** Invalid exchange. */
    EBADE("Invalid exchange"),
    /** Invalid request descriptor. */
    EBADR("Invalid request descriptor"),
    /** Exchange full. */
    EXFULL("Exchange full"),
    /** No anode. */
    ENOANO("No anode"),
    /** Invalid request code. */
    EBADRQC("Invalid request code"),
    /** Invalid slot. */
    EBADSLT("Invalid slot"),
    /** Bad font file format. */
    EBFONT("Bad font file format"),
    /** Device not a stream. */
    ENOSTR("Device not a stream"),
    /** No such extended attribute; {@code ENOATTR} on macOS. */
    ENODATA("No data available"),
    /** Timer expired. */
    ETIME("Timer expired"),
    /** Out of streams resources. */
    ENOSR("Out of streams resources"),
    /** Machine is not on the network. */
    ENONET("Machine is not on the network"),
    /** Package not installed. */
    ENOPKG("Package not installed"),
    /** Object is remote. */
    EREMOTE("Object is remote"),
    /** Link has been severed. */
    ENOLINK("Link has been severed"),
    /** Advertise error. */
    EADV("Advertise error"),
    /** Srmount error. */
    ESRMNT("Srmount error"),
    /** Communication error on send. */
    ECOMM("Communication error on send"),
    /** Protocol error. */
    EPROTO("Protocol error"),
    /** Multihop attempted. */
    EMULTIHOP("Multihop attempted"),
    /** RFS specific error. */
    EDOTDOT("RFS specific error"),
    /** Bad message. */
    EBADMSG("Bad message"),
    /** Value too large for defined data type. */
    EOVERFLOW("Value too large for defined data type"),
    /** Name not unique on network. */
    ENOTUNIQ("Name not unique on network"),
    /** File descriptor in bad state. */
    EBADFD("File descriptor in bad state"),
    /** Remote address changed. */
    EREMCHG("Remote address changed"),
    /** Can not access a needed shared library. */
    ELIBACC("Can not access a needed shared library"),
    /** Accessing a corrupted shared library. */
    ELIBBAD("Accessing a corrupted shared library"),
    /** .lib section in a.out corrupted. */
    ELIBSCN(".lib section in a.out corrupted"),
    /** Attempting to link in too many shared libraries. */
    ELIBMAX("Attempting to link in too many shared libraries"),
    /** Cannot exec a shared library directly. */
    ELIBEXEC("Cannot exec a shared library directly"),
    /** Invalid or incomplete multibyte or wide character. */
    EILSEQ("Invalid or incomplete multibyte or wide character"),
    /** Interrupted system call should be restarted. */
    ERESTART("Interrupted system call should be restarted"),
    /** Streams pipe error. */
    ESTRPIPE("Streams pipe error"),
    /** Too many users. */
    EUSERS("Too many users"),
    /** Socket operation on non-socket. */
    ENOTSOCK("Socket operation on non-socket"),
    /** Destination address required. */
    EDESTADDRREQ("Destination address required"),
    /** Message too long. */
    EMSGSIZE("Message too long"),
    /** Protocol wrong type for socket. */
    EPROTOTYPE("Protocol wrong type for socket"),
    /** Protocol not available. */
    ENOPROTOOPT("Protocol not available"),
    /** Protocol not supported. */
    EPROTONOSUPPORT("Protocol not supported"),
    /** Socket type not supported. */
    ESOCKTNOSUPPORT("Socket type not supported"),
    /** Operation not supported. */
    EOPNOTSUPP("Operation not supported"),
    /** Protocol family not supported. */
    EPFNOSUPPORT("Protocol family not supported"),
    /** Address family not supported by protocol. */
    EAFNOSUPPORT("Address family not supported by protocol"),
    /** Address already in use. */
    EADDRINUSE("Address already in use"),
    /** Cannot assign requested address. */
    EADDRNOTAVAIL("Cannot assign requested address"),
    /** Network is down. */
    ENETDOWN("Network is down"),
    /** Network is unreachable. */
    ENETUNREACH("Network is unreachable"),
    /** Network dropped connection on reset. */
    ENETRESET("Network dropped connection on reset"),
    /** Software caused connection abort. */
    ECONNABORTED("Software caused connection abort"),
    /** Connection reset by peer. */
    ECONNRESET("Connection reset by peer"),
    /** No buffer space available. */
    ENOBUFS("No buffer space available"),
    /** Transport endpoint is already connected. */
    EISCONN("Transport endpoint is already connected"),
    /** Transport endpoint is not connected. */
    ENOTCONN("Transport endpoint is not connected"),
    /** Cannot send after transport endpoint shutdown. */
    ESHUTDOWN("Cannot send after transport endpoint shutdown"),
    /** Too many references: cannot splice. */
    ETOOMANYREFS("Too many references: cannot splice"),
    /** Connection timed out. */
    ETIMEDOUT("Connection timed out"),
    /** Connection refused. */
    ECONNREFUSED("Connection refused"),
    /** Host is down. */
    EHOSTDOWN("Host is down"),
    /** No route to host. */
    EHOSTUNREACH("No route to host"),
    /** Operation already in progress. */
    EALREADY("Operation already in progress"),
    /** Operation now in progress. */
    EINPROGRESS("Operation now in progress"),
    /** Stale file handle. */
    ESTALE("Stale file handle"),
    /** Structure needs cleaning. */
    EUCLEAN("Structure needs cleaning"),
    /** Not a XENIX named type file. */
    ENOTNAM("Not a XENIX named type file"),
    /** No XENIX semaphores available. */
    ENAVAIL("No XENIX semaphores available"),
    /** Is a named type file. */
    EISNAM("Is a named type file"),
    /** Remote I/O error. */
    EREMOTEIO("Remote I/O error"),
    /** Disk quota exceeded. */
    EDQUOT("Disk quota exceeded"),
    /** No medium found. */
    ENOMEDIUM("No medium found"),
    /** Wrong medium type. */
    EMEDIUMTYPE("Wrong medium type"),
    /** Operation canceled. */
    ECANCELED("Operation canceled"),
    /** Required key not available. */
    ENOKEY("Required key not available"),
    /** Key has expired. */
    EKEYEXPIRED("Key has expired"),
    /** Key has been revoked. */
    EKEYREVOKED("Key has been revoked"),
    /** Key was rejected by service. */
    EKEYREJECTED("Key was rejected by service"),
    /** Owner died. */
    EOWNERDEAD("Owner died"),
    /** State not recoverable. */
    ENOTRECOVERABLE("State not recoverable"),
    /** Operation not possible due to RF-kill. */
    ERFKILL("Operation not possible due to RF-kill"),
    /** Memory page has hardware error. */
    EHWPOISON("Memory page has hardware error"),

    // Of macOS only. Linux has one number for ENOTSUP and EOPNOTSUPP.
    /** Operation not supported. */
    ENOTSUP("Operation not supported"),
    /** Too many processes. */
    EPROCLIM("Too many processes"),
    /** RPC struct is bad. */
    EBADRPC("RPC struct is bad"),
    /** RPC version wrong. */
    ERPCMISMATCH("RPC version wrong"),
    /** RPC prog. not avail. */
    EPROGUNAVAIL("RPC prog. not avail"),
    /** Program version wrong. */
    EPROGMISMATCH("Program version wrong"),
    /** Bad procedure for program. */
    EPROCUNAVAIL("Bad procedure for program"),
    /** Inappropriate file type or format. */
    EFTYPE("Inappropriate file type or format"),
    /** Authentication error. */
    EAUTH("Authentication error"),
    /** Need authenticator. */
    ENEEDAUTH("Need authenticator"),
    /** Device power is off. */
    EPWROFF("Device power is off"),
    /** Device error. */
    EDEVERR("Device error"),
    /** Bad executable (or shared library). */
    EBADEXEC("Bad executable (or shared library)"),
    /** Bad CPU type in executable. */
    EBADARCH("Bad CPU type in executable"),
    /** Shared library version mismatch. */
    ESHLIBVERS("Shared library version mismatch"),
    /** Malformed Mach-o file. */
    EBADMACHO("Malformed Mach-o file"),
    /** Policy not found. */
    ENOPOLICY("Policy not found"),
    /** Interface output queue is full. */
    EQFULL("Interface output queue is full"),

    /** A number that this list does not name. */
    UNKNOWN("Unknown error");

    /** Larger than every number of an error on any system. */
    private static final int NUMBERS = 256;

    private static final Errno[] BY_NUMBER = new Errno[NUMBERS];

    private final String description;
    private int number = -1;

    Errno(String description) {
        this.description = description;
    }

    static {
        Arrays.fill(BY_NUMBER, UNKNOWN);
        for (Errno errno : values()) {
            errno.number = Platform.CURRENT.number(errno);
            if (errno.number >= 0) {
                BY_NUMBER[errno.number] = errno;
            }
        }
    }

    /**
     * The error of that number on this operating system, {@link #UNKNOWN} if it is not listed.
     *
     * @param number of this operating system, positive, as errno(3) has it
     * @return the error
     */
    public static Errno of(int number) {
        return number >= 0 && number < NUMBERS ? BY_NUMBER[number] : UNKNOWN;
    }

    /**
     * Its number on this operating system, -1 where there is no such error.
     *
     * @return positive, or -1
     */
    public int number() {
        return number;
    }

    /**
     * Whether a system call that returned {@code result} failed for this reason.
     *
     * @param result what a method of {@link Syscalls} returned
     * @return true if it is {@code -errno} of this one
     */
    public boolean is(long result) {
        return result < 0 && result == -number;
    }

    /**
     * What it means, in English: {@code Address already in use}.
     *
     * @return the words of strerror(3)
     */
    public String description() {
        return description;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (%s)", description, name());
    }
}
