package dev.unixsocket.services.discovery;

import dev.unixsocket.ffi.AlreadyRunningException;
import dev.unixsocket.ffi.LockFile;
import dev.unixsocket.ffi.SocketProbe;
import dev.unixsocket.services.wire.FailureText;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Removes socket files that nobody is behind. Stateless, thread-safe.
 *
 * <p>Between a look at a file and its removal, a service may put a new socket in its place. So the
 * lock is taken where there is a lock file, which keeps our services from it; and against others
 * the file is renamed first, looked at again under a name that nobody else uses, and linked back if
 * it turns out to be alive.
 */
public final class StaleSockets {

    /** File systems that machines, or a machine and its guests, have in common. */
    private static final Pattern SHARED =
            Pattern.compile("nfs|cifs|smb|9p|virtiofs|fuse|ceph|afs|gluster|lustre|gfs|ocfs");

    private StaleSockets() {}

    /**
     * A socket that is stale or cannot be judged, and what became of it.
     *
     * @param path of the socket
     * @param outcome what was done
     * @param reason why it was left
     */
    public record Verdict(Path path, Outcome outcome, String reason) {}

    /** What can become of a socket. */
    public enum Outcome {
        /** It is gone. */
        REMOVED,
        /** It is stale, and nothing was to be done. */
        WOULD_BE_REMOVED,
        /** It is stale, and still there. */
        LEFT,
        /** It may be stale or not, and is still there. */
        NOT_JUDGED
    }

    /** Whether to do anything. */
    public enum Action {
        /** Removes what is stale. */
        REMOVE,
        /** Only says what is stale. */
        REPORT
    }

    /**
     * Cleans a directory, not those below it.
     *
     * @param unread called if not all of what is in it could be looked at
     * @return the stale sockets and those that cannot be judged; those alive are not among them
     * @throws IOException if the directory cannot be read
     */
    public static List<Verdict> clean(Path directory, Action action, Consumer<IOException> unread)
            throws IOException {
        SocketFiles files = SocketFiles.list(directory, Scan.Depth.FLAT);
        files.unread().forEach(unread);
        boolean shared = isShared(directory);
        List<Verdict> verdicts = new ArrayList<>();
        for (SocketFileInfo file : files.sockets()) {
            switch (state(file.path())) {
                case STALE -> verdicts.add(stale(file, action, shared));
                case REFUSED -> verdicts.add(notJudged(file, "no permission to connect"));
                case UNKNOWN -> verdicts.add(notJudged(file, "its state cannot be found out"));
                case LISTENING, BOUND, GONE -> {}
            }
        }
        return verdicts;
    }

    private static Verdict notJudged(SocketFileInfo file, String reason) {
        return new Verdict(file.path(), Outcome.NOT_JUDGED, reason);
    }

    private static Verdict stale(SocketFileInfo file, Action action, boolean shared) {
        return shared
                ? new Verdict(
                        file.path(),
                        Outcome.LEFT,
                        "its file system is shared with other machines, where somebody may listen")
                : judge(file, action);
    }

    /** Whether another kernel may know the sockets behind the files of a directory. */
    private static boolean isShared(Path directory) throws IOException {
        String type = Files.getFileStore(directory.toAbsolutePath()).type();
        return SHARED.matcher(type).lookingAt();
    }

    private static SocketProbe.State state(Path path) {
        return SocketProbe.connect(path).state();
    }

    private static Verdict judge(SocketFileInfo file, Action action) {
        Path path = file.path();
        if (action == Action.REPORT) {
            return new Verdict(path, Outcome.WOULD_BE_REMOVED, "");
        }
        try (Closeable _ = lock(path)) {
            return remove(file)
                    ? new Verdict(path, Outcome.REMOVED, "")
                    : new Verdict(path, Outcome.LEFT, "it is another socket by now");
        } catch (AlreadyRunningException e) {
            return new Verdict(path, Outcome.LEFT, e.getMessage());
        } catch (IOException e) {
            return new Verdict(path, Outcome.LEFT, FailureText.reason(e));
        }
    }

    private static Closeable lock(Path socket) throws IOException {
        Path lock = LockFile.of(socket);
        return Files.exists(lock, LinkOption.NOFOLLOW_LINKS) ? LockFile.borrow(lock) : () -> {};
    }

    private static boolean remove(SocketFileInfo file) throws IOException {
        Path path = file.path();
        Path aside = path.resolveSibling(".%x.stale".formatted(ProcessHandle.current().pid()));
        Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
        boolean same =
                SocketFileInfo.read(aside)
                        .filter(now -> now.identity().equals(file.identity()))
                        .isPresent();
        boolean stale = same && state(aside) == SocketProbe.State.STALE;
        if (!stale) {
            putBack(aside, path);
        }
        Files.delete(aside);
        return stale;
    }

    /** Not in the place of a socket that came meanwhile. */
    private static void putBack(Path aside, Path path) throws IOException {
        try {
            Files.createLink(path, aside);
        } catch (FileAlreadyExistsException newer) {
            // whoever bound that one has replaced this one
        }
    }
}
