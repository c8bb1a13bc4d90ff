package dev.unixsocket.uds.weave;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Which system call a process waits in, by {@code /proc/PID/task/TID/syscall}. */
final class CallUnderWay {

    private static final boolean AARCH64 = System.getProperty("os.arch").equals("aarch64");
    private static final String ACCEPT = AARCH64 ? "202" : "43";
    private static final String CONNECT = AARCH64 ? "203" : "42";
    private static final String POLL = AARCH64 ? "73" : "7"; // ppoll, poll
    private static final String READ = AARCH64 ? "63" : "0";

    private CallUnderWay() {}

    /** Whether one of its threads is in accept(2). */
    static boolean isAccept(long pid) {
        return calls(pid).stream().anyMatch(call -> call[0].equals(ACCEPT));
    }

    /** Whether one of its threads is in connect(2). */
    static boolean isConnect(long pid) {
        return calls(pid).stream().anyMatch(call -> call[0].equals(CONNECT));
    }

    /** Whether one of its threads is in poll(2). */
    static boolean isPoll(long pid) {
        return calls(pid).stream().anyMatch(call -> call[0].equals(POLL));
    }

    /** Whether one of its threads is in a read(2) of that many bytes. */
    static boolean isRead(long pid, int bytes) {
        String count = "0x" + Integer.toHexString(bytes);
        return calls(pid).stream().anyMatch(call -> call[0].equals(READ) && call[3].equals(count));
    }

    /** For each thread, the number of the call and its arguments. */
    private static List<String[]> calls(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.map(CallUnderWay::call).toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static String[] call(Path thread) {
        try {
            return Files.readString(thread.resolve("syscall")).strip().split(" ");
        } catch (IOException gone) {
            return new String[] {""};
        }
    }
}
