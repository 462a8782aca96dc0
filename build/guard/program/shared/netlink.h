/* Messages to and from the kernel, as netlink(7) has them, in buffers of fixed size. */
#ifndef NETLINK_H
#define NETLINK_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

/* Room for MOST_DENIED rules and all others: a rule takes some 400 bytes. */
enum { MESSAGES_ROOM = 128 * 1024 };

typedef struct {
  _Alignas(8) uint8_t bytes[MESSAGES_ROOM];
  size_t length;
  struct nlmsghdr *open; /* the message that is being written */
  uint32_t sequence;     /* of the last message; the first has 1 */
  int full;
} Messages;

/* Begins a message with a header of its protocol; what is added next belongs to it. */
void begin_message(Messages *messages, uint16_t type, uint16_t flags, const void *header, size_t size);

void put(Messages *messages, uint16_t type, const void *value, size_t size);
void put_text(Messages *messages, uint16_t type, const char *text);
void put_u8(Messages *messages, uint16_t type, uint8_t value);
void put_be32(Messages *messages, uint16_t type, uint32_t value);

/* Attributes between the two calls lie inside the one that the first began. */
size_t begin_nest(Messages *messages, uint16_t type);
void end_nest(Messages *messages, size_t nest);

/* Opens a socket of a netlink protocol, with a deadline on every answer; returns -1 with errno. */
int open_netlink(int protocol);

/* Sends all messages in one piece; returns 0 once the kernel acknowledges the message `last`, or the
 * first errno that it answers. */
int send_messages(int socket, const Messages *messages, uint32_t last);

typedef void Visit(const struct nlmsghdr *message, void *to);

/* Sends a request and shows each message of the answer to `visit`; returns 0 or an errno. */
int ask(int socket, const Messages *request, Visit *visit, void *to);

/* Sorts the attributes after a header of `header` bytes into `found` by type; others are left out. */
void read_attributes(const struct nlmsghdr *message, size_t header, const struct nlattr **found, size_t most);
void read_nested(const struct nlattr *outer, const struct nlattr **found, size_t most);
uint32_t be32_of(const struct nlattr *attribute);
/* Whether an attribute is there and holds exactly this text. */
int is_text(const struct nlattr *attribute, const char *text);

#endif
