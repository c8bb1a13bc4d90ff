import jdk.tools.jlink.internal.PluginRepository;
import jdk.tools.jlink.plugin.Plugin;
import jdk.tools.jlink.plugin.ResourcePool;
import jdk.tools.jlink.plugin.ResourcePoolBuilder;
import jdk.tools.jlink.plugin.ResourcePoolEntry;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.DebugElementsOption;
import java.lang.classfile.ClassFile.LineNumbersOption;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.util.spi.ToolProvider;

/**
 * Runs jlink with one more option, {@code --strip-libraries}: what {@code
 * --strip-java-debug-attributes} does, but for the project's own modules. So stack traces tell the
 * lines of those, and the runtime is 5 MB smaller and starts sooner than with the lines of all.
 *
 * <p>Arguments: those of jlink.
 */
final class LinkRuntime {

    private LinkRuntime() {}

    public static void main(String[] arguments) {
        PluginRepository.registerPlugin(new StripLibraries());
        System.exit(
                ToolProvider.findFirst("jlink")
                        .orElseThrow()
                        .run(System.out, System.err, arguments));
    }

    private static final class StripLibraries implements Plugin {

        private static final ClassFile WITHOUT_DEBUG =
                ClassFile.of(DebugElementsOption.DROP_DEBUG, LineNumbersOption.DROP_LINE_NUMBERS);

        private static final ClassTransform STRIP =
                ClassTransform.dropping(SourceFileAttribute.class::isInstance)
                        .andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL));

        @Override
        public String getName() {
            return "strip-libraries";
        }

        @Override
        public ResourcePool transform(ResourcePool in, ResourcePoolBuilder out) {
            in.transformAndCopy(
                    entry -> isOfLibrary(entry) ? entry.copyWithContent(strip(entry)) : entry, out);
            return out.build();
        }

        private static boolean isOfLibrary(ResourcePoolEntry entry) {
            return entry.type() == ResourcePoolEntry.Type.CLASS_OR_RESOURCE
                    && !entry.moduleName().startsWith("dev.unixsocket.")
                    && entry.path().endsWith(".class")
                    && !entry.path().endsWith("/module-info.class");
        }

        private static byte[] strip(ResourcePoolEntry entry) {
            return WITHOUT_DEBUG.transformClass(WITHOUT_DEBUG.parse(entry.contentBytes()), STRIP);
        }
    }
}
