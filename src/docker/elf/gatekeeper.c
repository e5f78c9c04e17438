/*
 * gatekeeper, run on the host in the folder of all gates, as a child of klio: names the UTS namespace
 * of each container before its first instruction.
 *
 * stdin:  "open KEY NAME": makes KEY/go and KEY/said and waits for the gate behind them.
 *         "shut KEY": forgets it.
 * stdout: "ready 0" first, or an error number when it may not enter namespaces.
 *         "ran KEY PID": the gate has become the command. "failed KEY TEXT": it could not.
 *         "left KEY": it went away before. "refused KEY NUMBER": it could not be named (an error number).
 * It ends with its stdin. Between events it sleeps in poll.
 */
#include "static.h"

enum { KEY_BYTES = 80, NAME_BYTES = 72, PATH_BYTES = 128, TEXT_BYTES = 1024, LINE_BYTES = 4096,
       IDENTITY_BYTES = 64, DOORS = 256, PIDS = 65536, POLL_IN = 1, NEW_UTS = 0x04000000, E_MFILE = 24 };

struct door { char key[KEY_BYTES], name[NAME_BYTES]; word go, said; unsigned pid; };
struct poll { int fd; short events, revents; };
struct entry { word inode, offset; unsigned short size; unsigned char type; char name[]; };
struct house { struct door doors[DOORS]; struct poll polls[DOORS + 1]; word count; char own[IDENTITY_BYTES]; };

/* The compiler calls these by itself for whole structs. */
void *memcpy(void *to, const void *from, word size) {
  for (word i = 0; i < size; i++) ((char *)to)[i] = ((const char *)from)[i];
  return to;
}

void *memset(void *to, int value, word size) {
  for (word i = 0; i < size; i++) ((char *)to)[i] = (char)value;
  return to;
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static word append_number(char *to, word at, word room, unsigned number) {
  char digits[12];
  word from = sizeof digits - 1;
  digits[from] = 0;
  do digits[--from] = (char)('0' + number % 10); while (number /= 10);
  return append(to, at, room, digits + from);
}

/* One line to klio: a word, a key and what follows. */
static void tell(const char *what, const char *key, const char *more) {
  char text[TEXT_BYTES];
  word size = append(text, 0, TEXT_BYTES - 1, what);
  size = append(text, size, TEXT_BYTES - 1, key);
  size = append(text, size, TEXT_BYTES - 1, more);
  for (word i = 0; i < size; i++) if (text[i] == '\n') text[i] = ' ';
  text[size++] = '\n';
  call4(WRITE, 1, (word)text, size, 0);
}

static void tell_number(const char *what, const char *key, unsigned number) {
  char more[16] = " ";
  append_number(more, 1, sizeof more, number);
  tell(what, key, more);
}

static void uts_path(char *to, unsigned pid) {
  append(to, append_number(to, append(to, 0, PATH_BYTES, "/proc/"), PATH_BYTES, pid), PATH_BYTES, "/ns/uts");
}

static int lives_in(unsigned pid, const char *identity) {
  char path[PATH_BYTES], now[IDENTITY_BYTES];
  uts_path(path, pid);
  return !read_link(path, now, IDENTITY_BYTES) && same(now, identity);
}

/* A process of that namespace; the newest are looked at first. 0: there is none. */
static unsigned find_in(const char *identity) {
  static const char proc[] = "/proc";
  unsigned pids[PIDS], count = 0;
  char buffer[LINE_BYTES] __attribute__((aligned(8)));
  word got, fd = open_at(proc, 0);
  if (error_of(fd)) return 0;
  while (!error_of(got = call4(GETDENTS64, fd, (word)buffer, LINE_BYTES, 0)) && got > 0) {
    for (word at = 0; at < got; at += ((struct entry *)(buffer + at))->size) {
      const char *name = ((struct entry *)(buffer + at))->name;
      unsigned pid = 0;
      while (*name >= '0' && *name <= '9') pid = pid * 10 + (unsigned)(*name++ - '0');
      if (!*name && pid && count < PIDS) pids[count++] = pid;
    }
  }
  call4(CLOSE, fd, 0, 0, 0);
  while (count > 0) if (lives_in(pids[--count], identity)) return pids[count];
  return 0;
}

/* Names the namespace; the host's own is never touched. An error number, 0 when done. */
static int name_it(struct door *door, const char *identity, const char *own) {
  char path[PATH_BYTES];
  if (same(identity, own)) return E_PERM;
  if (!(door->pid = find_in(identity))) return E_SRCH;
  uts_path(path, door->pid);
  word fd = open_at(path, 0);
  if (error_of(fd)) return error_of(fd);
  /* The PID may have passed on between the look and the open: what was opened must still be it. */
  int error = lives_in(door->pid, identity) ? 0 : E_SRCH;
  /* Never back: the next one joins its own, and nothing here reads the name. */
  if (!error) error = error_of(call4(SETNS, fd, NEW_UTS, 0, 0));
  if (!error) error = error_of(call4(SETHOSTNAME, (word)door->name, length(door->name), 0, 0));
  call4(CLOSE, fd, 0, 0, 0);
  return error;
}

static void shut(struct house *house, word at) {
  call4(CLOSE, house->doors[at].go, 0, 0, 0);
  call4(CLOSE, house->doors[at].said, 0, 0, 0);
  house->count--;
  for (word i = at; i < house->count; i++) house->doors[i] = house->doors[i + 1];
}

/* The gate said something, or went. */
static void hear(struct house *house, word at) {
  struct door *door = &house->doors[at];
  char text[TEXT_BYTES - KEY_BYTES - 16] = " ";
  word size = call4(READ, door->said, (word)(text + 1), sizeof text - 2, 0);
  if (error_of(size)) return;
  text[size + 1] = 0;
  if (size > 0 && !door->pid) {
    int error = name_it(door, text + 1, house->own);
    if (!error) return (void)call4(WRITE, door->go, (word)"g", 1, 0);
    tell_number("refused ", door->key, (unsigned)error);
  } else if (size > 0) tell("failed ", door->key, text);
  else if (door->pid) tell_number("ran ", door->key, door->pid);
  else tell("left ", door->key, "");
  shut(house, at);
}

/* Makes a FIFO below a gate's folder if it is not there, and opens it. */
static word fifo(const char *key, const char *name, word flags) {
  char path[PATH_BYTES];
  append(path, append(path, 0, PATH_BYTES, key), PATH_BYTES, name);
  word made = call4(MKNODAT, (word)AT_CWD, (word)path, 010666, 0);
  if (error_of(made) && error_of(made) != E_EXIST) return made;
  return open_at(path, flags | O_NONBLOCK_);
}

static void open_door(struct house *house, const char *key, const char *name) {
  if (house->count == DOORS) return tell_number("refused ", key, E_MFILE);
  struct door *door = &house->doors[house->count];
  append(door->key, 0, KEY_BYTES, key);
  append(door->name, 0, NAME_BYTES, name);
  door->pid = 0;
  /* `said` first: a gate that finds `go` open also finds a listener. */
  if (error_of(door->said = fifo(key, "/said", 0))) return tell_number("refused ", key, (unsigned)error_of(door->said));
  if (error_of(door->go = fifo(key, "/go", O_RDWR_))) {
    call4(CLOSE, door->said, 0, 0, 0);
    return tell_number("refused ", key, (unsigned)error_of(door->go));
  }
  house->count++;
}

/* Ends the first word of a text and gives what follows it. */
static char *next_word(char *text) {
  while (*text && *text != ' ') text++;
  if (*text) *text++ = 0;
  return text;
}

static void obey(struct house *house, char *line) {
  char *key = next_word(line), *name = next_word(key);
  word at = 0;
  while (at < house->count && !same(house->doors[at].key, key)) at++;
  if (at < house->count) shut(house, at);
  if (same(line, "open")) open_door(house, key, name);
}

/* Takes whole lines out of what klio wrote; ends with its end. */
static word read_orders(struct house *house, char *line, word size) {
  word got = call4(READ, 0, (word)(line + size), LINE_BYTES - size, 0);
  if (error_of(got) == E_INTR) return size;
  if (error_of(got) || got == 0) leave(0);
  word start = 0;
  for (word at = size; at < size + got; at++) {
    if (line[at] != '\n') continue;
    line[at] = 0;
    obey(house, line + start);
    start = at + 1;
  }
  size += got;
  if (start == 0 && size == LINE_BYTES) leave(1);
  for (word i = start; i < size; i++) line[i - start] = line[i];
  return size - start;
}

__attribute__((noreturn, used)) void run(void) {
  struct house house;
  char line[LINE_BYTES];
  word size = 0;
  house.count = 0;
  call4(UMASK, 0, 0, 0, 0);
  int error = read_link(OWN_UTS, house.own, IDENTITY_BYTES);
  word self = open_at(OWN_UTS, 0);
  /* Joining one's own namespace changes nothing, and needs the same right as any other. */
  if (!error) error = error_of(call4(SETNS, self, NEW_UTS, 0, 0));
  call4(CLOSE, self, 0, 0, 0);
  tell_number("ready", "", (unsigned)error);
  for (;;) {
    word count = house.count;
    for (word i = 0; i <= count; i++) {
      house.polls[i].fd = i < count ? (int)house.doors[i].said : 0;
      house.polls[i].events = POLL_IN;
      house.polls[i].revents = 0;
    }
    if (error_of(call4(PPOLL, (word)house.polls, count + 1, 0, 0))) continue;
    /* From the last: a door that shuts moves only those behind it. */
    for (word i = count; i-- > 0;) if (house.polls[i].revents) hear(&house, i);
    if (house.polls[count].revents) size = read_orders(&house, line, size);
  }
}
