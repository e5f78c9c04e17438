/*
 * gate DIRECTORY COMMAND [ARGUMENT...]: runs first in a container and waits until the gatekeeper says
 * go; then becomes COMMAND, found as runc finds it: by PATH when it has no slash.
 *
 * DIRECTORY/said: the gate tells which UTS namespace it is in, then keeps the FIFO open: that it
 * closes by itself tells that exec went well; a text tells why not.
 * DIRECTORY/go: one byte is the permission. An end without it means that the gatekeeper died: the gate
 * waits, without polling, for the next one to open the FIFO.
 * Exit codes: 127 for what is not there, 126 for what cannot run, 128 + number for a signal.
 */
#include "static.h"

enum { PATH_BYTES = 4096, TEXT_BYTES = 512, IDENTITY_BYTES = 64, E_XIO = 6 };

static int has_slash(const char *text) {
  while (*text) if (*text++ == '/') return 1;
  return 0;
}

static const char *path_of(char **envp) {
  for (; *envp; envp++) {
    const char *e = *envp;
    if (e[0] == 'P' && e[1] == 'A' && e[2] == 'T' && e[3] == 'H' && e[4] == '=') return e + 5;
  }
  return "";
}

/* Tries each folder of PATH; the error that is worth telling. */
static int exec_by_path(const char *path, char **argv, char **envp) {
  char file[PATH_BYTES];
  int error = E_NOENT;
  for (;;) {
    word at = 0;
    while (*path && *path != ':' && at + 2 < PATH_BYTES) file[at++] = *path++;
    while (*path && *path != ':') path++;
    if (at == 0) file[at++] = '.';
    file[at++] = '/';
    append(file, at, PATH_BYTES, argv[0]);
    int now = error_of(call4(EXECVE, (word)file, (word)argv, (word)envp, 0));
    if (now == E_ACCES) error = now;
    else if (now != E_NOENT && now != E_NOTDIR) return now;
    if (*path++ != ':') return error;
  }
}

static const char *words_for(int error, int searched) {
  if (error == E_NOENT) return searched ? ": executable file not found in $PATH" : ": no such file or directory";
  if (error == E_ACCES) return ": permission denied";
  if (error == E_NOTDIR) return ": not a directory";
  if (error == 8) return ": exec format error";
  if (error == 7) return ": argument list too long";
  return ": cannot be executed";
}

__attribute__((noreturn)) static void fail(word said, const char *name, int error, int searched) {
  char text[TEXT_BYTES];
  word size = append(text, 0, TEXT_BYTES, "exec: \"");
  size = append(text, size, TEXT_BYTES - 64, name);
  size = append(text, size, TEXT_BYTES, "\"");
  size = append(text, size, TEXT_BYTES, words_for(error, searched));
  size = append(text, size, TEXT_BYTES, "\n");
  call4(WRITE, said, (word)text, size, 0);
  leave(error == E_NOENT || error == E_NOTDIR ? 127 : 126);
}

/* A first process ignores SIGTERM unless it handles it: a stop during the wait must not hang. */
static void on_signal(int number) { leave(128 + number); }

static void handle(int number) {
  struct { void (*handler)(int); word flags; void (*restorer)(void); word mask; } action = { on_signal, 0, 0, 0 };
#if defined(__x86_64__)
  action.flags = 0x04000000; /* SA_RESTORER is asked for; ours is never reached. */
#endif
  call4(RT_SIGACTION, (word)number, (word)&action, 0, SIGNAL_BYTES);
}

/* Waits for one gatekeeper: the descriptor of `said` once it gave the permission, else an error. */
static word ask(const char *go_path, const char *said_path) {
  char who[IDENTITY_BYTES], byte;
  word go = open_at(go_path, 0);
  if (error_of(go)) return go;
  word said = open_at(said_path, O_WRONLY_ | O_NONBLOCK_);
  if (error_of(said)) return call4(CLOSE, go, 0, 0, 0), said;
  if (read_link(OWN_UTS, who, IDENTITY_BYTES)) append(who, 0, IDENTITY_BYTES, "?");
  call4(WRITE, said, (word)who, length(who), 0);
  word got;
  while (error_of(got = call4(READ, go, (word)&byte, 1, 0)) == E_INTR) {}
  call4(CLOSE, go, 0, 0, 0);
  if (got == 1) return said;
  call4(CLOSE, said, 0, 0, 0);
  return (word)-E_XIO;
}

__attribute__((noreturn, used)) void run(word *stack) {
  char go[PATH_BYTES], said[PATH_BYTES];
  word count = stack[0], permission;
  char **argv = (char **)(stack + 1) + 2, **envp = (char **)(stack + 1) + count + 1;
  if (count < 3) leave(126);
  append(go, append(go, 0, PATH_BYTES, argv[-1]), PATH_BYTES, "/go");
  append(said, append(said, 0, PATH_BYTES, argv[-1]), PATH_BYTES, "/said");
  handle(SIGNAL_TERM);
  handle(SIGNAL_INT);
  while (error_of(permission = ask(go, said)) == E_XIO) {}
  if (error_of(permission)) fail(2, go, error_of(permission), 0);
  int searched = !has_slash(argv[0]);
  int error = searched ? exec_by_path(path_of(envp), argv, envp)
                       : error_of(call4(EXECVE, (word)argv[0], (word)argv, (word)envp, 0));
  fail(permission, argv[0], error, searched);
}
