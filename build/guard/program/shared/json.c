#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include "json.h"

void json_add(Json *json, const char *format, ...) {
  va_list values;
  size_t left = sizeof json->text - json->length;
  va_start(values, format);
  int length = vsnprintf(json->text + json->length, left, format, values);
  va_end(values);
  if (length < 0 || (size_t)length >= left) json->full = 1;
  else json->length += (size_t)length;
}

void json_string(Json *json, const char *text) {
  if (!text) { json_add(json, "null"); return; }
  json_add(json, "\"");
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c < ' ' || c > '~' || c == '"' || c == '\\') json_add(json, "\\u%04x", c);
    else json_add(json, "%c", c);
  }
  json_add(json, "\"");
}

int json_print(Json *json) {
  json_add(json, "\n");
  for (size_t at = 0; !json->full && at < json->length;) {
    ssize_t count = write(STDOUT_FILENO, json->text + at, json->length - at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return -1;
    at += (size_t)count;
  }
  return json->full ? -1 : 0;
}
