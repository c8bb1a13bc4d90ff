package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.FileAccess;
import dev.unixsocket.services.server.AccessPolicy;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Who may connect: the options about the mode of a socket file and the credentials of peers.
 *
 * <p>Confined to one thread.
 */
final class AccessOptions {

    /** Their names. */
    static final String[] NAMES = {"--mode", "--group", "--allow-user", "--allow-anyone"};

    @Option(
            names = "--mode",
            paramLabel = "OCTAL",
            converter = ModeConverter.class,
            description =
                    "Permissions of the socket file, such as 0640. Default: 0600, with --group"
                            + " 0660 (observe: 0660)")
    private Integer mode;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            converter = AccountConverter.Group.class,
            description =
                    "Give the socket file to this group, a name or a number, and let its members"
                            + " connect. Without --mode, its mode then lets them read and write.")
    private Integer group;

    @Option(
            names = "--allow-user",
            paramLabel = "USER",
            split = ",",
            converter = AccountConverter.User.class,
            description =
                    "Let this user connect too, a name or a number; can be repeated. The mode of"
                            + " the file must let them: see --mode.")
    private List<Integer> users = List.of();

    @Option(
            names = "--allow-anyone",
            description =
                    "Serve everyone whom the mode of the file lets connect, such as --mode 0666.")
    private boolean anyone;

    AccessOptions() {}

    /** Whether anything is asked for. */
    boolean isAsked() {
        return mode != null || namesOthers();
    }

    /** Whether anybody is to connect but this process's user. */
    boolean namesOthers() {
        return group != null || !users.isEmpty() || anyone;
    }

    /** Whether a group is to connect. */
    boolean namesGroup() {
        return group != null;
    }

    /** Whether users are to connect. */
    boolean namesUsers() {
        return !users.isEmpty();
    }

    /**
     * Mode and group of the socket file.
     *
     * @param defaultMode where no option says otherwise
     */
    FileAccess file(int defaultMode) {
        int ofGroup = group == null ? defaultMode : defaultMode | 0060;
        return new FileAccess(mode == null ? ofGroup : mode, gid());
    }

    /**
     * Mode and group of the directory that a service makes for its socket: whomever the mode of the
     * socket lets connect may pass through.
     *
     * @param closed its mode where nobody else may
     * @param socketMode of the socket, where no option says otherwise
     */
    FileAccess directory(int closed, int socketMode) {
        int mayPass = (file(socketMode).mode() & 0022) >> 1; // w of the socket, x of the directory
        return new FileAccess(closed | mayPass, gid());
    }

    /** Who may connect: always this process's user, and whoever the options add. */
    AccessPolicy policy() {
        if (anyone) {
            return AccessPolicy.anyone();
        }
        AccessPolicy policy = AccessPolicy.sameUser();
        if (group != null) {
            policy = policy.or(AccessPolicy.groupMembers(group));
        }
        if (!users.isEmpty()) {
            policy = policy.or(AccessPolicy.users(Set.copyOf(users)));
        }
        return policy;
    }

    /** Those whom the options let connect, and whom a mode may keep out all the same. */
    List<Visitor> visitors() {
        List<Visitor> visitors = new ArrayList<>();
        users.stream().filter(user -> user != 0).map(Visitor::user).forEach(visitors::add);
        if (group != null) {
            visitors.add(Visitor.member(group));
        }
        if (anyone && group == null) {
            visitors.add((uid, gid) -> 0);
        }
        return visitors;
    }

    private OptionalInt gid() {
        return group == null ? OptionalInt.empty() : OptionalInt.of(group);
    }
}
