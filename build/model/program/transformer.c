/* One token through the model, and the choice of the next. reference.ts does the same operations in the
 * same order; build with -ffp-contract=off, and both hold the same bits. */
#include <float.h>
#include <math.h>
#include <string.h>
#include "model.h"

_Static_assert(FLT_EVAL_METHOD == 0, "float must be computed as float");

/* y[j] = the sum of x[i] * matrix[i][j] over i, in that order; the loop over j runs side by side. */
static void multiply(const float *restrict x, uint32_t rows, const float *restrict matrix, uint32_t columns, float *restrict y) {
  memset(y, 0, columns * sizeof *y);
  for (uint32_t i = 0; i < rows; i++)
    for (uint32_t j = 0; j < columns; j++) y[j] += x[i] * matrix[(size_t)i * columns + j];
}

static void norm(const float *restrict x, const float *restrict gain, uint32_t width, float *restrict y) {
  float sum = 0;
  for (uint32_t i = 0; i < width; i++) sum += x[i] * x[i];
  float scale = 1.0f / sqrtf(sum / (float)width + 1e-5f);
  for (uint32_t i = 0; i < width; i++) y[i] = x[i] * scale * gain[i];
}

/* e^x for x <= 0: 2^n * e^r with |r| <= ln 2 / 2; the constants are those of Cephes expf (Moshier 1992). */
static float power_of_e(float x) {
  static const float series[] = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                                 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};
  if (x < -87.0f) return 0;
  int n = (int)(x * 1.4426950408889634f - 0.5f);
  float r = x - (float)n * 0.693359375f - (float)n * -2.12194440e-4f, sum = 0, scale;
  for (int i = 0; i < 6; i++) sum = sum * r + series[i];
  uint32_t bits = (uint32_t)(n + 127) << 23;
  memcpy(&scale, &bits, sizeof scale);
  return (sum * (r * r) + r + 1.0f) * scale;
}

static void softmax(float *x, uint32_t count) {
  float best = x[0], sum = 0;
  for (uint32_t i = 1; i < count; i++) if (x[i] > best) best = x[i];
  for (uint32_t i = 0; i < count; i++) { x[i] = power_of_e(x[i] - best); sum += x[i]; }
  for (uint32_t i = 0; i < count; i++) x[i] /= sum;
}

/* Causal attention over the last `window` positions, which lie in a ring of slots and are added up in
 * the order of the slots. Distance costs score (ALiBi, Press et al. 2021): head h pays 4^-(h+1) a step. */
static void attend(Model *m, Layer *y) {
  uint32_t w = m->width, window = m->window, size = w / m->heads, now = m->position % window;
  uint32_t filled = m->position < window ? m->position + 1 : window;
  float scale = 1.0f / sqrtf((float)size), *restrict scores = m->scores;
  for (uint32_t i = 0; i < w; i++) y->keys[i * window + now] = m->qkv[w + i];
  memcpy(y->values + now * w, m->qkv + 2 * w, w * sizeof(float));
  memset(m->mixed, 0, w * sizeof(float));
  for (uint32_t h = 0; h < m->heads; h++) {
    float slope = 1.0f / (float)(1u << (2 * (h + 1))), *restrict mixed = m->mixed + h * size;
    memset(scores, 0, filled * sizeof(float));
    for (uint32_t d = h * size; d < (h + 1) * size; d++) {
      const float *restrict keys = y->keys + d * window;
      for (uint32_t s = 0; s < filled; s++) scores[s] += m->qkv[d] * keys[s];
    }
    for (uint32_t s = 0; s < filled; s++) scores[s] = scores[s] * scale - slope * (float)((now + window - s) % window);
    softmax(scores, filled);
    for (uint32_t s = 0; s < filled; s++) {
      const float *restrict value = y->values + s * w + h * size;
      for (uint32_t d = 0; d < size; d++) mixed[d] += scores[s] * value[d];
    }
  }
}

void run_model(Model *m, uint32_t token) {
  uint32_t w = m->width, f = m->hidden;
  for (uint32_t i = 0; i < w; i++) m->stream[i] = m->embedding[i * m->vocabulary + token];
  for (uint32_t l = 0; l < m->layers; l++) {
    Layer *y = &m->layer[l];
    norm(m->stream, y->norm1, w, m->normed);
    multiply(m->normed, w, y->qkv, 3 * w, m->qkv);
    attend(m, y);
    multiply(m->mixed, w, y->out, w, m->normed);
    for (uint32_t i = 0; i < w; i++) m->stream[i] += m->normed[i];
    norm(m->stream, y->norm2, w, m->normed);
    multiply(m->normed, w, y->up, f, m->inner);
    for (uint32_t i = 0; i < f; i++) m->inner[i] = m->inner[i] > 0 ? m->inner[i] * m->inner[i] : 0;
    multiply(m->inner, f, y->down, w, m->normed);
    for (uint32_t i = 0; i < w; i++) m->stream[i] += m->normed[i];
  }
  m->position++;
  norm(m->stream, m->last, w, m->normed);
  multiply(m->normed, w, m->embedding, m->vocabulary, m->logits);
}

/* xorshift32 (Marsaglia 2003), its seed mixed by the finaliser of MurmurHash3; as in random.ts. */
void seed_draw(Draw *draw, uint32_t seed) {
  uint32_t bits = seed + 0x9e3779b9u;
  bits = (bits ^ bits >> 16) * 0x85ebca6bu;
  bits = (bits ^ bits >> 13) * 0xc2b2ae35u;
  bits ^= bits >> 16;
  draw->state = bits ? bits : 1;
}
static uint32_t next_random(Draw *draw) {
  draw->state ^= draw->state << 13;
  draw->state ^= draw->state >> 17;
  draw->state ^= draw->state << 5;
  return draw->state;
}

uint32_t choose_token(const Model *m, Draw *draw) {
  static uint32_t kept[MAX_VOCABULARY]; /* best first; of equals the lower token first */
  static float share[MAX_VOCABULARY];
  uint32_t bits = next_random(draw), count = 0, most = draw->top_k < m->vocabulary ? draw->top_k : m->vocabulary;
  for (uint32_t token = 0; token < m->vocabulary; token++) {
    uint32_t rank = count;
    while (rank > 0 && m->logits[token] > m->logits[kept[rank - 1]]) rank--;
    if (rank >= most) continue;
    if (count < most) count++;
    memmove(kept + rank + 1, kept + rank, (count - 1 - rank) * sizeof *kept);
    kept[rank] = token;
  }
  if (draw->temperature == 0) return kept[0];
  float total = 0, sum = 0;
  for (uint32_t i = 0; i < count; i++) {
    share[i] = power_of_e((m->logits[kept[i]] - m->logits[kept[0]]) / draw->temperature);
    total += share[i];
  }
  float mark = (float)(bits >> 8) * 0x1p-24f * total;
  for (uint32_t i = 0; i < count; i++) {
    sum += share[i];
    if (sum > mark) return kept[i];
  }
  return kept[0];
}
