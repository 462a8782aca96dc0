#include "card.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

enum { OK = 0, NVML_UNSUPPORTED = 3, NVML_NOT_PERMITTED = 4, NO_FUNCTION = 13 };
enum { MOST_CARDS = 32, CORE_TEMPERATURE = 0, GRAPHICS_CLOCK = 0 };
/* With fans set by hand, a card is given back its own at this heat (degrees Celsius). */
enum { HOT_C = 80 };

static struct card cards[MOST_CARDS];
static void *library;

/* A function of the library by its name, with the arguments that nvml.h gives it; not there, it answers NO_FUNCTION. */
typedef int (*call)();

#define ASK(name, ...) (find(name) ? find(name)(__VA_ARGS__) : NO_FUNCTION)

static call find(const char *name) {
  call found = NULL;
  void *symbol = library ? dlsym(library, name) : NULL;
  memcpy(&found, &symbol, sizeof found);
  return found;
}

static struct outcome from(int status) {
  struct outcome outcome = {.kind = FAILED, .status = (unsigned)status};
  if (status == OK) outcome.kind = DONE;
  if (status == NVML_UNSUPPORTED || status == NO_FUNCTION) outcome.kind = UNSUPPORTED;
  if (status == NVML_NOT_PERMITTED) outcome.kind = NOT_PERMITTED;
  return outcome;
}

static struct outcome out_of_range(unsigned low, unsigned high) {
  return (struct outcome){.kind = OUT_OF_RANGE, .low = low, .high = high};
}

bool cards_open(void) {
  library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
  return library && ASK("nvmlInit_v2") == OK;
}

struct card *card_named(const char *uuid) {
  for (int i = 0; i < MOST_CARDS; i++) {
    if (cards[i].device && !strcmp(cards[i].uuid, uuid)) return &cards[i];
  }
  for (int i = 0; i < MOST_CARDS; i++) {
    if (cards[i].device) continue;
    void *device = NULL;
    if (strlen(uuid) >= UUID_BYTES) return NULL;
    if (ASK("nvmlDeviceGetHandleByUUID", uuid, &device) != OK) return NULL;
    cards[i].device = device;
    strcpy(cards[i].uuid, uuid);
    return &cards[i];
  }
  return NULL;
}

struct outcome card_cap(struct card *card, unsigned milliwatts) {
  unsigned low = 0, high = 0, before = 0, now = 0;
  int status = ASK("nvmlDeviceGetPowerManagementLimitConstraints", card->device, &low, &high);
  if (status == OK) status = ASK("nvmlDeviceGetPowerManagementLimit", card->device, &before);
  if (status != OK) return from(status);
  if (milliwatts < low || milliwatts > high) return out_of_range(low, high);
  if (!card->capped) card->limit_before = before;
  card->capped = true;
  status = ASK("nvmlDeviceSetPowerManagementLimit", card->device, milliwatts);
  if (status != OK) return from(status);
  ASK("nvmlDeviceGetPowerManagementLimit", card->device, &now);
  struct outcome outcome = {.kind = DONE, .before = card->limit_before, .now = now};
  if (now != milliwatts) outcome.kind = DIFFERS;
  return outcome;
}

struct outcome card_uncap(struct card *card, unsigned milliwatts) {
  struct outcome outcome = card_cap(card, milliwatts);
  if (outcome.kind == DONE) card->capped = false;
  return outcome;
}

struct outcome card_lock_clocks(struct card *card, unsigned low, unsigned high) {
  unsigned most = 0;
  int status = ASK("nvmlDeviceGetMaxClockInfo", card->device, GRAPHICS_CLOCK, &most);
  if (status != OK) return from(status);
  if (high > most || low > high) return out_of_range(0, most);
  card->locked = true;
  return from(ASK("nvmlDeviceSetGpuLockedClocks", card->device, low, high));
}

struct outcome card_unlock_clocks(struct card *card) {
  struct outcome outcome = from(ASK("nvmlDeviceResetGpuLockedClocks", card->device));
  if (outcome.kind == DONE) card->locked = false;
  return outcome;
}

static unsigned fans_of(struct card *card) {
  unsigned fans = 0;
  return ASK("nvmlDeviceGetNumFans", card->device, &fans) == OK ? fans : 0;
}

struct outcome card_set_fans(struct card *card, unsigned percent) {
  unsigned low = 0, high = 0, fans = fans_of(card);
  int status = ASK("nvmlDeviceGetMinMaxFanSpeed", card->device, &low, &high);
  if (status != OK) return from(status);
  if (fans == 0) return from(NVML_UNSUPPORTED);
  if (percent < low || percent > high) return out_of_range(low, high);
  card->blown = true;
  for (unsigned fan = 0; fan < fans && status == OK; fan++) {
    unsigned target = 0;
    status = ASK("nvmlDeviceSetFanSpeed_v2", card->device, fan, percent);
    if (status == OK && ASK("nvmlDeviceGetTargetFanSpeed", card->device, fan, &target) == OK && target != percent)
      return (struct outcome){.kind = DIFFERS, .now = target};
  }
  return from(status);
}

struct outcome card_free_fans(struct card *card) {
  int status = OK;
  unsigned fans = fans_of(card);
  for (unsigned fan = 0; fan < fans; fan++) {
    int freed = ASK("nvmlDeviceSetDefaultFanSpeed_v2", card->device, fan);
    if (freed != OK) status = freed;
  }
  if (status == OK) card->blown = false;
  return from(status);
}

/* All of it is tried, whatever fails; the first failure is told. */
struct outcome card_restore(struct card *card) {
  struct outcome first = from(OK);
  if (card->capped) {
    first = card_uncap(card, card->limit_before);
  }
  if (card->locked) {
    struct outcome clocks = card_unlock_clocks(card);
    if (first.kind == DONE && clocks.kind != DONE) first = clocks;
  }
  if (card->blown) {
    struct outcome fans = card_free_fans(card);
    if (first.kind == DONE && fans.kind != DONE) first = fans;
  }
  return first;
}

void cards_restore(void) {
  for (int i = 0; i < MOST_CARDS; i++) {
    if (cards[i].device) card_restore(&cards[i]);
  }
}

bool cards_hold_fans(void) {
  for (int i = 0; i < MOST_CARDS; i++) {
    if (cards[i].device && cards[i].blown) return true;
  }
  return false;
}

bool cards_guard_fans(void) {
  bool freed = false;
  for (int i = 0; i < MOST_CARDS; i++) {
    struct card *card = &cards[i];
    unsigned celsius = HOT_C;
    if (!card->device || !card->blown) continue;
    /* One that does not tell its heat is not left to a fixed fan either. */
    ASK("nvmlDeviceGetTemperature", card->device, CORE_TEMPERATURE, &celsius);
    if (celsius < HOT_C) continue;
    card_free_fans(card);
    freed = true;
  }
  return freed;
}
