package dev.unixsocket.ffi;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;

/** The exceptions of this library as users of {@code java.net} know them; the cause stays. */
final class JavaErrors {

    private JavaErrors() {}

    /** The one for a call on a socket that failed. */
    static IOException of(IOException e) {
        return switch (e) {
            case SyscallException call when call.timedOut() ->
                    caused(new SocketTimeoutException(timedOut(call)), e);
            case SyscallException call when isConnect(call) ->
                    caused(new ConnectException(call.getMessage()), e);
            case SyscallException call when call.errno() == Errno.ECONNRESET ->
                    caused(new SocketException("Connection reset"), e);
            case SyscallException call -> caused(new SocketException(call.getMessage()), e);
            case SocketClosedException closed ->
                    caused(new SocketException("Socket closed"), closed);
            case ClosedByInterruptException interrupted ->
                    caused(new SocketException("Closed by interrupt"), interrupted);
            default -> e;
        };
    }

    private static String timedOut(SyscallException call) {
        String what =
                switch (call.call()) {
                    case "read" -> "Read";
                    case "accept" -> "Accept";
                    case "connect" -> "Connect";
                    default -> call.call();
                };
        return what + " timed out";
    }

    private static boolean isConnect(SyscallException call) {
        return call.call().equals("connect")
                && switch (call.errno()) {
                    case ECONNREFUSED, ENOENT, EACCES -> true;
                    default -> false;
                };
    }

    private static <E extends IOException> E caused(E exception, IOException cause) {
        exception.initCause(cause);
        return exception;
    }
}
