import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes what the commands' own help says as manual pages, and completion for bash: a page in
 * {@code man1/} for each command, and {@code uds.bash}.
 *
 * <p>Arguments: the folder to write to, and the version. The module path must have the program.
 */
final class ManualPages {

    private final Path folder;
    private final String version;

    private ManualPages(Path folder, String version) {
        this.folder = folder;
        this.version = version;
    }

    public static void main(String[] arguments) throws Exception {
        ManualPages pages = new ManualPages(Path.of(arguments[0]), arguments[1]);
        Files.createDirectories(pages.folder.resolve("man1"));
        CommandLine uds = everyCommand();
        pages.write("uds", uds);
        pages.write(
                "weave-compute", uds.getSubcommands().get("weave").getSubcommands().get("serve"));
        Files.writeString(pages.folder.resolve("uds.bash"), AutoComplete.bash("uds", uds));
    }

    /**
     * The program's own command line; its main class makes it, with all commands for no arguments.
     */
    private static CommandLine everyCommand() throws ReflectiveOperationException {
        Method method =
                Class.forName("dev.unixsocket.uds.Uds")
                        .getDeclaredMethod("commandLine", String[].class);
        method.setAccessible(true);
        return ((CommandLine) method.invoke(null, (Object) new String[0])).setCommandName("uds");
    }

    private void write(String name, CommandLine command) throws IOException {
        Files.writeString(folder.resolve("man1").resolve(name + ".1"), page(name, command));
        for (Map.Entry<String, CommandLine> subcommand : command.getSubcommands().entrySet()) {
            if (!subcommand.getKey().equals("help")) {
                write(name + "-" + subcommand.getKey(), subcommand.getValue());
            }
        }
    }

    private String page(String name, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        UsageMessageSpec usage = spec.usageMessage();
        StringBuilder page = new StringBuilder();
        page.append(".TH \"%s\" 1 \"\" \"panama-unixsocket %s\"\n".formatted(name, version));
        String[] description = lines(usage.description());
        String summary = description.length == 0 ? spec.qualifiedName() : description[0];
        page.append(".SH NAME\n").append(text(name + " - " + summary.replaceFirst("\\.$", "")));
        String synopsis = new CommandLine.Help(spec, noColours()).synopsis(0);
        page.append(".SH SYNOPSIS\n.nf\n");
        page.append(
                text(
                        synopsis.replace(
                                "uds weave serve",
                                name.startsWith("uds") ? "uds weave serve" : name)));
        page.append(".fi\n.SH DESCRIPTION\n");
        for (String line : description) {
            page.append(paragraph(line));
        }
        arguments(page, spec);
        entries(page, "COMMANDS", subcommands(command));
        entries(page, "EXIT STATUS", usage.exitCodeList());
        return page.toString();
    }

    /** What is indented in the help is an example, and keeps its lines. */
    private static String paragraph(String line) {
        if (line.isBlank()) {
            return ".PP\n";
        }
        int indent = line.length() - line.stripLeading().length();
        return indent > 0 ? ".EX\n" + text(line, indent) + ".EE\n" : text(line);
    }

    private static CommandLine.Help.ColorScheme noColours() {
        return CommandLine.Help.defaultColorScheme(Ansi.OFF);
    }

    private static Map<String, String> subcommands(CommandLine command) {
        Map<String, String> list = new LinkedHashMap<>();
        command.getSubcommands()
                .forEach(
                        (name, sub) ->
                                list.put(name, firstLine(sub.getCommandSpec().usageMessage())));
        return list;
    }

    private static String firstLine(UsageMessageSpec usage) {
        return Arrays.stream(lines(usage.description())).findFirst().orElse("");
    }

    private static void arguments(StringBuilder page, CommandSpec spec) {
        Map<String, String> list = new LinkedHashMap<>();
        for (PositionalParamSpec positional : spec.positionalParameters()) {
            if (!positional.hidden()) {
                list.put(positional.paramLabel(), description(positional));
            }
        }
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()) {
                String label = option.typeInfo().isBoolean() ? "" : "=" + option.paramLabel();
                list.put(String.join(", ", option.names()) + label, description(option));
            }
        }
        entries(page, "OPTIONS", list);
    }

    private static String description(ArgSpec argument) {
        return String.join(" ", lines(argument.description()))
                .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValueString()));
    }

    private static String[] lines(String[] description) {
        return Arrays.stream(description)
                .flatMap(line -> (line + "\n").replace("%n", "\n").replace("%%", "%").lines())
                .toArray(String[]::new);
    }

    private static void entries(StringBuilder page, String title, Map<String, String> entries) {
        if (!entries.isEmpty()) {
            page.append(".SH ").append(title).append('\n');
            entries.forEach(
                    (name, meaning) ->
                            page.append(".TP\n.B ").append(text(name)).append(text(meaning)));
        }
    }

    private static String text(String plain) {
        return text(plain, 0);
    }

    /**
     * Text as roff has it: a hyphen that can be copied, and no line that is a request.
     *
     * @param indent how many spaces each line begins with
     */
    private static String text(String plain, int indent) {
        StringBuilder roff = new StringBuilder();
        for (String line : plain.strip().lines().toList()) {
            String escaped = line.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq");
            roff.append(escaped.startsWith(".") ? "\\&" : "");
            roff.append(" ".repeat(indent)).append(escaped).append('\n');
        }
        return roff.isEmpty() ? "\\&\n" : roff.toString();
    }
}
