package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.Serial;

/**
 * A system call failed. The message names the call, the reason and what it was about, as in {@code
 * bind: Address already in use (EADDRINUSE): /run/user/1000/weave/weave.sock}. Where time ran out
 * it is {@code read: timed out (EAGAIN): …}, since the words of {@code EAGAIN} speak of something
 * else.
 */
public class SyscallException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    /** The call's name in section 2 of the manual. */
    private final String call;

    /** The reason. */
    private final Errno errno;

    /** The path, name or port that it was about. */
    private final String subject;

    /**
     * Makes the exception for the result of a call.
     *
     * @param call the call's name in section 2 of the manual
     * @param result what it returned: {@code -errno}
     * @param subject the path, name or port that it was about
     */
    public SyscallException(String call, long result, Object subject) {
        super(message(call, (int) -result, subject));
        this.call = call;
        this.errno = Errno.of((int) -result);
        this.subject = String.valueOf(subject);
    }

    private static String message(String call, int number, Object subject) {
        return call + ": " + reason(Errno.of(number), number) + ": " + subject;
    }

    private static String reason(Errno errno, int number) {
        if (errno == Errno.UNKNOWN) {
            return "errno " + number;
        }
        return isTimeout(errno) ? "timed out (" + errno.name() + ")" : errno.toString();
    }

    private static boolean isTimeout(Errno errno) {
        return errno == Errno.EAGAIN || errno == Errno.EINPROGRESS || errno == Errno.ETIMEDOUT;
    }

    /**
     * The call's name in section 2 of the manual.
     *
     * @return such as {@code connect}
     */
    public String call() {
        return call;
    }

    /**
     * The reason.
     *
     * @return {@link Errno#UNKNOWN} for a number that is not listed
     */
    public Errno errno() {
        return errno;
    }

    /**
     * The path, name or port that it was about.
     *
     * @return as text for people to read
     */
    public String subject() {
        return subject;
    }

    /**
     * Whether the call gave up because time ran out: its {@code SO_RCVTIMEO} or {@code SO_SNDTIMEO}
     * ({@code EAGAIN}, {@code EINPROGRESS}), or TCP's own ({@code ETIMEDOUT}).
     *
     * @return whether it was for one of these
     */
    public boolean timedOut() {
        return isTimeout(errno);
    }
}
