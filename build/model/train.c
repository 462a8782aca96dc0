/* Trains the practice model: a causal transformer with forward and backward pass written out.
 *
 *   train TRAIN HELD OUT vocabulary width layers heads hidden window steps seed
 *
 * TRAIN and HELD are tokens as little-endian uint16, OUT gets the weights as float32 in the order
 * of `bind` below (the order of model.bin, see README.md). One thread and a fixed order of sums:
 * the same seed gives the same weights on the same machine and compiler. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 8, HEAD = 32, MAX_LAYERS = 8, EVAL_BATCHES = 8 };
static const float PEAK_RATE = 4e-3f, BETA1 = 0.9f, BETA2 = 0.98f, DECAY = 0.05f, EPSILON = 1e-5f;

static int vocabulary, width, layers, heads, hidden, window, rows;

/* Views into one block of floats; weights, gradients and both Adam moments share this shape. */
typedef struct { float *norm1, *qkv, *out, *norm2, *up, *down; } Layer;
typedef struct { float *embedding, *last; Layer layer[MAX_LAYERS]; size_t count; } Model;
/* What the backward pass needs again from the forward pass, for one layer. */
typedef struct { float *x, *h1, *qkv, *p, *mix, *mid, *h2, *up, *act; } Saved;

static Saved saved[MAX_LAYERS];
static float *stream, *normed, *logits, *d_stream, *d_normed, *d_logits, *scratch, *flipped, *square;

static void *need(size_t floats) {
  void *block = calloc(floats + 64, sizeof(float));
  if (!block) { fputs("train: out of memory\n", stderr); exit(1); }
  return block;
}

static Model bind(float *base) {
  Model m;
  float *at = base;
  size_t w = (size_t)width, f = (size_t)hidden;
  m.embedding = at; at += w * (size_t)vocabulary;
  for (int l = 0; l < layers; l++) {
    Layer *y = &m.layer[l];
    y->norm1 = at; at += w;
    y->qkv = at; at += w * 3 * w;
    y->out = at; at += w * w;
    y->norm2 = at; at += w;
    y->up = at; at += w * f;
    y->down = at; at += f * w;
  }
  m.last = at; at += w;
  m.count = (size_t)(at - base);
  return m;
}

static uint64_t random_state;
static uint32_t random_bits(void) { /* xorshift64*, Vigna 2016 */
  random_state ^= random_state >> 12; random_state ^= random_state << 25; random_state ^= random_state >> 27;
  return (uint32_t)((random_state * 2685821657736338717ull) >> 32);
}
static float random_normal(void) { /* the sum of twelve uniform numbers is near enough to normal */
  float sum = -6.0f;
  for (int i = 0; i < 12; i++) sum += (float)(random_bits() >> 8) * 0x1p-24f;
  return sum;
}

/* c[m][n] += a[m][k] b[k][n]; a has any strides (so it may be read transposed), m is a multiple of
 * 8 and n of 32: one tile of the result then stays in registers. */
typedef float Vec __attribute__((vector_size(64), aligned(4)));
typedef struct { const float *at; int row, column; } Strided;
static void multiply(int m, int n, int k, Strided a, const float *b, int b_row, float *c, int c_row) {
  for (int j = 0; j < n; j += 32)
    for (int i = 0; i < m; i += 8) {
      Vec sum[8][2];
      for (int r = 0; r < 8; r++) {
        sum[r][0] = *(const Vec *)(c + (i + r) * c_row + j);
        sum[r][1] = *(const Vec *)(c + (i + r) * c_row + j + 16);
      }
      for (int p = 0; p < k; p++) {
        Vec b0 = *(const Vec *)(b + p * b_row + j), b1 = *(const Vec *)(b + p * b_row + j + 16);
        const float *ap = a.at + i * a.row + p * a.column;
#pragma GCC unroll 8
        for (int r = 0; r < 8; r++) {
          sum[r][0] += ap[r * a.row] * b0;
          sum[r][1] += ap[r * a.row] * b1;
        }
      }
      for (int r = 0; r < 8; r++) {
        *(Vec *)(c + (i + r) * c_row + j) = sum[r][0];
        *(Vec *)(c + (i + r) * c_row + j + 16) = sum[r][1];
      }
    }
}
static void flip(const float *a, int a_row, int m, int n, float *to) { /* to[n][m] = a[m][n] */
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) to[j * m + i] = a[i * a_row + j];
}
static void zero(float *a, size_t n) { memset(a, 0, n * sizeof(float)); }

/* y = x w, and its backward pass: dw += x^T dy, dx += dy w^T. */
static void linear(const float *x, const float *w, float *y, int in, int out) {
  zero(y, (size_t)rows * (size_t)out);
  multiply(rows, out, in, (Strided){x, in, 1}, w, out, y, out);
}
static void linear_back(const float *x, const float *w, const float *dy, float *dx, float *dw, int in, int out) {
  multiply(in, out, rows, (Strided){x, 1, in}, dy, out, dw, out);
  flip(w, out, in, out, flipped);
  multiply(rows, in, out, (Strided){dy, out, 1}, flipped, in, dx, in);
}

static float rms_scale(const float *x) {
  float sum = 0;
  for (int i = 0; i < width; i++) sum += x[i] * x[i];
  return 1.0f / sqrtf(sum / (float)width + EPSILON);
}
static void norm(const float *x, const float *gain, float *y) {
  for (int r = 0; r < rows; r++, x += width, y += width) {
    float scale = rms_scale(x);
    for (int i = 0; i < width; i++) y[i] = x[i] * scale * gain[i];
  }
}
static void norm_back(const float *x, const float *gain, const float *dy, float *dx, float *dgain) {
  for (int r = 0; r < rows; r++, x += width, dy += width, dx += width) {
    float scale = rms_scale(x), dot = 0;
    for (int i = 0; i < width; i++) { dot += dy[i] * gain[i] * x[i]; dgain[i] += dy[i] * x[i] * scale; }
    dot *= scale * scale * scale / (float)width;
    for (int i = 0; i < width; i++) dx[i] += dy[i] * gain[i] * scale - x[i] * dot;
  }
}

/* Distance costs score (ALiBi, Press et al. 2021): head h pays 2^-2(h+1) a step. */
static float slope(int head) { return ldexpf(1.0f, -2 * (head + 1)); }

static void attend(Saved *s) {
  int t = window, row = 3 * width;
  zero(s->mix, (size_t)rows * (size_t)width);
  for (int b = 0; b < BATCH; b++)
    for (int h = 0; h < heads; h++) {
      const float *q = s->qkv + b * t * row + h * HEAD, *k = q + width, *v = k + width;
      float *p = s->p + (b * heads + h) * t * t, scale = 1.0f / sqrtf(HEAD);
      flip(k, row, t, HEAD, flipped);
      zero(p, (size_t)t * (size_t)t);
      multiply(t, t, HEAD, (Strided){q, row, 1}, flipped, t, p, t);
      for (int i = 0; i < t; i++) {
        float *pi = p + i * t, best = -1e30f, sum = 0;
        for (int j = 0; j <= i; j++) { pi[j] = pi[j] * scale - slope(h) * (float)(i - j); if (pi[j] > best) best = pi[j]; }
        for (int j = 0; j <= i; j++) { pi[j] = expf(pi[j] - best); sum += pi[j]; }
        for (int j = 0; j < t; j++) pi[j] = j <= i ? pi[j] / sum : 0;
      }
      multiply(t, HEAD, t, (Strided){p, t, 1}, v, row, s->mix + b * t * width + h * HEAD, width);
    }
}
static void attend_back(const Saved *s, const float *d_mix, float *d_qkv) {
  int t = window, row = 3 * width;
  for (int b = 0; b < BATCH; b++)
    for (int h = 0; h < heads; h++) {
      const float *q = s->qkv + b * t * row + h * HEAD, *k = q + width, *v = k + width;
      const float *p = s->p + (b * heads + h) * t * t, *dm = d_mix + b * t * width + h * HEAD;
      float *dq = d_qkv + b * t * row + h * HEAD, *dk = dq + width, *dv = dk + width;
      multiply(t, HEAD, t, (Strided){p, 1, t}, dm, width, dv, row);
      flip(v, row, t, HEAD, flipped);
      zero(square, (size_t)t * (size_t)t);
      multiply(t, t, HEAD, (Strided){dm, width, 1}, flipped, t, square, t);
      for (int i = 0; i < t; i++) {
        float *d = square + i * t, dot = 0, scale = 1.0f / sqrtf(HEAD);
        const float *pi = p + i * t;
        for (int j = 0; j < t; j++) dot += d[j] * pi[j];
        for (int j = 0; j < t; j++) d[j] = pi[j] * (d[j] - dot) * scale;
      }
      multiply(t, HEAD, t, (Strided){square, t, 1}, k, row, dq, row);
      multiply(t, HEAD, t, (Strided){square, 1, t}, q, row, dk, row);
    }
}

static void forward(const Model *m, const uint16_t *tokens) {
  size_t n = (size_t)rows * (size_t)width;
  for (int r = 0; r < rows; r++)
    for (int i = 0; i < width; i++) stream[r * width + i] = m->embedding[i * vocabulary + tokens[r]];
  for (int l = 0; l < layers; l++) {
    const Layer *y = &m->layer[l];
    Saved *s = &saved[l];
    memcpy(s->x, stream, n * sizeof(float));
    norm(stream, y->norm1, s->h1);
    linear(s->h1, y->qkv, s->qkv, width, 3 * width);
    attend(s);
    multiply(rows, width, width, (Strided){s->mix, width, 1}, y->out, width, stream, width);
    memcpy(s->mid, stream, n * sizeof(float));
    norm(stream, y->norm2, s->h2);
    linear(s->h2, y->up, s->up, width, hidden);
    for (int i = 0; i < rows * hidden; i++) { float u = s->up[i] > 0 ? s->up[i] : 0; s->act[i] = u * u; }
    multiply(rows, width, hidden, (Strided){s->act, hidden, 1}, y->down, width, stream, width);
  }
  norm(stream, m->last, normed);
  linear(normed, m->embedding, logits, width, vocabulary);
}

/* Mean cross-entropy in nats a token; leaves the gradient of the logits in d_logits. */
static double loss_of(const uint16_t *targets) {
  double total = 0;
  for (int r = 0; r < rows; r++) {
    float *z = logits + r * vocabulary, *d = d_logits + r * vocabulary, best = z[0], sum = 0;
    for (int v = 1; v < vocabulary; v++) if (z[v] > best) best = z[v];
    for (int v = 0; v < vocabulary; v++) { d[v] = expf(z[v] - best); sum += d[v]; }
    for (int v = 0; v < vocabulary; v++) d[v] /= sum * (float)rows;
    d[targets[r]] -= 1.0f / (float)rows;
    total += logf(sum) + best - z[targets[r]];
  }
  return total / rows;
}

static void backward(const Model *m, Model *g, const uint16_t *tokens) {
  size_t n = (size_t)rows * (size_t)width, n_hidden = (size_t)rows * (size_t)hidden;
  zero(d_normed, n); zero(d_stream, n);
  linear_back(normed, m->embedding, d_logits, d_normed, g->embedding, width, vocabulary);
  norm_back(stream, m->last, d_normed, d_stream, g->last);
  for (int l = layers - 1; l >= 0; l--) {
    const Layer *y = &m->layer[l];
    Layer *d = &g->layer[l];
    Saved *s = &saved[l];
    zero(scratch, n_hidden);
    linear_back(s->act, y->down, d_stream, scratch, d->down, hidden, width);
    for (size_t i = 0; i < n_hidden; i++) scratch[i] *= s->up[i] > 0 ? 2 * s->up[i] : 0;
    zero(d_normed, n);
    linear_back(s->h2, y->up, scratch, d_normed, d->up, width, hidden);
    norm_back(s->mid, y->norm2, d_normed, d_stream, d->norm2);
    zero(d_normed, n);
    linear_back(s->mix, y->out, d_stream, d_normed, d->out, width, width);
    zero(scratch, 3 * n);
    attend_back(s, d_normed, scratch);
    zero(d_normed, n);
    linear_back(s->h1, y->qkv, scratch, d_normed, d->qkv, width, 3 * width);
    norm_back(s->x, y->norm1, d_normed, d_stream, d->norm1);
  }
  for (int r = 0; r < rows; r++)
    for (int i = 0; i < width; i++) g->embedding[i * vocabulary + tokens[r]] += d_stream[r * width + i];
}

static void adam(float *w, float *g, float *first, float *second, size_t n, int step, float rate) {
  double norm_square = 0;
  for (size_t i = 0; i < n; i++) norm_square += (double)g[i] * g[i];
  float clip = norm_square > 1 ? (float)(1 / sqrt(norm_square)) : 1;
  float fix1 = 1 - powf(BETA1, (float)step), fix2 = 1 - powf(BETA2, (float)step);
  for (size_t i = 0; i < n; i++) {
    float d = g[i] * clip;
    first[i] = BETA1 * first[i] + (1 - BETA1) * d;
    second[i] = BETA2 * second[i] + (1 - BETA2) * d * d;
    w[i] -= rate * (first[i] / fix1 / (sqrtf(second[i] / fix2) + 1e-8f) + DECAY * w[i]);
  }
}

static void start_weights(Model *m) {
  float deep = 1.0f / sqrtf(2.0f * (float)layers);
  for (size_t i = 0; i < (size_t)width * (size_t)vocabulary; i++) m->embedding[i] = 0.05f * random_normal();
  for (int l = 0; l < layers; l++) {
    Layer *y = &m->layer[l];
    float in = 1.0f / sqrtf((float)width), mid = 1.0f / sqrtf((float)hidden);
    for (int i = 0; i < width; i++) y->norm1[i] = y->norm2[i] = 1;
    for (int i = 0; i < width * 3 * width; i++) y->qkv[i] = in * random_normal();
    for (int i = 0; i < width * width; i++) y->out[i] = deep * in * random_normal();
    for (int i = 0; i < width * hidden; i++) y->up[i] = in * random_normal();
    for (int i = 0; i < hidden * width; i++) y->down[i] = deep * mid * random_normal();
  }
  for (int i = 0; i < width; i++) m->last[i] = 1;
}

static void reserve(void) {
  size_t r = (size_t)rows, w = (size_t)width, f = (size_t)hidden, v = (size_t)vocabulary, t = (size_t)window;
  for (int l = 0; l < layers; l++) {
    float **wide[] = {&saved[l].x, &saved[l].h1, &saved[l].mix, &saved[l].mid, &saved[l].h2};
    for (int i = 0; i < 5; i++) *wide[i] = need(r * w);
    saved[l].qkv = need(r * 3 * w);
    saved[l].p = need(r * t * (size_t)heads);
    saved[l].up = need(r * f);
    saved[l].act = need(r * f);
  }
  stream = need(r * w); normed = need(r * w); d_stream = need(r * w); d_normed = need(r * w);
  logits = need(r * v); d_logits = need(r * v);
  scratch = need(r * (f > 3 * w ? f : 3 * w));
  flipped = need(w * (v + f + 3 * w) + t * HEAD); /* room for the largest matrix, transposed */
  square = need(t * t);
}

static uint16_t *load(const char *path, size_t *count) {
  FILE *file = fopen(path, "rb");
  if (!file) { perror(path); exit(1); }
  fseek(file, 0, SEEK_END);
  *count = (size_t)ftell(file) / 2;
  rewind(file);
  uint16_t *tokens = malloc(*count * 2);
  if (!tokens || fread(tokens, 2, *count, file) != *count) { perror(path); exit(1); }
  fclose(file);
  return tokens;
}
/* A batch of windows from random places; targets are the same windows one token later. */
static void draw(const uint16_t *text, size_t count, uint16_t *in, uint16_t *target) {
  for (int b = 0; b < BATCH; b++) {
    size_t at = random_bits() % (count - (size_t)window - 1);
    memcpy(in + b * window, text + at, (size_t)window * 2);
    memcpy(target + b * window, text + at + 1, (size_t)window * 2);
  }
}
static double held_out(const Model *m, const uint16_t *text, size_t count, uint16_t *in, uint16_t *target) {
  uint64_t before = random_state;
  double total = 0;
  random_state = 12345; /* the same windows every time, and no effect on training */
  for (int i = 0; i < EVAL_BATCHES; i++) { draw(text, count, in, target); forward(m, in); total += loss_of(target); }
  random_state = before;
  return total / EVAL_BATCHES;
}

int main(int argc, char **argv) {
  if (argc != 12) { fputs("usage: see the first lines of train.c\n", stderr); return 2; }
  vocabulary = atoi(argv[4]); width = atoi(argv[5]); layers = atoi(argv[6]); heads = atoi(argv[7]);
  hidden = atoi(argv[8]); window = atoi(argv[9]); rows = BATCH * window;
  int steps = atoi(argv[10]), warm = steps / 20 + 1;
  random_state = strtoull(argv[11], NULL, 10) * 0x9e3779b97f4a7c15ull + 1;
  if (width != heads * HEAD || layers > MAX_LAYERS || vocabulary % 32 || hidden % 32 || window % 32) {
    fputs("train: sizes must be multiples of 32, and width 32 a head\n", stderr); return 2;
  }
  reserve();
  size_t layer_size = (size_t)(width * (2 + 4 * width + 2 * hidden));
  size_t count = (size_t)(width * (vocabulary + 1)) + (size_t)layers * layer_size;
  float *w = need(count), *g = need(count), *first = need(count), *second = need(count);
  Model m = bind(w), grad = bind(g);
  start_weights(&m);
  size_t train_count, held_count;
  uint16_t *text = load(argv[1], &train_count), *held = load(argv[2], &held_count);
  uint16_t *in = malloc((size_t)rows * 2), *target = malloc((size_t)rows * 2);
  double mean = 0;
  clock_t start = clock();
  for (int step = 1; step <= steps; step++) {
    float rate = PEAK_RATE * (step < warm ? (float)step / (float)warm : (float)(steps - step) / (float)(steps - warm));
    draw(text, train_count, in, target);
    forward(&m, in);
    double loss = loss_of(target);
    mean = step == 1 ? loss : 0.98 * mean + 0.02 * loss;
    zero(g, m.count);
    backward(&m, &grad, in);
    adam(w, g, first, second, m.count, step, rate);
    if (step % 250 == 0 || step == steps)
      printf("step %d  train %.4f  held-out %.4f  %.0f s\n", step, mean,
             held_out(&m, held, held_count, in, target), (double)(clock() - start) / CLOCKS_PER_SEC), fflush(stdout);
  }
  FILE *out = fopen(argv[3], "wb");
  if (!out || fwrite(w, sizeof(float), m.count, out) != m.count || fclose(out)) { perror(argv[3]); return 1; }
  return 0;
}
