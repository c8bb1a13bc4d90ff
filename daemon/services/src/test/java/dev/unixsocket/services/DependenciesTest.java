package dev.unixsocket.services;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import dev.unixsocket.services.server.Listener;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** Dependencies point one way: services, what they share, the library of sockets. */
class DependenciesTest {

    private static final String[] SERVICES = {"weave", "ipc", "events", "observatory", "discovery"};

    private static final ModuleDescriptor MODULE = Listener.class.getModule().getDescriptor();

    /** Read once: it takes a second. */
    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() throws URISyntaxException {
        Path compiled =
                Path.of(Listener.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        classes = new ClassFileImporter().importPath(compiled);
        assertTrue(classes.contain(Listener.class), () -> "no classes in " + compiled);
    }

    @Test
    void aServiceNeverUsesAnother() {
        String any = String.join("|", SERVICES);
        slices().matching("dev.unixsocket.services.(" + any + ")..")
                .should()
                .notDependOnEachOther()
                .check(classes);
    }

    @Test
    void whatServicesShareKnowsNoService() {
        for (String service : SERVICES) {
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "..services.server..", "..services.connections..", "..services.wire..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("..services." + service + "..")
                    .check(classes);
        }
    }

    @Test
    void aListenerDoesNotKnowWhoServesItsConnections() {
        noClasses()
                .that()
                .resideInAnyPackage("..services.server..", "..services.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..services.connections..")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("..services.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..services.server..")
                .check(classes);
    }

    @Test
    void programsSeeTheServicesAndTheListenerAlone() {
        Set<String> open =
                MODULE.exports().stream()
                        .filter(exports -> !exports.isQualified())
                        .map(ModuleDescriptor.Exports::source)
                        .collect(Collectors.toSet());
        assertEquals(
                Set.of(
                        "dev.unixsocket.services.discovery",
                        "dev.unixsocket.services.events",
                        "dev.unixsocket.services.ipc",
                        "dev.unixsocket.services.server",
                        "dev.unixsocket.services.weave"),
                open);
    }

    @Test
    void embeddingNeedsTheSocketsJsonAndMessagePackAlone() {
        Set<String> required =
                MODULE.requires().stream()
                        .map(ModuleDescriptor.Requires::name)
                        .collect(Collectors.toSet());
        assertEquals(
                Set.of(
                        "java.base",
                        "jdk.unsupported",
                        "com.fasterxml.jackson.core",
                        "dev.unixsocket.ffi",
                        "msgpack.core"),
                required);
    }

    @Test
    void theModuleIsNotOpen() {
        assertFalse(MODULE.isOpen());
        assertTrue(MODULE.opens().isEmpty(), () -> "opens " + MODULE.opens());
    }
}
