package dev.unixsocket.services.wire;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * What to say of a failure to a user: a sentence, without the names of Java's classes. Stateless,
 * thread-safe.
 */
public final class FailureText {

    private FailureText() {}

    /** What failed, and which file it was about: Java's own messages are often its name alone. */
    public static String of(Exception failure) {
        if (failure instanceof FileSystemException e) {
            return e.getFile() == null ? reason(e) : e.getFile() + ": " + reason(e);
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** As {@link #of}, for where the file is named already. */
    public static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "exists already";
            case DirectoryNotEmptyException _ -> "directory not empty";
            case NotDirectoryException _ -> "not a directory";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            case FileSystemException _ -> "cannot be used";
            default -> of(failure);
        };
    }
}
