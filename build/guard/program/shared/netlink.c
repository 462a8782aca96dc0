#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "netlink.h"

enum { ANSWER_SECONDS = 5, ANSWER_ROOM = 64 * 1024 };

static void *reserve(Messages *m, size_t size) {
  size_t room = NLMSG_ALIGN(size);
  if (m->full || room > sizeof m->bytes - m->length) {
    m->full = 1;
    return NULL;
  }
  uint8_t *at = m->bytes + m->length;
  memset(at, 0, room);
  m->length += room;
  if (m->open) m->open->nlmsg_len = (uint32_t)(m->bytes + m->length - (uint8_t *)m->open);
  return at;
}

void begin_message(Messages *m, uint16_t type, uint16_t flags, const void *header, size_t size) {
  m->open = NULL;
  struct nlmsghdr *message = reserve(m, NLMSG_HDRLEN + size);
  if (!message) return;
  message->nlmsg_type = type;
  message->nlmsg_flags = NLM_F_REQUEST | flags;
  message->nlmsg_seq = ++m->sequence;
  message->nlmsg_len = (uint32_t)NLMSG_ALIGN(NLMSG_HDRLEN + size);
  memcpy((uint8_t *)message + NLMSG_HDRLEN, header, size);
  m->open = message;
}

void put(Messages *m, uint16_t type, const void *value, size_t size) {
  struct nlattr *attribute = reserve(m, NLA_HDRLEN + size);
  if (!attribute) return;
  attribute->nla_type = type;
  attribute->nla_len = (uint16_t)(NLA_HDRLEN + size);
  if (size) memcpy((uint8_t *)attribute + NLA_HDRLEN, value, size);
}

void put_text(Messages *m, uint16_t type, const char *text) { put(m, type, text, strlen(text) + 1); }
void put_u8(Messages *m, uint16_t type, uint8_t value) { put(m, type, &value, sizeof value); }
void put_be32(Messages *m, uint16_t type, uint32_t value) {
  value = htonl(value);
  put(m, type, &value, sizeof value);
}

size_t begin_nest(Messages *m, uint16_t type) {
  size_t nest = m->length;
  put(m, type | NLA_F_NESTED, NULL, 0);
  return nest;
}

void end_nest(Messages *m, size_t nest) {
  if (!m->full) ((struct nlattr *)(m->bytes + nest))->nla_len = (uint16_t)(m->length - nest);
}

int open_netlink(int protocol) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  if (fd < 0) return -1;
  struct timeval patience = {.tv_sec = ANSWER_SECONDS};
  struct sockaddr_nl self = {.nl_family = AF_NETLINK};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) ||
      bind(fd, (struct sockaddr *)&self, sizeof self)) {
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
  }
  return fd;
}

static int transmit(int fd, const Messages *m) {
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  if (m->full) return ENOBUFS;
  ssize_t sent = sendto(fd, m->bytes, m->length, 0, (struct sockaddr *)&kernel, sizeof kernel);
  return sent < 0 ? errno : (size_t)sent == m->length ? 0 : EMSGSIZE;
}

/* One datagram of the kernel; others in this namespace may write to our socket, and are passed over. */
static ssize_t receive(int fd, uint8_t *buffer) {
  for (;;) {
    struct sockaddr_nl from = {0};
    struct iovec room = {buffer, ANSWER_ROOM};
    struct msghdr datagram = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &room, .msg_iovlen = 1};
    ssize_t size = recvmsg(fd, &datagram, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) { errno = errno == EAGAIN ? ETIMEDOUT : errno; return -1; }
    if (datagram.msg_flags & MSG_TRUNC) { errno = EMSGSIZE; return -1; }
    if (from.nl_pid == 0) return size;
  }
}

static _Alignas(8) uint8_t answer[ANSWER_ROOM];

int send_messages(int fd, const Messages *m, uint32_t last) {
  int problem = transmit(fd, m);
  while (!problem) {
    ssize_t size = receive(fd, answer);
    if (size < 0) return errno;
    unsigned left = (unsigned)size;
    for (struct nlmsghdr *n = (struct nlmsghdr *)answer; NLMSG_OK(n, left); n = NLMSG_NEXT(n, left)) {
      if (n->nlmsg_type != NLMSG_ERROR || n->nlmsg_len < NLMSG_LENGTH(sizeof(struct nlmsgerr))) continue;
      int error = -((struct nlmsgerr *)NLMSG_DATA(n))->error;
      if (error) return error;
      if (n->nlmsg_seq == last) return 0;
    }
  }
  return problem;
}

int ask(int fd, const Messages *request, Visit *visit, void *to) {
  int is_dump = (request->open->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
  int problem = transmit(fd, request);
  while (!problem) {
    ssize_t size = receive(fd, answer);
    if (size < 0) return errno;
    unsigned left = (unsigned)size;
    for (struct nlmsghdr *n = (struct nlmsghdr *)answer; NLMSG_OK(n, left); n = NLMSG_NEXT(n, left)) {
      if (n->nlmsg_seq != request->sequence) continue;
      /* The kernel says so when what it lists changed while it was listing. */
      if (n->nlmsg_flags & NLM_F_DUMP_INTR) return EAGAIN;
      if (n->nlmsg_type == NLMSG_DONE) return 0;
      if (n->nlmsg_type == NLMSG_ERROR) {
        if (n->nlmsg_len < NLMSG_LENGTH(sizeof(struct nlmsgerr))) return EBADMSG;
        return -((struct nlmsgerr *)NLMSG_DATA(n))->error;
      }
      visit(n, to);
      if (!is_dump) return 0;
    }
  }
  return problem;
}

static void sort(const uint8_t *at, size_t left, const struct nlattr **found, size_t most) {
  memset(found, 0, most * sizeof *found);
  while (left >= NLA_HDRLEN) {
    const struct nlattr *a = (const struct nlattr *)at;
    size_t step = NLA_ALIGN(a->nla_len);
    if (a->nla_len < NLA_HDRLEN || a->nla_len > left) return;
    unsigned type = a->nla_type & NLA_TYPE_MASK;
    if (type < most) found[type] = a;
    if (step >= left) return;
    at += step;
    left -= step;
  }
}

void read_attributes(const struct nlmsghdr *message, size_t header, const struct nlattr **found, size_t most) {
  size_t skip = NLMSG_ALIGN(NLMSG_HDRLEN + header);
  size_t left = message->nlmsg_len > skip ? message->nlmsg_len - skip : 0;
  sort((const uint8_t *)message + skip, left, found, most);
}

void read_nested(const struct nlattr *outer, const struct nlattr **found, size_t most) {
  size_t left = outer ? (size_t)outer->nla_len - NLA_HDRLEN : 0;
  sort((const uint8_t *)outer + (outer ? NLA_HDRLEN : 0), left, found, most);
}

uint32_t be32_of(const struct nlattr *a) {
  uint32_t value = 0;
  if (a && a->nla_len >= NLA_HDRLEN + sizeof value) memcpy(&value, (const uint8_t *)a + NLA_HDRLEN, sizeof value);
  return ntohl(value);
}

int is_text(const struct nlattr *a, const char *text) {
  size_t size = strlen(text) + 1;
  return a && a->nla_len == NLA_HDRLEN + size && !memcmp((const uint8_t *)a + NLA_HDRLEN, text, size);
}
