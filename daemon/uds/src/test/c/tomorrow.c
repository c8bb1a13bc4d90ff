/*
 * tomorrow PROGRAM [ARGUMENT]...: runs a program whose wall clock is a day ahead.
 *
 * For programs that take the time from the kernel's vDSO without a C library between, as those in
 * Go do: faketime(1) cannot reach them. The vDSO of the process gets another clock_gettime(2), as
 * a debugger sets a breakpoint. The process of this program becomes that of PROGRAM. x86-64 only.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned char CLOCK_GETTIME[24] = {
    0xb8, 0xe4, 0x00, 0x00, 0x00,             /* mov $228, %eax: clock_gettime(2) */
    0x0f, 0x05,                               /* syscall */
    0x85, 0xff,                               /* test %edi, %edi: CLOCK_REALTIME? */
    0x75, 0x07,                               /* jne 1f */
    0x48, 0x81, 0x06, 0x80, 0x51, 0x01, 0x00, /* addq $86400, (%rsi): the seconds */
    0xc3,                                     /* 1: ret */
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* Where the function begins in the vDSO, which is the same one in every process. */
static uintptr_t offset_of_function(void)
{
    void *vdso = dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_NOLOAD);
    void *function = vdso ? dlsym(vdso, "__vdso_clock_gettime") : NULL;
    if (!function) {
        fprintf(stderr, "the vDSO has no clock_gettime\n");
        exit(1);
    }
    return (uintptr_t)function - getauxval(AT_SYSINFO_EHDR);
}

static uintptr_t vdso_of(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/auxv", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fail(path);
    Elf64_auxv_t entry;
    while (read(fd, &entry, sizeof entry) == sizeof entry)
        if (entry.a_type == AT_SYSINFO_EHDR) {
            close(fd);
            return entry.a_un.a_val;
        }
    fprintf(stderr, "%s names no vDSO\n", path);
    exit(1);
}

/* Waits until the process executes PROGRAM, and lets it go on with another function. */
static void change(pid_t pid, uintptr_t offset, int ready)
{
    int status;
    if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACEEXEC) < 0)
        fail("ptrace");
    close(ready);
    for (;;) {
        if (waitpid(pid, &status, 0) != pid)
            fail("waitpid");
        if (!WIFSTOPPED(status))
            exit(1); /* PROGRAM could not be executed, and that was said */
        if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8))
            break;
        if (ptrace(PTRACE_CONT, pid, NULL, WSTOPSIG(status)) < 0)
            fail("ptrace");
    }
    uintptr_t function = vdso_of(pid) + offset;
    for (size_t i = 0; i < sizeof CLOCK_GETTIME; i += sizeof(long)) {
        long word;
        memcpy(&word, CLOCK_GETTIME + i, sizeof word);
        if (ptrace(PTRACE_POKETEXT, pid, function + i, word) < 0)
            fail("ptrace");
    }
    if (ptrace(PTRACE_DETACH, pid, NULL, 0) < 0)
        fail("ptrace");
}

int main(int argc, char **argv)
{
    int ready[2];
    char byte;
    pid_t self = getpid();
    uintptr_t offset = offset_of_function();
    if (argc < 2) {
        fprintf(stderr, "usage: tomorrow PROGRAM [ARGUMENT]...\n");
        return 2;
    }
    if (pipe2(ready, O_CLOEXEC) < 0)
        fail("pipe2");
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        if (fork() == 0) { /* nobody's child, so that PROGRAM has none that it does not know */
            close(ready[0]);
            change(self, offset, ready[1]);
        }
        _exit(0);
    }
    waitpid(child, NULL, 0);
    close(ready[1]);
    if (read(ready[0], &byte, 1) < 0) /* ends when this process is traced */
        fail("read");
    execvp(argv[1], argv + 1);
    fail(argv[1]);
}
