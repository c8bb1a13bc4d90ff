package dev.unixsocket.services.server;

import dev.unixsocket.ffi.AlreadyRunningException;
import dev.unixsocket.ffi.RegularFile;
import dev.unixsocket.ffi.SyscallException;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file with the PID of this process in it, for scripts. It says who runs, it guards nothing: that
 * is what the lock is for. A process that was killed leaves it behind, and its PID may since be
 * another process's, so what is there already is looked at before it is believed.
 *
 * <p>Confined to one thread.
 */
final class PidFile implements Closeable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    private static final int MAX_DIGITS = 10;
    private static final int MAX_BYTES = 64 * 1024;

    private static final String OPTION = "--pid-file";

    /**
     * What the command line of a process that wrote a PID file has, if that of this one has it: the
     * tools of the distribution are the same Java, but no such service.
     */
    private static final List<String> MARKS = List.of("-Duds.launcher=", OPTION);

    private final OwnedFile file;

    private PidFile(OwnedFile file) {
        this.file = file;
    }

    /**
     * Looks whether the file can be written, and leaves it as it is.
     *
     * @throws AlreadyRunningException as {@link #write}
     */
    static void requireReplaceable(Path path) throws IOException {
        judge(path);
    }

    /**
     * Writes the file in one step. A stale one is replaced, and the log says why it is stale.
     *
     * @throws AlreadyRunningException if the process that the file names is such a one as this
     */
    static PidFile write(Path path) throws IOException {
        Optional<String> stale = judge(path);
        stale.ifPresent(why -> LOG.log(Level.WARNING, "replaced the stale PID file " + path + why));
        return new PidFile(OwnedFile.write(path, ProcessHandle.current().pid() + "\n"));
    }

    /** Why the file that is there is stale; empty when there is none. */
    private static Optional<String> judge(Path path) throws IOException {
        Optional<RegularFile> found = read(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        RegularFile file = found.get();
        String text = new String(file.content(), StandardCharsets.ISO_8859_1).strip();
        if (text.isEmpty()) { // written by another program that was cut off, or on a full disk
            return Optional.of(": it is empty");
        }
        if (!text.matches("[0-9]{1," + MAX_DIGITS + "}")) {
            throw new IOException(path + " is not a PID file: left as it is");
        }
        long pid = Long.parseLong(text);
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isEmpty()) {
            return Optional.of(": no process has the pid " + pid);
        }
        ProcessHandle.Info info = process.get().info();
        if (pid == ProcessHandle.current().pid()
                || isOfAnotherUser(info, path)
                || isAnotherProgram(info)
                || writesAnotherFile(process.get(), path)) {
            return Optional.of(": the pid " + pid + " belongs to another program by now");
        }
        throw new AlreadyRunningException(pid, path);
    }

    private static Optional<RegularFile> read(Path path) throws IOException {
        try {
            return RegularFile.read(path, MAX_BYTES);
        } catch (SyscallException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    "%s is not a PID file (%s): left as it is".formatted(path, e.getMessage()), e);
        }
    }

    /** Whether it runs as another user than the one who wrote the file. */
    private static boolean isOfAnotherUser(ProcessHandle.Info process, Path path)
            throws IOException {
        String writer = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
        return process.user().map(user -> !user.equals(writer)).orElse(false);
    }

    private static boolean isAnotherProgram(ProcessHandle.Info process) {
        ProcessHandle.Info own = ProcessHandle.current().info();
        List<String> marks = MARKS.stream().filter(own.commandLine().orElse("")::contains).toList();
        if (marks.isEmpty()) { // the listener is part of another program
            return process.command().isPresent() && !process.command().equals(own.command());
        }
        return process.commandLine()
                .map(line -> !marks.stream().allMatch(line::contains))
                .orElse(false);
    }

    /**
     * Whether a service of this distribution has another PID file than this one: the number is that
     * of a process which was killed, and the service got it later. When it began does not tell,
     * since the clock of the files can be set.
     */
    private static boolean writesAnotherFile(ProcessHandle process, Path path) {
        List<String> arguments = process.info().arguments().map(List::of).orElse(List.of());
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals(OPTION) && i + 1 < arguments.size()) {
                return !isSame(process, arguments.get(i + 1), path);
            }
            if (argument.startsWith(OPTION + "=")) {
                return !isSame(process, argument.substring(OPTION.length() + 1), path);
            }
        }
        return false;
    }

    /** Whether it is one file; also where that cannot be found out. */
    private static boolean isSame(ProcessHandle process, String named, Path path) {
        try {
            Path file = Path.of(named);
            if (!file.isAbsolute()) {
                Path directory = Path.of("/proc", Long.toString(process.pid()), "cwd");
                file = directory.toRealPath().resolve(file);
            }
            return !Files.exists(file) || Files.isSameFile(file, path);
        } catch (IOException | InvalidPathException e) {
            return true;
        }
    }

    /** Writes it again if it was removed: its path then. */
    Optional<Path> restoreIfGone() throws IOException {
        return file.restoreIfGone();
    }

    /** Removes the file if it is still this process's. */
    @Override
    public void close() {
        file.close();
    }
}
