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
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Gives the classes of a jar that are older than Java 6 the class-file version of this JDK, and the
 * stack maps that go with it: an AOT cache takes no older ones, nor what is linked with them.
 *
 * <p>Arguments: the jar, which is replaced.
 */
final class ModernClasses {

    private ModernClasses() {}

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        Path modern = Path.of(arguments[0] + ".modern");
        try (JarFile from = new JarFile(jar.toFile());
                JarOutputStream to = new JarOutputStream(new FileOutputStream(modern.toFile()))) {
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
                to.write(entry.getName().endsWith(".class") ? modern(format, content) : content);
            }
        }
        Files.move(modern, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
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
