import { describe, expect, it } from 'vitest';
import { MEMORY_ENTRIES } from '../../../../app/benchmark/kernels/kernel.ts';
import { KERNEL_MODULES, kernelFor } from '../../../../app/benchmark/kernels/modules.ts';
import { MetricName } from '../../../../app/contract/benchmark.ts';

/** The entries of a module, by name. */
function entriesOf(source: string): Map<string, string> {
  const found = source.matchAll(/^\.visible \.entry (\w+)\(([^)]*)\)\n\{\n([\s\S]*?)^\}/gm);
  return new Map(
    [...found].map(([, name = '', parameters = '', body = '']) => [name, parameters + body]),
  );
}

const entries = KERNEL_MODULES.flatMap((module) =>
  [...entriesOf(module.source())].map(([name, text]) => ({ name, text })),
);

/** Names of registers and labels that a text declares, `%r<4>` as `%r0` to `%r3`. */
function declared(text: string): Set<string> {
  const lists = [...text.matchAll(/\.reg \.\w+ ([^;]+);/g)].flatMap(([, list = '']) =>
    list.split(', '),
  );
  const names = lists.flatMap((one) => {
    const [, name = '', count] = /^(%\w+?)(?:<(\d+)>)?$/.exec(one) ?? [];
    return count === undefined
      ? [name]
      : Array.from({ length: Number(count) }, (_, i) => name + String(i));
  });
  return new Set(names);
}

const SPECIAL = ['%tid', '%ctaid', '%ntid', '%nctaid', '%smid'];

describe('the text of the kernels', () => {
  it('has the memory kernels and every kernel that is promised', () => {
    const promised = KERNEL_MODULES.flatMap(({ kernels }) => kernels.map(({ entry }) => entry));
    expect(entries.map(({ name }) => name).sort()).toEqual(
      [...Object.values(MEMORY_ENTRIES), ...promised].sort(),
    );
  });

  it.each(entries)('$name: uses no register that it does not declare', ({ text }) => {
    const known = new Set([...declared(text), ...SPECIAL]);
    const used = [...text.replaceAll(/\.reg [^;]+;/g, '').matchAll(/%[a-zA-Z_]\w*/g)].map(
      ([name]) => name,
    );
    expect(used.length).toBeGreaterThan(20);
    expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(entries)('$name: goes only to places that there are, once', ({ text }) => {
    const labels = [...text.matchAll(/^(\w+):$/gm)].map(([, label]) => label);
    const goals = [...text.matchAll(/\bbra (\w+);/g)].map(([, label]) => label);
    expect(new Set(labels).size).toBe(labels.length);
    expect(goals.filter((goal) => !labels.includes(goal))).toEqual([]);
  });

  it.each(KERNEL_MODULES)('$name: is plain text with its version and target first', (one) => {
    expect(one.source()).toMatch(/^\.version \d\.\d\n\.target sm_\d+\n\.address_size 64\n/);
    expect(one.source()).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

describe('the choice of a kernel', () => {
  const choices = (cc: readonly [number, number]) =>
    Object.fromEntries(
      MetricName.options.map((name) => [name, kernelFor(name, cc)?.module.name ?? null]),
    );

  it.each([
    { cc: [6, 1], fp16: null, bf16: null, int8: null, fp8: null },
    { cc: [7, 5], fp16: 'tc75', bf16: null, int8: 'tc75', fp8: null },
    { cc: [8, 0], fp16: 'tc80', bf16: 'tc80', int8: 'int8', fp8: null },
    { cc: [8, 6], fp16: 'tc80', bf16: 'tc80', int8: 'int8', fp8: null },
    { cc: [8, 9], fp16: 'tc80', bf16: 'tc80', int8: 'int8', fp8: 'tc89' },
    { cc: [9, 0], fp16: 'tc80', bf16: 'tc80', int8: 'int8', fp8: null },
    { cc: [10, 0], fp16: 'tc80', bf16: 'tc80', int8: 'int8', fp8: null },
    { cc: [10, 3], fp16: 'tc80', bf16: 'tc80', int8: null, fp8: null },
    { cc: [12, 0], fp16: 'tc80', bf16: 'tc80', int8: 'int8', fp8: 'tc89' },
  ] as const)('for $cc is what its hardware does by itself', ({ cc, fp16, bf16, int8, fp8 }) => {
    expect(choices(cc)).toMatchObject({
      fp32: 'base',
      'fp16-fp16': fp16,
      'fp16-fp32': fp16,
      'bf16-fp32': bf16,
      int8,
      'fp8-fp32': fp8,
      'memory-read': null,
    });
  });

  it('counts two operations for a multiplication and an addition', () => {
    const fp32 = kernelFor('fp32', [8, 6])?.kernel;
    const fma = /fma\.rn/g;
    const text = entries.find(({ name }) => name === fp32?.entry)?.text ?? '';
    const loop = text.slice(text.indexOf('LOOP:'), text.indexOf('sub.u32 %r_rounds'));
    expect(fp32?.operationsPerBlock).toBe(256 * 2 * (loop.match(fma) ?? []).length);
    const int8 = kernelFor('int8', [8, 6])?.kernel;
    const product = entries.find(({ name }) => name === int8?.entry)?.text ?? '';
    const inner = product.slice(product.indexOf('LOOP:'), product.indexOf('sub.u32 %r_rounds'));
    expect(int8?.operationsPerBlock).toBe(
      8 * 2 * 16 * 8 * 32 * (inner.match(/mma\.sync/g) ?? []).length,
    );
  });
});
