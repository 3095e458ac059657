/* Loaded before the C library (LD_PRELOAD): numbers every durable operation of a process on files below one folder,
   and lets one of them fail, or be the last.

   FAULTY_ROOT   the folder
   FAULTY_LOG    a file that takes one line an operation: number, name, path
   FAULTY_AT     number of the operation; 0 for none
   FAULTY_HOW    not-done, done-but-error, crash-before (half of a write is done), crash-after
   FAULTY_FULL   every write and every new file fails with ENOSPC from operation FAULTY_AT on, if set */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int ready, log_fd = -1, is_full;
static long count, at;
static const char *how, *root;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int), (*real_fdatasync)(int), (*real_ftruncate)(int, off_t);
static int (*real_rename)(const char *, const char *), (*real_unlink)(const char *);

static void begin(void) {
    if (ready) return;
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    root = getenv("FAULTY_ROOT");
    how = getenv("FAULTY_HOW");
    is_full = getenv("FAULTY_FULL") != NULL;
    const char *number = getenv("FAULTY_AT"), *name = getenv("FAULTY_LOG");
    at = number ? atol(number) : 0;
    if (name) log_fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ready = 1;
}

/* The path of a descriptor if it lies below the folder and is a file or a folder, else nothing. */
static int below(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, 4095);
    if (size <= 0 || !root || fd == log_fd) return 0;
    path[size] = 0;
    return strncmp(path, root, strlen(root)) == 0 || (strlen(path) + 1 == strlen(root) && strncmp(path, root, strlen(path)) == 0);
}

/* Whether this operation is the one. Counts it. */
static int is_hit(const char *name, const char *path) {
    char line[4300];
    pthread_mutex_lock(&lock);
    long number = ++count;
    pthread_mutex_unlock(&lock);
    int size = snprintf(line, sizeof line, "%ld %s %s\n", number, name, path + strlen(root) - 1);
    if (log_fd >= 0) real_write(log_fd, line, size);
    return at > 0 && (is_full ? number >= at : number == at);
}

static int is(const char *what) { return how && strcmp(how, what) == 0; }
static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* Does CALL, a call that gives RESULT, as the fault says; HALF is what a crash before it leaves behind. */
#define PERFORM(result, name, path, call, half)                                                                       \
    if (is_hit(name, path)) {                                                                                         \
        if (is_full) { errno = ENOSPC; return -1; }                                                                   \
        if (is("crash-before")) { half; die(); }                                                                      \
        if (is("not-done")) { errno = EIO; return -1; }                                                               \
        call;                                                                                                         \
        if (is("crash-after")) die();                                                                                 \
        errno = EIO;                                                                                                  \
        return -1;                                                                                                    \
    }                                                                                                                 \
    return call

ssize_t write(int fd, const void *bytes, size_t size) {
    char path[4096];
    begin();
    if (!below(fd, path)) return real_write(fd, bytes, size);
    PERFORM(ssize_t, "write", path, real_write(fd, bytes, size), real_write(fd, bytes, size / 2));
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) {
    char path[4096];
    begin();
    if (!below(fd, path)) return real_pwrite(fd, bytes, size, offset);
    PERFORM(ssize_t, "write", path, real_pwrite(fd, bytes, size, offset), real_pwrite(fd, bytes, size / 2, offset));
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) { return pwrite64(fd, bytes, size, offset); }

int ftruncate64(int fd, off_t size) {
    char path[4096];
    begin();
    if (!below(fd, path) || is_full) return real_ftruncate(fd, size);
    PERFORM(int, "truncate", path, real_ftruncate(fd, size), (void)0);
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int fsync(int fd) {
    char path[4096];
    begin();
    if (!below(fd, path) || is_full) return real_fsync(fd);
    PERFORM(int, "sync", path, real_fsync(fd), (void)0);
}

int fdatasync(int fd) {
    char path[4096];
    begin();
    if (!below(fd, path) || is_full) return real_fdatasync(fd);
    PERFORM(int, "sync", path, real_fdatasync(fd), (void)0);
}

int rename(const char *from, const char *to) {
    begin();
    if (!root || strncmp(to, root, strlen(root)) || is_full) return real_rename(from, to);
    PERFORM(int, "rename", to, real_rename(from, to), (void)0);
}

int unlink(const char *path) {
    begin();
    if (!root || strncmp(path, root, strlen(root)) || is_full) return real_unlink(path);
    PERFORM(int, "unlink", path, real_unlink(path), (void)0);
}
