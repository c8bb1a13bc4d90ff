/*
 * What a process has used so far, by getrusage(2), as the harness reads it: bytes on a
 * garbage-collected heap, of which there is none here; user and system time in nanoseconds;
 * voluntary and involuntary context switches; and the time of a compiler, of which there is none.
 */
#ifndef UNIXSOCKET_BENCH_USAGE_H
#define UNIXSOCKET_BENCH_USAGE_H

#include <stdio.h>
#include <sys/resource.h>

struct usage {
    long long user;
    long long system;
    long long voluntary;
    long long involuntary;
};

static inline struct usage usage_minus(struct usage now, struct usage then)
{
    return (struct usage){now.user - then.user, now.system - then.system,
                          now.voluntary - then.voluntary, now.involuntary - then.involuntary};
}

static inline struct usage usage_of(int who)
{
    struct rusage used = {0};
    getrusage(who, &used);
    return (struct usage){
        used.ru_utime.tv_sec * 1000000000ll + used.ru_utime.tv_usec * 1000ll,
        used.ru_stime.tv_sec * 1000000000ll + used.ru_stime.tv_usec * 1000ll, used.ru_nvcsw,
        used.ru_nivcsw};
}

static inline struct usage usage_of_process(void)
{
    return usage_of(RUSAGE_SELF);
}

/* Without the calling thread, where the system tells it apart. */
static inline struct usage usage_of_other_threads(void)
{
#ifdef RUSAGE_THREAD
    return usage_minus(usage_of(RUSAGE_SELF), usage_of(RUSAGE_THREAD));
#else
    return usage_of(RUSAGE_SELF);
#endif
}

static inline void usage_print(struct usage used)
{
    printf("0 %lld %lld %lld %lld 0", used.user, used.system, used.voluntary, used.involuntary);
}

#endif
