/* Reads model.bin into a Model and splits text into its tokens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model.h"

enum { HEADER = 80, DIGEST_AT = 48, VERSION = 1, MAX_FILE = 64 << 20 };

static uint32_t number(const uint8_t *file, int index) { /* little-endian, whatever this machine is */
  const uint8_t *b = file + 8 + 4 * index;
  return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static const char *read_file(const char *path, uint8_t **file, size_t *size) {
  FILE *in = fopen(path, "rb");
  if (!in) return "cannot be opened";
  long end = fseek(in, 0, SEEK_END) ? -1 : ftell(in);
  rewind(in);
  if (end < HEADER || end > MAX_FILE) { fclose(in); return "is not a model (size)"; }
  *size = (size_t)end;
  *file = malloc(*size);
  size_t got = *file ? fread(*file, 1, *size, in) : 0;
  fclose(in);
  return got == *size ? NULL : "cannot be read";
}

static const char *read_pieces(Model *m, const uint8_t *at, const uint8_t *end) {
  for (uint32_t token = 0; token < m->vocabulary; token++) {
    if (at >= end || at + 1 + *at > end) return "has a vocabulary that is too short";
    m->length[token] = *at;
    m->piece[token] = (const char *)at + 1;
    at += 1 + *at;
  }
  return NULL;
}

/* Room for what changes: one block of zeros, handed out in pieces. */
static const char *reserve(Model *m) {
  size_t cache = (size_t)m->window * m->width, f = m->hidden, w = m->width;
  float *room = calloc(2 * m->layers * cache + 6 * w + f + m->window + m->vocabulary, sizeof(float));
  if (!room) return "needs more memory than there is";
  for (uint32_t l = 0; l < m->layers; l++) {
    m->layer[l].keys = room; room += cache;
    m->layer[l].values = room; room += cache;
  }
  m->stream = room; room += w;
  m->normed = room; room += w;
  m->mixed = room; room += w;
  m->qkv = room; room += 3 * w;
  m->inner = room; room += f;
  m->scores = room; room += m->window;
  m->logits = room;
  return NULL;
}

static void bind_weights(Model *m, const float *at) {
  size_t w = m->width, f = m->hidden;
  m->embedding = at; at += w * m->vocabulary;
  for (uint32_t l = 0; l < m->layers; l++) {
    Layer *y = &m->layer[l];
    y->norm1 = at; at += w;
    y->qkv = at; at += w * 3 * w;
    y->out = at; at += w * w;
    y->norm2 = at; at += w;
    y->up = at; at += w * f;
    y->down = at; at += f * w;
  }
  m->last = at;
}

const char *load_model(Model *m, const char *path) {
  uint8_t *file, digest[32];
  size_t size;
  const char *problem = read_file(path, &file, &size);
  if (problem) return problem;
  if (memcmp(file, "OFFPEAKM", 8) || number(file, 0) != VERSION) return "is not a model of version 1";
  m->vocabulary = number(file, 1); m->width = number(file, 2); m->layers = number(file, 3);
  m->heads = number(file, 4); m->hidden = number(file, 5); m->window = number(file, 6);
  uint64_t words = number(file, 7), weights = number(file, 8), w = m->width;
  if (!m->vocabulary || m->vocabulary > MAX_VOCABULARY || !w || w > 4096 || !m->layers || m->layers > MAX_LAYERS ||
      !m->heads || m->heads > 12 || w % m->heads || !m->hidden || m->hidden > 16384 || !m->window || m->window > 65536)
    return "has sizes that this program cannot run";
  if (weights != w * (m->vocabulary + 1) + m->layers * w * (2 + 4 * w + 2 * m->hidden) ||
      size != HEADER + words + 4 * weights || words % 4)
    return "has another length than its sizes ask for";
  sha256(file + HEADER, size - HEADER, digest);
  if (memcmp(digest, file + DIGEST_AT, sizeof digest)) return "is damaged: its sha256 differs";
  float *values = malloc(4 * weights);
  if (!values) return "needs more memory than there is";
  for (uint64_t i = 0; i < weights; i++) {
    uint32_t bits = number(file, (int)((HEADER - 8 + words) / 4 + i));
    memcpy(values + i, &bits, 4);
  }
  bind_weights(m, values);
  problem = reserve(m);
  return problem ? problem : read_pieces(m, file + HEADER, file + HEADER + words);
}

size_t encode(const Model *m, const char *text, uint16_t *tokens) {
  size_t count = 0, left = strlen(text);
  while (left > 0) {
    uint32_t best = 0, length = 0;
    for (uint32_t token = 0; token < m->vocabulary; token++) {
      uint32_t n = m->length[token];
      if (n > length && n <= left && !memcmp(text, m->piece[token], n)) { best = token; length = n; }
    }
    if (length) tokens[count++] = (uint16_t)best;
    else length = 1;
    text += length;
    left -= length;
  }
  return count;
}
