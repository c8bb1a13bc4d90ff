package dev.unixsocket.uds.ipc;

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

    private SqlText() {}

    /**
     * Checks that there is one statement.
     *
     * @throws IllegalArgumentException if there is none, or another one after it
     */
    static void requireOneStatement(String sql) {
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
        }
        if (!any) {
            throw new IllegalArgumentException("there is no statement in it");
        }
    }
}
