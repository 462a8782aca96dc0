/* The few settings of a card that Offpeak may change, through NVIDIA's management library (nvml.h). */
#ifndef CARD_H
#define CARD_H

#include <stdbool.h>

enum { UUID_BYTES = 48 };

/* What was changed of a card, and what has to come back. */
struct card {
  char uuid[UUID_BYTES];
  void *device;
  bool capped, locked, blown;
  unsigned limit_before; /* milliwatts */
};

/* What became of a change. `status` is NVML's, `low` and `high` what the card allows. */
struct outcome {
  enum { DONE, NOT_THERE, UNSUPPORTED, NOT_PERMITTED, OUT_OF_RANGE, DIFFERS, FAILED } kind;
  unsigned status, low, high, before, now;
};

/* False where there is no library or no driver. */
bool cards_open(void);

/* Null where there is no such card. */
struct card *card_named(const char *uuid);

struct outcome card_cap(struct card *card, unsigned milliwatts);
struct outcome card_lock_clocks(struct card *card, unsigned low, unsigned high); /* MHz */
struct outcome card_set_fans(struct card *card, unsigned percent);
/* Gives the card a limit that is its own from then on, whatever it had when this program first saw it. */
struct outcome card_uncap(struct card *card, unsigned milliwatts);
struct outcome card_unlock_clocks(struct card *card);
struct outcome card_free_fans(struct card *card);

/* Puts back whatever was changed. */
struct outcome card_restore(struct card *card);
void cards_restore(void);

/* Fans that stand still while a card heats up are given back to it; true where one was. */
bool cards_guard_fans(void);
bool cards_hold_fans(void);

#endif
