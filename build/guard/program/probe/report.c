#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "probe.h"

int cannot_try(Report *r, const char *format, ...) {
  va_list values;
  va_start(values, format);
  vsnprintf(r->error, sizeof r->error, format, values);
  va_end(values);
  return -1;
}

const char *name_of_errno(int number) {
  const char *name = strerrorname_np(number);
  return name ? name : "unknown";
}

void stopped_by(Report *r, const char *name) {
  size_t length = strlen(r->stopped), size = strlen(name);
  for (const char *at = r->stopped; (at = strstr(at, name)); at++) {
    int begins = at == r->stopped || at[-1] == ' ', ends = !at[size] || at[size] == ',';
    if (begins && ends) return;
  }
  snprintf(r->stopped + length, sizeof r->stopped - length, "%s%s", length ? ", " : "", name);
}

void next_field(Json *json) {
  char last = json->length ? json->text[json->length - 1] : '{';
  if (last != '{' && last != '[') json_add(json, ",");
}

void note_way(Report *r, const char *name, int error) {
  next_field(&r->detail);
  json_string(&r->detail, name);
  json_add(&r->detail, ":\"%s\"", error ? name_of_errno(error) : "reached");
  if (error) stopped_by(r, name_of_errno(error));
  else r->reached = 1;
}

int read_count(const char *text, int base, uint64_t *value) {
  char *end;
  if (!text || !*text || strspn(text, base == 16 ? "0123456789abcdefABCDEF" : "0123456789") != strlen(text)) return 0;
  errno = 0;
  *value = strtoull(text, &end, base);
  return !*end && !errno;
}
