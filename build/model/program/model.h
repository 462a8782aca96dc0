/* The practice model: its file, its arithmetic and its choice of tokens. README.md has the format. */
#ifndef MODEL_H
#define MODEL_H

#include <stddef.h>
#include <stdint.h>

enum { MAX_LAYERS = 16, MAX_VOCABULARY = 4096 };

typedef struct {
  const float *norm1, *qkv, *out, *norm2, *up, *down;
  float *keys;   /* [width][window]: by slot of the ring, so that scores add up side by side */
  float *values; /* [window][width] */
} Layer;

typedef struct {
  uint32_t vocabulary, width, layers, heads, hidden, window;
  const char *piece[MAX_VOCABULARY]; /* text of each token, not ended by a zero */
  uint8_t length[MAX_VOCABULARY];
  const float *embedding, *last; /* [width][vocabulary], [width] */
  Layer layer[MAX_LAYERS];
  uint32_t position; /* tokens seen so far */
  float *stream, *normed, *mixed, *qkv, *inner, *scores, *logits;
} Model;

/* Reads and checks a model file; returns NULL, or what is wrong with it in words. */
const char *load_model(Model *model, const char *path);

/* Splits text into tokens, the longest piece first; bytes outside the vocabulary are left out.
 * `tokens` needs room for one token a byte; returns how many there are. */
size_t encode(const Model *model, const char *text, uint16_t *tokens);

/* Takes one token in; leaves the logits of its successor in model->logits. */
void run_model(Model *model, uint32_t token);

/* How to draw the next token; temperature 0 always takes the most likely one. */
typedef struct { float temperature; uint32_t top_k; uint32_t state; } Draw;

void seed_draw(Draw *draw, uint32_t seed);
uint32_t choose_token(const Model *model, Draw *draw);

void sha256(const uint8_t *bytes, size_t count, uint8_t digest[32]);

#endif
