package dev.unixsocket.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

/** The table of commands. */
class UdsTest {

    @Test
    void eachCommandHasTheNameThatItIsFoundBy() {
        Uds.COMMANDS.forEach(
                (name, command) ->
                        assertEquals(name, new CommandLine(command.get()).getCommandName()));
    }
}
