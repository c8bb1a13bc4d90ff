package dev.unixsocket.uds.ipc;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at SQL as far as it matters where a statement ends: SQLite compiles the first one and says
 * nothing of the rest. <a href="https://www.sqlite.org/lang_comment.html">Comments</a> are nothing.
 *
 * <p>Stateless, thread-safe.
 */
final class SqlText {

    private static final Pattern TOKEN =
            Pattern.compile(
                    """
                    (?<nothing> \\s+ | --[^\\n]* | /\\*(?s:.*?)(?:\\*/|\\z) )
                    | (?<end> ; )
                    | '[^']*'? | "[^"]*"? | `[^`]*`? | \\[[^\\]]*\\]?
                    | [^\\s;'"`\\[/-]+ | [/-]
                    """,
                    Pattern.COMMENTS);

    /** A trigger has statements in it, which end too. */
    private static final Pattern TRIGGER =
            Pattern.compile(
                    "create\\s+(temp\\s+|temporary\\s+)?trigger\\b.*",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern EXPLAIN = words("explain\\s+(query\\s+plan\\s+)?");

    private static final Pattern EXCLUSIVE = words("begin\\s+exclusive\\b");

    private static final Pattern PRAGMA = words("pragma\\b");

    private static final Pattern PRAGMA_NAME =
            words("pragma\\s+(?:[^\\s=(.]+\\s*\\.\\s*)?(?<name>\\w+)");

    /** Those that look, and those that concern the own connection alone. */
    private static final Set<String> PRAGMAS =
            new TreeSet<>(
                    List.of(
                            "application_id",
                            "collation_list",
                            "compile_options",
                            "data_version",
                            "database_list",
                            "defer_foreign_keys",
                            "encoding",
                            "foreign_key_check",
                            "foreign_key_list",
                            "foreign_keys",
                            "freelist_count",
                            "function_list",
                            "index_info",
                            "index_list",
                            "index_xinfo",
                            "integrity_check",
                            "module_list",
                            "optimize",
                            "page_count",
                            "page_size",
                            "pragma_list",
                            "quick_check",
                            "recursive_triggers",
                            "table_info",
                            "table_list",
                            "table_xinfo",
                            "user_version"));

    private SqlText() {}

    /** At the beginning of tokens with a space after each. */
    private static Pattern words(String regex) {
        return Pattern.compile("^" + regex, Pattern.CASE_INSENSITIVE);
    }

    /**
     * Checks that there is one statement, and that a client may use it.
     *
     * @throws IllegalArgumentException if there is none, or another one after it, or it is one that
     *     would let a client shut out the others
     */
    static void requireOneStatement(String sql) {
        if (sql.indexOf('\0') >= 0) { // at which SQLite ends, and its driver with an exception
            throw new IllegalArgumentException("the statement has a NUL character in it");
        }
        StringBuilder words = new StringBuilder();
        boolean any = false;
        boolean ended = false;
        Matcher token = TOKEN.matcher(sql);
        while (token.find()) {
            if (token.group("nothing") != null) {
                continue;
            }
            if (token.group("end") != null) {
                ended = any;
                continue;
            }
            if (ended) {
                throw new IllegalArgumentException("one statement at a time: more comes after ;");
            }
            if (!any && TRIGGER.matcher(sql).region(token.start(), sql.length()).matches()) {
                return;
            }
            any = true;
            words.append(token.group()).append(' ');
        }
        if (!any) {
            throw new IllegalArgumentException("there is no statement in it");
        }
        requireAllowed(words.toString());
    }

    /** SQLite carries out some pragmas while it compiles them, also behind EXPLAIN. */
    private static void requireAllowed(String words) {
        String statement = EXPLAIN.matcher(words).replaceFirst("");
        if (EXCLUSIVE.matcher(statement).lookingAt()) {
            throw new IllegalArgumentException(
                    "BEGIN EXCLUSIVE would shut out whoever reads: BEGIN IMMEDIATE does not");
        }
        if (PRAGMA.matcher(statement).lookingAt()) {
            Matcher named = PRAGMA_NAME.matcher(statement);
            if (!named.lookingAt()
                    || !PRAGMAS.contains(named.group("name").toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "a client may use these pragmas: " + String.join(", ", PRAGMAS));
            }
        }
    }
}
