/*
 * A fake of NVIDIA's libnvidia-ml.so.1 for tests: as much of NVML as Offpeak calls. What it answers
 * stands in the file that FAKE_NVML names, and is read anew for each call, so that a test can change it
 * at any time. A line is "key value":
 *
 *   Init 0, Count 2, Driver 580.95.05, Cuda 13000          of the library
 *   0.Name NVIDIA GeForce RTX 4090, 0.Temperature.0 67     of a card: function, kind, value
 *   0.EnforcedPowerLimit! 15                               this function of this card answers status 15
 *   hang UtilizationRates                                  this function never returns
 *   0.SetPowerManagementLimit 0                            this setting may be changed: the file is then, too
 *
 * What has no line answers 3, "not supported". FAKE_NVML_CALLS names a file that notes every call.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OK = 0, NOT_SUPPORTED = 3 };
typedef int Status;
typedef void *Device;

static int find(const char *key, char *out, size_t size) {
  char line[512];
  FILE *file = fopen(getenv("FAKE_NVML") ? getenv("FAKE_NVML") : "", "r");
  if (!file) return 0;
  int found = 0;
  size_t length = strlen(key);
  while (!found && fgets(line, sizeof line, file)) {
    if (strncmp(line, key, length) || line[length] != ' ') continue;
    line[strcspn(line, "\n")] = 0;
    snprintf(out, size, "%s", line + length + 1);
    found = 1;
  }
  fclose(file);
  return found;
}

static void note(const char *function) {
  const char *name = getenv("FAKE_NVML_CALLS");
  FILE *file = name ? fopen(name, "a") : NULL;
  if (!file) return;
  fprintf(file, "%s\n", function);
  fclose(file);
}

/* The text of a card's value; `kind` < 0: none. */
static Status text(Device device, const char *function, int kind, char *out, size_t size) {
  char key[128], status[16], hanging[64];
  int card = (int)(uintptr_t)device - 1;
  note(function);
  if (find("hang", hanging, sizeof hanging) && !strcmp(hanging, function)) for (;;) pause();
  snprintf(key, sizeof key, "%d.%s!", card, function);
  if (find(key, status, sizeof status)) return atoi(status);
  if (kind < 0) snprintf(key, sizeof key, "%d.%s", card, function);
  else snprintf(key, sizeof key, "%d.%s.%d", card, function, kind);
  return find(key, out, size) ? OK : NOT_SUPPORTED;
}

static Status number(Device device, const char *function, int kind, uint64_t *out) {
  char value[64];
  Status status = text(device, function, kind, value, sizeof value);
  if (status == OK) *out = strtoull(value, NULL, 0);
  return status;
}

static Status narrow(Device device, const char *function, int kind, uint32_t *out) {
  uint64_t wide = 0;
  Status status = number(device, function, kind, &wide);
  if (status == OK) *out = (uint32_t)wide;
  return status;
}

/* Writes a value of a card into the file, in place of the old one. */
static void store(Device device, const char *name, uint64_t value) {
  char key[128], line[512], copy[512];
  const char *path = getenv("FAKE_NVML");
  snprintf(key, sizeof key, "%d.%s ", (int)(uintptr_t)device - 1, name);
  snprintf(copy, sizeof copy, "%s.%d", path, getpid());
  FILE *from = fopen(path, "r"), *to = fopen(copy, "w");
  fprintf(to, "%s%llu\n", key, (unsigned long long)value);
  while (fgets(line, sizeof line, from))
    if (strncmp(line, key, strlen(key))) fputs(line, to);
  fclose(from);
  fclose(to);
  rename(copy, path);
}

/* A change: only what the script has a line for can be changed, and its value is the status. */
static Status set(Device device, const char *function, const char *name, uint64_t value) {
  uint32_t status = OK;
  Status known = narrow(device, function, -1, &status);
  if (known == OK && status == OK) store(device, name, value);
  return known == OK ? (Status)status : known;
}

static long ofLibrary(const char *key, long otherwise) {
  char value[64];
  return find(key, value, sizeof value) ? strtol(value, NULL, 0) : otherwise;
}

Status nvmlInit_v2(void) { note("Init"); return (Status)ofLibrary("Init", OK); }
Status nvmlShutdown(void) { note("Shutdown"); return OK; }
Status nvmlSystemGetDriverVersion(char *out, unsigned size) {
  return find("Driver", out, size) ? OK : NOT_SUPPORTED;
}
Status nvmlSystemGetCudaDriverVersion_v2(int *out) { *out = (int)ofLibrary("Cuda", 0); return OK; }
Status nvmlDeviceGetCount_v2(unsigned *out) { *out = (unsigned)ofLibrary("Count", 0); return OK; }
Status nvmlDeviceGetHandleByIndex_v2(unsigned index, Device *out) {
  uint32_t status = OK;
  *out = (Device)(uintptr_t)(index + 1);
  return narrow(*out, "Handle", -1, &status) == OK ? (Status)status : OK;
}

#define TEXT(name) Status nvmlDeviceGet##name(Device d, char *out, unsigned size) { return text(d, #name, -1, out, size); }
#define NARROW(name) Status nvmlDeviceGet##name(Device d, uint32_t *out) { return narrow(d, #name, -1, out); }
#define WIDE(name) Status nvmlDeviceGet##name(Device d, uint64_t *out) { return number(d, #name, -1, out); }
#define KIND(name) Status nvmlDeviceGet##name(Device d, int kind, uint32_t *out) { return narrow(d, #name, kind, out); }

TEXT(Name) TEXT(UUID)
NARROW(EnforcedPowerLimit) NARROW(PowerManagementLimit) NARROW(NumFans) NARROW(PowerManagementDefaultLimit) NARROW(FanSpeed)
NARROW(PerformanceState) NARROW(CurrPcieLinkGeneration) NARROW(CurrPcieLinkWidth)
NARROW(MaxPcieLinkGeneration) NARROW(MaxPcieLinkWidth)
WIDE(TotalEnergyConsumption) WIDE(CurrentClocksEventReasons)
KIND(Temperature) KIND(TemperatureThreshold) KIND(ClockInfo) KIND(MaxClockInfo) KIND(TargetFanSpeed)

Status nvmlDeviceGetHandleByUUID(const char *uuid, Device *out) {
  char known[128];
  for (int card = 0; card < ofLibrary("Count", 0); card++) {
    *out = (Device)(uintptr_t)(card + 1);
    if (text(*out, "UUID", -1, known, sizeof known) == OK && !strcmp(known, uuid)) return OK;
  }
  return 6;
}
/* No card draws more than its limit. */
Status nvmlDeviceGetPowerUsage(Device d, uint32_t *out) {
  uint32_t limit = 0;
  Status status = narrow(d, "PowerUsage", -1, out);
  if (status == OK && narrow(d, "EnforcedPowerLimit", -1, &limit) == OK && *out > limit) *out = limit;
  return status;
}
Status nvmlDeviceSetPowerManagementLimit(Device d, unsigned milliwatts) {
  Status status = set(d, "SetPowerManagementLimit", "PowerManagementLimit", milliwatts);
  if (status == OK) store(d, "EnforcedPowerLimit", milliwatts);
  return status;
}
Status nvmlDeviceSetGpuLockedClocks(Device d, unsigned low, unsigned high) {
  (void)low;
  return set(d, "SetGpuLockedClocks", "LockedClocks", high);
}
Status nvmlDeviceResetGpuLockedClocks(Device d) {
  return set(d, "SetGpuLockedClocks", "LockedClocks", 0);
}
Status nvmlDeviceGetMinMaxFanSpeed(Device d, uint32_t *least, uint32_t *most) {
  Status status = narrow(d, "FanRange", 0, least);
  return status == OK ? narrow(d, "FanRange", 1, most) : status;
}
Status nvmlDeviceSetFanSpeed_v2(Device d, unsigned fan, unsigned percent) {
  char name[32];
  snprintf(name, sizeof name, "TargetFanSpeed.%u", fan);
  Status status = set(d, "SetFanSpeed", name, percent);
  if (status == OK) store(d, "FanSpeed", percent);
  return status;
}
/* 0 stands for the card's own. */
Status nvmlDeviceSetDefaultFanSpeed_v2(Device d, unsigned fan) {
  char name[32];
  snprintf(name, sizeof name, "TargetFanSpeed.%u", fan);
  return set(d, "SetFanSpeed", name, 0);
}

Status nvmlDeviceGetMemoryInfo_v2(Device d, uint64_t *out) {
  /* The version is the caller's: a size that is not ours is refused, as the real one does. */
  if ((uint32_t)out[0] != (40u | 2u << 24)) return 25;
  Status status = number(d, "MemoryTotal", -1, &out[1]);
  return status == OK ? number(d, "MemoryUsed", -1, &out[4]) : status;
}
Status nvmlDeviceGetUtilizationRates(Device d, uint32_t *out) {
  Status status = narrow(d, "UtilizationRates", 0, &out[0]);
  return status == OK ? narrow(d, "UtilizationRates", 1, &out[1]) : status;
}
Status nvmlDeviceGetPowerManagementLimitConstraints(Device d, uint32_t *least, uint32_t *most) {
  Status status = narrow(d, "PowerLimits", 0, least);
  return status == OK ? narrow(d, "PowerLimits", 1, most) : status;
}
Status nvmlDeviceGetFieldValues(Device d, int count, char *fields) {
  uint32_t id, value = 0;
  if (count != 1) return 2;
  memcpy(&id, fields, 4);
  int32_t status = narrow(d, "Field", (int)id, &value);
  memcpy(fields + 28, &status, 4);
  memcpy(fields + 32, &value, 4);
  return OK;
}
/* "pid bytes" of as many as the count says; bytes may be 2^64 - 1. */
static Status processes(Device d, const char *function, uint32_t *count, char *out) {
  uint64_t known = 0, pid = 0, bytes = 0;
  Status status = number(d, function, 0, &known);
  if (status != OK) return status;
  if (known > *count) return 7;
  for (int i = 0; i < (int)known; i++) {
    if (number(d, function, 1 + 2 * i, &pid) || number(d, function, 2 + 2 * i, &bytes)) return 999;
    memcpy(out + i * 24, &pid, 4);
    memcpy(out + i * 24 + 8, &bytes, 8);
  }
  *count = (uint32_t)known;
  return OK;
}
Status nvmlDeviceGetComputeRunningProcesses_v3(Device d, uint32_t *count, char *out) {
  return processes(d, "Compute", count, out);
}
Status nvmlDeviceGetGraphicsRunningProcesses_v3(Device d, uint32_t *count, char *out) {
  return processes(d, "Graphics", count, out);
}
Status nvmlSystemGetProcessName(unsigned pid, char *out, unsigned size) {
  char key[32];
  snprintf(key, sizeof key, "Process.%u", pid);
  return find(key, out, size) ? OK : 6;
}
Status nvmlDeviceGetEccMode(Device d, uint32_t *current, uint32_t *pending) {
  *pending = 0;
  return narrow(d, "EccMode", -1, current);
}
Status nvmlDeviceGetTotalEccErrors(Device d, int kind, int since, uint64_t *out) {
  return since == 0 ? number(d, "EccErrors", kind, out) : NOT_SUPPORTED;
}
Status nvmlDeviceGetRemappedRows(Device d, uint32_t *corrected, uint32_t *uncorrected,
                                 uint32_t *pending, uint32_t *failed) {
  uint32_t *outs[] = {corrected, uncorrected, pending, failed};
  for (int kind = 0; kind < 4; kind++) {
    Status status = narrow(d, "RemappedRows", kind, outs[kind]);
    if (status != OK) return status;
  }
  return OK;
}
