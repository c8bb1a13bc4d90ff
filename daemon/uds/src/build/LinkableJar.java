import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Makes a jar fit for the linked runtime. Classes older than Java 6 get the class-file version of
 * this JDK and the stack maps that go with it: an AOT cache takes no older ones, nor what is linked
 * with them. The module requires no longer what it declares and does not use.
 *
 * <p>Arguments: the jar, which is replaced, and the modules that it does without.
 */
final class LinkableJar {

    private LinkableJar() {}

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        Path linkable = Path.of(arguments[0] + ".linkable");
        Set<String> unused = Set.of(Arrays.copyOfRange(arguments, 1, arguments.length));
        try (JarFile from = new JarFile(jar.toFile());
                JarOutputStream to = new JarOutputStream(new FileOutputStream(linkable.toFile()))) {
            ClassFile format =
                    ClassFile.of(
                            StackMapsOption.GENERATE_STACK_MAPS,
                            ClassHierarchyResolverOption.of(classesOf(from)));
            for (JarEntry entry : Collections.list(from.entries())) {
                byte[] content;
                try (InputStream in = from.getInputStream(entry)) {
                    content = in.readAllBytes();
                }
                JarEntry copy = new JarEntry(entry.getName());
                copy.setTime(entry.getTime());
                to.putNextEntry(copy);
                to.write(linkable(format, entry.getName(), content, unused));
            }
        }
        Files.move(linkable, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] linkable(
            ClassFile format, String name, byte[] content, Set<String> unused) {
        if (name.endsWith("module-info.class")) {
            return unused.isEmpty() ? content : requiringLess(format, content, unused);
        }
        return name.endsWith(".class") ? modern(format, content) : content;
    }

    private static byte[] requiringLess(ClassFile format, byte[] content, Set<String> unused) {
        return format.transformClass(
                format.parse(content),
                (builder, element) ->
                        builder.with(
                                element instanceof ModuleAttribute module
                                        ? requiringLess(module, unused)
                                        : element));
    }

    private static ModuleAttribute requiringLess(ModuleAttribute module, Set<String> unused) {
        return ModuleAttribute.of(
                module.moduleName(),
                module.moduleFlagsMask(),
                module.moduleVersion().orElse(null),
                module.requires().stream()
                        .filter(needed -> !unused.contains(needed.requires().name().stringValue()))
                        .toList(),
                module.exports(),
                module.opens(),
                module.uses(),
                module.provides());
    }

    private static byte[] modern(ClassFile format, byte[] content) {
        ClassModel old = format.parse(content);
        if (old.majorVersion() >= ClassFile.JAVA_6_VERSION) {
            return content;
        }
        ClassTransform copyingCode =
                ClassTransform.transformingMethodBodies((code, element) -> code.with(element));
        return format.transformClass(
                old,
                copyingCode.andThen(
                        (builder, element) -> {
                            if (element instanceof ClassFileVersion) {
                                builder.withVersion(ClassFile.latestMajorVersion(), 0);
                            } else {
                                builder.with(element);
                            }
                        }));
    }

    /** Which class of the jar extends which; those of the JDK are known without. */
    private static ClassHierarchyResolver classesOf(JarFile jar) {
        return ClassHierarchyResolver.ofResourceParsing((ClassDesc type) -> classFile(jar, type))
                .orElse(ClassHierarchyResolver.defaultResolver())
                .cached();
    }

    private static InputStream classFile(JarFile jar, ClassDesc type) {
        String descriptor = type.descriptorString();
        JarEntry entry =
                jar.getJarEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
        try {
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
