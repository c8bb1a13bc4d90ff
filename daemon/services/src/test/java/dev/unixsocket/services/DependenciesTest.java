package dev.unixsocket.services;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import dev.unixsocket.services.server.Listener;

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

    private static JavaClasses classes() throws URISyntaxException {
        Path compiled =
                Path.of(Listener.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        JavaClasses classes = new ClassFileImporter().importPath(compiled);
        assertTrue(classes.contain(Listener.class), () -> "no classes in " + compiled);
        return classes;
    }

    @Test
    void aServiceNeverUsesAnother() throws URISyntaxException {
        String any = String.join("|", SERVICES);
        slices().matching("dev.unixsocket.services.(" + any + ")..")
                .should()
                .notDependOnEachOther()
                .check(classes());
    }

    @Test
    void whatServicesShareKnowsNoService() throws URISyntaxException {
        JavaClasses classes = classes();
        for (String service : SERVICES) {
            noClasses()
                    .that()
                    .resideInAnyPackage("..services.server..", "..services.wire..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("..services." + service + "..")
                    .check(classes);
        }
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
