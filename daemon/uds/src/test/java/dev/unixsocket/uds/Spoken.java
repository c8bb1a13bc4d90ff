package dev.unixsocket.uds;

import dev.unixsocket.uds.cli.Program;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a command line that starts nothing, a help or a mistake, has to say: run in this JVM, since
 * a process for each of them would take most of the time of the tests.
 *
 * @param status the exit status
 * @param stdout what it prints on standard output
 * @param stderr what it prints on standard error
 */
public record Spoken(int status, String stdout, String stderr) {

    /** Of {@code uds}. */
    public static Spoken uds(String... arguments) {
        return of("uds", Uds.commandLine(arguments), arguments);
    }

    /** Of another program. */
    public static Spoken of(String name, CommandLine commandLine, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Program.prepare(name, commandLine);
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return new Spoken(commandLine.execute(arguments), out.toString(), err.toString());
    }
}
