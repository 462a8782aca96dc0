/* One line of JSON, built in a buffer of fixed size and written in one piece, so that a reader of the
 * container's log never sees half of it. */
#ifndef JSON_H
#define JSON_H

#include <stddef.h>

enum { JSON_ROOM = 16384 };

typedef struct { char text[JSON_ROOM]; size_t length; int full; } Json;

/* Adds text as it is: punctuation, numbers, words without quotes in them. */
__attribute__((format(printf, 2, 3))) void json_add(Json *json, const char *format, ...);

/* Adds a quoted string; whatever is not plain ASCII becomes an escape. NULL becomes null. */
void json_string(Json *json, const char *text);

/* Ends the line and writes it to stdout. Returns 0, or -1 when it did not fit or nobody takes it. */
int json_print(Json *json);

#endif
