package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.services.weave.WeaveDaemon;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

/** weave-compute without options does not read its command line. */
class WeaveServeCommandTest {

    @Test
    void withoutOptionsItIsWhatTheDaemonIsByDefault() {
        WeaveServeCommand command = new WeaveServeCommand();
        new CommandLine(command).parseArgs();
        assertEquals(WeaveDaemon.Options.DEFAULT, command.choices());
    }
}
