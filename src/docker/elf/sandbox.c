/*
 * The first process of a sandbox: it holds the namespaces and does nothing else. Where containers
 * share its PID namespace it is their init: it collects what they leave behind. SIGTERM and SIGINT
 * end it at once. The three signals are blocked and waited for: a blocked signal is kept even for a
 * first process, for which the kernel drops the ones that are neither blocked nor handled.
 */
#include "static.h"

__attribute__((noreturn, used)) void run(void) {
  word set = 1UL << (SIGNAL_INT - 1) | 1UL << (SIGNAL_TERM - 1) | 1UL << (SIGNAL_CHLD - 1);
  call4(RT_SIGPROCMASK, 0, (word)&set, 0, SIGNAL_BYTES);
  for (;;) {
    word got = call4(RT_SIGTIMEDWAIT, (word)&set, 0, 0, SIGNAL_BYTES);
    if (got == SIGNAL_TERM || got == SIGNAL_INT) leave(0);
    /* WNOHANG: all that are dead by now. */
    while ((long)call4(WAIT4, (word)-1, 0, 1, 0) > 0) {}
  }
}
