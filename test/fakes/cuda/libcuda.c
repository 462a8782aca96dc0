/*
 * A fake of NVIDIA's libcuda.so.1 for tests: as much of the driver API as Offpeak calls. Its "card" is
 * memory of this process and one thread that works off one stream in order. The kernels that move
 * memory are carried out in C. Those that compute are not: the words that they have to come to are read
 * from a file, and compared with what the caller expects, as the real ones compare. So this shows what
 * Offpeak makes of a driver's answers, and nothing about kernels or speed.
 *
 * FAKE_CUDA is a list "name=value,name=value"; see `option` below for what there is.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef int Result;
enum { OK = 0, OUT_OF_MEMORY = 2, INVALID_DEVICE = 101, INVALID_CONTEXT = 201, INVALID_PTX = 218,
       UNSUPPORTED_PTX = 222, NOT_FOUND = 500, NOT_READY = 600 };

typedef struct { volatile int done; double at; } Event;
typedef struct { char name[32]; } Function;
typedef struct Work {
  enum { KERNEL, MARK, COPY } kind;
  Function *function;
  Event *event;
  uint64_t args[8];
  unsigned threads;
  struct Work *next;
} Work;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static Work *first, *last;
static int isWorking, launches, fault;
static size_t taken;
static __thread uint64_t context;

/* A number from FAKE_CUDA. */
static long option(const char *name, long otherwise) {
  const char *list = getenv("FAKE_CUDA");
  char key[40];
  snprintf(key, sizeof key, "%s=", name);
  for (const char *at = list; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
    if (!strncmp(at, key, strlen(key))) return strtol(at + strlen(key), NULL, 0);
  return otherwise;
}

static long memoryBytes(void) { return option("memoryMib", 256) << 20; }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static uint32_t hash(uint32_t x, uint32_t seed) {
  uint32_t h = x * 0x9E3779B1u + seed;
  h ^= h >> 15;
  h *= 0x85EBCA77u;
  return h ^ h >> 13;
}

static void fill(const uint64_t *a) {
  uint32_t *to = (uint32_t *)a[0];
  for (uint64_t i = 0; i < a[1] * 4; i++) to[i] = hash(i, a[2]) ^ (uint32_t)a[3];
  /* badWord: a cell of the memory whose bit 10 never keeps what is written. */
  long bad = option("badWord", -1);
  if (bad >= 0 && (uint64_t)bad < a[1] * 4) to[bad] ^= 0x400;
}

static void verify(const uint64_t *a) {
  const uint32_t *from = (uint32_t *)a[0];
  uint32_t *result = (uint32_t *)a[4];
  uint64_t *lowest = (uint64_t *)(result + 4);
  for (uint64_t i = 0; i < a[1]; i++) {
    uint32_t wrong = 0;
    for (int j = 0; j < 4; j++) wrong |= from[i * 4 + j] ^ hash(i * 4 + j, a[2]) ^ (uint32_t)a[3];
    if (!wrong) continue;
    result[0]++;
    result[1] |= wrong;
    if (i < *lowest) *lowest = i;
  }
}

static void readAll(const uint64_t *a) {
  const uint32_t *from = (uint32_t *)a[0];
  uint32_t fold = 0;
  for (uint64_t i = 0; i < a[1] * 4; i++) fold ^= from[i] * (uint32_t)(2 * i + 1);
  /* misread: so many launches of reading go well, the next one does not. */
  static long good;
  if (option("misread", -1) == good++) fold ^= 8;
  *(uint32_t *)a[2] += fold;
}

/* The words of this kernel for this seed, from FAKE_CUDA_GOLDEN: lines "name seed word...". */
static int goldenWords(const char *name, uint32_t seed, uint32_t words[32]) {
  FILE *file = fopen(getenv("FAKE_CUDA_GOLDEN") ? getenv("FAKE_CUDA_GOLDEN") : "", "r");
  char entry[64];
  unsigned lineSeed;
  int isFound = 0;
  while (file && !isFound && fscanf(file, "%63s %u", entry, &lineSeed) == 2) {
    isFound = !strcmp(entry, name) && lineSeed == seed;
    for (int i = 0; i < 32; i++)
      if (fscanf(file, "%u", &words[i]) != 1) isFound = 0;
  }
  if (file) fclose(file);
  return isFound;
}

/*
 * capped: under half of its usual power limit it computes half as fast (a real card loses less). The
 * limit stands in the script of the fake NVML.
 */
static double paceUnderCap(void) {
  FILE *file = option("capped", 0) && getenv("FAKE_NVML") ? fopen(getenv("FAKE_NVML"), "r") : NULL;
  char key[64];
  double value, limit = 1, usual = 1;
  while (file && fscanf(file, "%63s %lf%*[^\n]", key, &value) >= 1) {
    if (!strcmp(key, "0.EnforcedPowerLimit")) limit = value;
    if (!strcmp(key, "0.PowerManagementDefaultLimit")) usual = value;
  }
  if (file) fclose(file);
  return limit / usual;
}

static void compute(const Work *work) {
  const uint64_t *a = work->args;
  uint32_t words[32], *golden = (uint32_t *)a[0], *log = (uint32_t *)a[1];
  usleep((useconds_t)(a[2] * option("microsecondsPerRound", 20) / paceUnderCap()));
  /* wrongOnSm: from the second launch on, one thread of that multiprocessor comes out wrong. */
  static int runs;
  long sm = option("wrongOnSm", -1);
  int isKnown = goldenWords(work->function->name, a[3], words);
  for (unsigned thread = 0; thread < work->threads; thread++) {
    uint32_t word = isKnown ? words[thread % 32] : 0;
    if (sm >= 0 && runs > 0 && thread == 77) word ^= 1;
    if (word == golden[thread % 32]) continue;
    uint32_t at = log[0]++;
    if (at >= 64) continue;
    uint32_t entry[4] = {sm >= 0 && thread == 77 ? (uint32_t)sm : thread / 1024, thread / 256,
                         thread % 256, word};
    memcpy(log + 4 + 4 * at, entry, sizeof entry);
  }
  runs++;
}

static void carryOut(const Work *work) {
  const uint64_t *a = work->args;
  if (work->kind == COPY) {
    if (!option("isLazy", 0)) memcpy((void *)a[0], (void *)a[1], a[2]);
  } else if (work->kind == MARK) {
    work->event->at = now();
    work->event->done = 1;
  } else {
    const char *name = work->function->name;
    launches++;
    /* failAt: the n-th launch ends the context with this status; hangAt: it never ends. */
    if (launches == option("failAt", -1)) fault = option("failWith", 719);
    while (launches == option("hangAt", -1)) sleep(1);
    /* isLazy: says that it worked, and does nothing. */
    if (option("isLazy", 0)) return;
    if (!strcmp(name, "k_fill")) fill(a);
    else if (!strcmp(name, "k_verify")) verify(a);
    else if (!strcmp(name, "k_read")) readAll(a);
    else if (!strcmp(name, "k_copy")) memcpy((void *)a[0], (void *)a[1], a[2] * 16);
    else compute(work);
  }
}

static void *stream(void *unused) {
  for (;;) {
    pthread_mutex_lock(&lock);
    while (!first) {
      isWorking = 0;
      pthread_cond_broadcast(&changed);
      pthread_cond_wait(&changed, &lock);
    }
    Work *work = first;
    first = work->next;
    if (!first) last = NULL;
    isWorking = 1;
    pthread_mutex_unlock(&lock);
    if (!fault) carryOut(work);
    free(work);
  }
  return unused;
}

static void settle(void) {
  pthread_mutex_lock(&lock);
  while (first || isWorking) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
}

static Result queue(Work work) {
  if (!context) return INVALID_CONTEXT;
  if (fault) return fault;
  Work *kept = malloc(sizeof work);
  *kept = work;
  kept->next = NULL;
  pthread_mutex_lock(&lock);
  if (last) last->next = kept;
  else first = kept;
  last = kept;
  isWorking = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return OK;
}

Result cuInit(unsigned flags) {
  static int isStarted;
  pthread_t thread;
  if (flags || option("init", OK)) return option("init", OK);
  if (!isStarted++) pthread_create(&thread, NULL, stream, NULL);
  return OK;
}

Result cuDriverGetVersion(int *version) { *version = option("driver", 12080); return OK; }
Result cuDeviceGetCount(int *count) { *count = option("cards", 1); return OK; }
Result cuDeviceGet(int *device, int index) {
  *device = index;
  return index < option("cards", 1) ? OK : INVALID_DEVICE;
}
Result cuDeviceGetName(char *name, int length, int device) {
  snprintf(name, length, "Fake card %d", device);
  return OK;
}
Result cuDeviceGetUuid(uint8_t *uuid, int device) {
  for (int i = 0; i < 16; i++) uuid[i] = (uint8_t)(device * 16 + i);
  return OK;
}
Result cuDeviceGetAttribute(int *value, int attribute, int device) {
  long cc = option("cc", 89);
  *value = attribute == 75 ? cc / 10 : attribute == 76 ? cc % 10 : attribute == 16 ? option("sms", 4)
         : attribute == 38 ? 1 << 20 : attribute == 13 ? 2520000 : attribute == 36 ? 10501000
         : attribute == 37 ? 384 : 0;
  return device < 0;
}
Result cuDeviceTotalMem_v2(size_t *bytes, int device) {
  *bytes = device < 0 ? 0 : memoryBytes();
  return OK;
}
Result cuDevicePrimaryCtxRetain(uint64_t *made, int device) {
  *made = 0x1000 + device;
  return option("retain", OK);
}
Result cuDevicePrimaryCtxRelease_v2(int device) { return device < 0; }
Result cuCtxSetCurrent(uint64_t made) { context = made; return OK; }

Result cuModuleLoadDataEx(char **module, const char *text, unsigned count, int *options, void **values) {
  static const char words[] = "ptxas fatal: this fake does not know that version";
  if (!strstr(text, ".version")) return INVALID_PTX;
  /* refused: modules of PTX 8.4 and newer. */
  if (!option("refused", 0) || !strstr(text, ".version 8.4")) {
    *module = strdup(text);
    return OK;
  }
  if (count > 1 && options[0] == 5) memcpy(values[0], words, sizeof words);
  return option("refused", UNSUPPORTED_PTX);
}
Result cuModuleUnload(char *module) { free(module); return OK; }
Result cuModuleGetFunction(Function **function, const char *module, const char *name) {
  char text[64];
  snprintf(text, sizeof text, ".entry %s(", name);
  if (!strstr(module, text)) return NOT_FOUND;
  *function = calloc(1, sizeof **function);
  snprintf((*function)->name, sizeof (*function)->name, "%s", name);
  return OK;
}

Result cuMemGetInfo_v2(size_t *free, size_t *total) {
  *total = memoryBytes();
  *free = *total - taken;
  return context ? OK : INVALID_CONTEXT;
}
/* The size stands before what is given out. */
Result cuMemAlloc_v2(uint64_t *address, size_t bytes) {
  if (!context) return INVALID_CONTEXT;
  if (taken + bytes > (size_t)memoryBytes()) return OUT_OF_MEMORY;
  size_t *made = malloc(bytes + 16);
  *made = bytes;
  taken += bytes;
  *address = (uint64_t)made + 16;
  return OK;
}
/* Like the real one, it waits for what may still use the memory. */
Result cuMemFree_v2(uint64_t address) {
  settle();
  size_t *made = (size_t *)(address - 16);
  taken -= *made;
  free(made);
  return OK;
}
Result cuMemHostAlloc(uint64_t *address, size_t bytes, unsigned flags) {
  *address = (uint64_t)malloc(bytes);
  return flags != 1;
}
Result cuMemFreeHost(uint64_t address) {
  settle();
  free((void *)address);
  return OK;
}

Result cuStreamCreate(uint64_t *made, unsigned flags) { *made = 0x2000; return flags != 1; }
Result cuStreamDestroy_v2(uint64_t made) { return made != 0x2000; }
Result cuStreamSynchronize(uint64_t made) {
  if (!context || made != 0x2000) return INVALID_CONTEXT;
  settle();
  return fault;
}
static Result copy(uint64_t to, uint64_t from, size_t bytes) {
  Work work = {.kind = COPY, .args = {to, from, bytes}};
  return queue(work);
}
Result cuMemcpyHtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, uint64_t made) {
  return made == 0x2000 ? copy(to, from, bytes) : INVALID_CONTEXT;
}
Result cuMemcpyDtoHAsync_v2(uint64_t to, uint64_t from, size_t bytes, uint64_t made) {
  return made == 0x2000 ? copy(to, from, bytes) : INVALID_CONTEXT;
}
Result cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t bytes) {
  memcpy((void *)to, from, bytes);
  return fault;
}
Result cuMemcpyDtoH_v2(void *to, uint64_t from, size_t bytes) {
  memcpy(to, (void *)from, bytes);
  return fault;
}

Result cuEventCreate(Event **event, unsigned flags) {
  *event = calloc(1, sizeof **event);
  return flags != 0;
}
Result cuEventDestroy_v2(Event *event) { return event == NULL; }
Result cuEventRecord(Event *event, uint64_t made) {
  Work work = {.kind = MARK, .event = event};
  return made == 0x2000 ? queue(work) : INVALID_CONTEXT;
}
Result cuEventQuery(Event *event) { return fault ? fault : event->done ? OK : NOT_READY; }
Result cuEventElapsedTime(float *milliseconds, Event *from, Event *to) {
  *milliseconds = (float)(to->at - from->at);
  return from->done && to->done ? OK : NOT_READY;
}

/* The parameters of a kernel by its name: u is 64 bits wide, n is 32. */
static const char *parametersOf(const char *name) {
  if (!strcmp(name, "k_fill")) return "uunn";
  if (!strcmp(name, "k_verify")) return "uunnu";
  return !strcmp(name, "k_read") || !strcmp(name, "k_copy") ? "uuu" : "uunn";
}
Result cuLaunchKernel(Function *function, unsigned gridX, unsigned gridY, unsigned gridZ,
                      unsigned blockX, unsigned blockY, unsigned blockZ, unsigned shared,
                      uint64_t made, void **values, void **extra) {
  Work work = {.kind = KERNEL, .function = function, .threads = gridX * blockX};
  const char *types = parametersOf(function->name);
  if (gridY * gridZ * blockY * blockZ != 1 || shared || extra || made != 0x2000) return 1;
  for (int i = 0; types[i]; i++)
    work.args[i] = types[i] == 'u' ? *(uint64_t *)values[i] : *(uint32_t *)values[i];
  return queue(work);
}
