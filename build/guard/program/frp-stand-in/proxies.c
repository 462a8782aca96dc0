/* So much of JSON as FRP_PROXIES needs. */
#include <stdio.h>
#include <string.h>
#include "client.h"

static const char *skip_space(const char *at) { return at + strspn(at, " \t\r\n"); }

/* A text in quotes; escapes are passed over, for nothing that is kept here has any. Returns what follows
 * it, or NULL. */
static const char *read_text(const char *at, char *into, size_t room) {
  size_t length = 0;
  if (*at++ != '"') return NULL;
  for (; *at && *at != '"'; at++) {
    if (*at == '\\' && !*++at) return NULL;
    if (length + 1 < room) into[length++] = *at;
  }
  into[length] = 0;
  return *at ? at + 1 : NULL;
}

static const char *read_object(const char *at, Proxy *proxy) {
  char key[32], value[NAME_ROOM];
  if (*at++ != '{') return NULL;
  for (;;) {
    at = read_text(skip_space(at), key, sizeof key);
    if (!at || *(at = skip_space(at)) != ':') return NULL;
    at = read_text(skip_space(at + 1), value, sizeof value);
    if (!at) return NULL;
    if (!strcmp(key, "localIp")) snprintf(proxy->host, sizeof proxy->host, "%s", value);
    if (!strcmp(key, "localPorts")) snprintf(proxy->port, sizeof proxy->port, "%.*s", PORT_ROOM - 1, value);
    at = skip_space(at);
    if (*at == '}') return at + 1;
    if (*at++ != ',') return NULL;
  }
}

int read_proxies(const char *text, Proxy *proxies) {
  int count = 0;
  const char *at = skip_space(text);
  if (*at++ != '[') return -1;
  for (;; at++) {
    if (count == MOST_PROXIES) return -1;
    proxies[count] = (Proxy){0};
    at = read_object(skip_space(at), &proxies[count]);
    if (!at || !proxies[count].host[0] || !proxies[count].port[0]) return -1;
    count++;
    at = skip_space(at);
    if (*at == ']') return count;
    if (*at != ',') return -1;
  }
}
