package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that a test can see waiting in a system call, and send a signal to. Linux only.
 *
 * @param <T> what it computes
 */
final class WatchedThread<T> {

    /** For things that should take no time at all, on a machine that is busy. */
    static final long PATIENCE_SECONDS = 120;

    private static final int FUTEX = System.getProperty("os.arch").equals("aarch64") ? 98 : 202;

    private static final MethodHandle GETTID = function("gettid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle TGKILL =
            function("tgkill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final CountDownLatch started = new CountDownLatch(1);
    private final Thread thread;
    private volatile int id;
    private volatile long endedNanos;

    private WatchedThread(Callable<T> task) {
        thread = Thread.ofPlatform().daemon().unstarted(() -> run(task));
    }

    static <T> WatchedThread<T> start(Callable<T> task) {
        WatchedThread<T> watched = new WatchedThread<>(task);
        watched.thread.start();
        return watched;
    }

    private void run(Callable<T> task) {
        try {
            id = (int) GETTID.invokeExact();
            started.countDown();
            T value = task.call();
            endedNanos = System.nanoTime();
            result.complete(value);
        } catch (Throwable t) {
            endedNanos = System.nanoTime();
            result.completeExceptionally(t);
        }
    }

    /** Waits until it sleeps in the kernel and Java thinks that it runs: in a native call. */
    WatchedThread<T> awaitBlocked() throws Exception {
        if (!started.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the thread did not start");
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!(sleeps() && thread.getState() == Thread.State.RUNNABLE)) {
            if (result.isDone() || System.nanoTime() > deadline) {
                throw new AssertionError("the thread does not wait in a call: " + result);
            }
            LockSupport.parkNanos(1_000_000);
        }
        return this;
    }

    /**
     * proc_pid_stat(5): the state follows the name in parentheses. proc_pid_syscall(5): the number
     * of the call comes first; Java itself waits in futex(2) only.
     */
    private boolean sleeps() throws IOException {
        Path task = Path.of("/proc/self/task/" + id);
        try {
            String stat = Files.readString(task.resolve("stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'S'
                    && !Files.readString(task.resolve("syscall")).startsWith(FUTEX + " ");
        } catch (NoSuchFileException ended) {
            return false;
        }
    }

    /** tgkill(2). */
    void signal(int number) throws Exception {
        try {
            int process = (int) ProcessHandle.current().pid();
            int sent = (int) TGKILL.invokeExact(process, id, number);
            if (sent != 0) {
                throw new AssertionError("the signal could not be sent");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** What it computed. */
    T result() throws Exception {
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** What it threw. */
    Throwable failure() throws Exception {
        try {
            throw new AssertionError("no exception but " + result());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    boolean isDone() {
        return result.isDone();
    }

    /** When it was done, by {@link System#nanoTime}. */
    long endedNanos() {
        return endedNanos;
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
