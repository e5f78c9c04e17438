/* The few system calls that our static programs make, without a C library. */
typedef unsigned long word;

#if defined(__x86_64__)
enum { OPENAT = 257, READ = 0, WRITE = 1, CLOSE = 3, EXECVE = 59, EXIT_GROUP = 231, WAIT4 = 61,
       RT_SIGACTION = 13, RT_SIGPROCMASK = 14, RT_SIGTIMEDWAIT = 128, SETNS = 308, SETHOSTNAME = 170,
       READLINKAT = 267, PPOLL = 271, MKNODAT = 259, UMASK = 95, GETDENTS64 = 217 };
/* The kernel puts argc on top of the stack. */
__asm__(".section .start,\"ax\"\n.globl _start\n_start:\n mov %rsp,%rdi\n and $-16,%rsp\n call run\n");

static word call4(word number, word a, word b, word c, word d) {
  word result;
  register word r10 __asm__("r10") = d;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
enum { OPENAT = 56, READ = 63, WRITE = 64, CLOSE = 57, EXECVE = 221, EXIT_GROUP = 94, WAIT4 = 260,
       RT_SIGACTION = 134, RT_SIGPROCMASK = 135, RT_SIGTIMEDWAIT = 137, SETNS = 268, SETHOSTNAME = 161,
       READLINKAT = 78, PPOLL = 73, MKNODAT = 33, UMASK = 166, GETDENTS64 = 61 };
__asm__(".section .start,\"ax\"\n.globl _start\n_start:\n mov x0,sp\n bl run\n");

static word call4(word number, word a, word b, word c, word d) {
  register word x8 __asm__("x8") = number;
  register word x0 __asm__("x0") = a;
  register word x1 __asm__("x1") = b;
  register word x2 __asm__("x2") = c;
  register word x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}
#endif

enum { AT_CWD = -100, O_WRONLY_ = 01, O_RDWR_ = 02, O_NONBLOCK_ = 04000, O_CLOEXEC_ = 02000000 };
enum { E_PERM = 1, E_NOENT = 2, E_SRCH = 3, E_INTR = 4, E_ACCES = 13, E_EXIST = 17, E_NOTDIR = 20,
       SIGNAL_INT = 2, SIGNAL_TERM = 15, SIGNAL_CHLD = 17 };
enum { SIGNAL_BYTES = 8 };

/* A system call's error number; 0 when it went well. */
__attribute__((unused)) static int error_of(word result) { return result > (word)-4096 ? (int)-result : 0; }

__attribute__((noreturn)) static void leave(int code) {
  for (;;) call4(EXIT_GROUP, (word)code, 0, 0, 0);
}

/* Where the identity of a UTS namespace is read, such as "uts:[4026531838]". */
#define OWN_UTS "/proc/self/ns/uts"

__attribute__((unused)) static word length(const char *text) {
  word count = 0;
  while (text[count]) count++;
  return count;
}

/* Appends to a buffer of `room` bytes; what does not fit is cut, the end is always a zero. */
__attribute__((unused)) static word append(char *to, word at, word room, const char *text) {
  while (*text && at + 1 < room) to[at++] = *text++;
  to[at] = 0;
  return at;
}

/* Opens a path below the current folder, closed by exec; a descriptor, or an error as calls give it. */
__attribute__((unused)) static word open_at(const char *path, word flags) {
  return call4(OPENAT, (word)AT_CWD, (word)path, flags | O_CLOEXEC_, 0);
}

/* What a link says; 0 or an error number. */
__attribute__((unused)) static int read_link(const char *path, char *to, word room) {
  word size = call4(READLINKAT, (word)AT_CWD, (word)path, (word)to, room - 1);
  if (!error_of(size)) to[size] = 0;
  return error_of(size);
}
