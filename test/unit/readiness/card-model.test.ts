import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCard } from '../../../app/readiness/card-model.ts';
import { DOCUMENTED_CARDS } from '../../../app/readiness/documented.ts';

const GIB = 1024 ** 3;

function find(name: string, memoryGib: number | null = null) {
  return findCard({ name, memoryBytes: memoryGib === null ? null : memoryGib * GIB });
}

describe('a card on the list of the network', () => {
  it.each([
    ['NVIDIA GeForce RTX 3060', 'RTX 3060'],
    ['GeForce RTX 3060', 'RTX 3060'],
    ['NVIDIA GeForce RTX 3060 Ti', 'RTX 3060Ti'],
    ['NVIDIA GeForce RTX 3090 Ti', 'RTX 3090Ti'],
    ['NVIDIA GeForce RTX 4070 Ti', 'RTX 4070Ti'],
    ['NVIDIA GeForce RTX 5090', 'RTX 5090'],
    ['NVIDIA RTX A4000', 'RTX A4000'],
    ['RTX A5000', 'RTX A5000'],
    ['NVIDIA A40', 'RTX A40'],
    ['A40-PCIE-48GB', 'RTX A40'],
    ['NVIDIA A100-SXM4-40GB', 'RTX A100 40GB'],
    ['A100-PCIE-40GB', 'RTX A100 40GB'],
    ['NVIDIA A100 80GB PCIe', 'RTX A100 80GB'],
    ['NVIDIA A100-SXM4-80GB', 'RTX A100 80GB'],
    ['NVIDIA H100 PCIe', 'RTX H100'],
    ['NVIDIA H100 80GB HBM3', 'RTX H100'],
    ['NVIDIA H100 NVL', 'RTX H100'],
  ])('is found by the name that its driver gives it: %s', (name, entry) => {
    expect(find(name)).toEqual({ kind: 'listed', entry });
  });

  it('is found by its memory where its name does not tell', () => {
    expect(find('NVIDIA A100', 39.6)).toEqual({ kind: 'listed', entry: 'RTX A100 40GB' });
    expect(find('NVIDIA A100', 79.2)).toEqual({ kind: 'listed', entry: 'RTX A100 80GB' });
    expect(find('NVIDIA A100', null).kind).toBe('version');
    expect(find('NVIDIA A100-SXM-64GB', 64).kind).toBe('version');
  });

  it('finds itself', () => {
    for (const entry of DOCUMENTED_CARDS) expect(find(entry)).toEqual({ kind: 'listed', entry });
  });
});

describe('a card that is not on the list', () => {
  it.each([
    ['NVIDIA GeForce RTX 4070 SUPER', 'RTX 4070'],
    ['NVIDIA GeForce RTX 4070 Ti SUPER', 'RTX 4070Ti'],
    ['NVIDIA GeForce RTX 5070 Ti', 'RTX 5070'],
    ['NVIDIA GeForce RTX 4090 D', 'RTX 4090'],
    ['NVIDIA GeForce RTX 3060 Laptop GPU', 'RTX 3060'],
    ['NVIDIA GeForce RTX 3080 Ti Laptop GPU', 'RTX 3080Ti'],
    ['NVIDIA RTX A4000 Laptop GPU', 'RTX A4000'],
    ['NVIDIA GeForce RTX 3070 with Max-Q Design', 'RTX 3070'],
  ])('may be a version of one that is, and is not taken for it: %s', (name, nearest) => {
    expect(find(name)).toEqual({ kind: 'version', nearest });
  });

  it.each([
    'NVIDIA GeForce GTX 1070 Ti',
    'NVIDIA GeForce RTX 2080 Ti',
    'NVIDIA RTX 4000 SFF Ada Generation',
    'NVIDIA RTX A400',
    'NVIDIA A10',
    'NVIDIA A40-48Q',
    'GRID A100-40C',
    'NVIDIA L40S',
    'NVIDIA H200',
    'NVIDIA GH200 480GB',
    'Tesla T4',
    'Unknown NVIDIA card',
    '',
  ])('is not found by a part of another name: %s', (name) => {
    expect(find(name).kind).toBe('unlisted');
  });
});

describe('a list that the network publishes', () => {
  it('may name laptops and new versions in words of its own', () => {
    const card = { name: 'NVIDIA GeForce RTX 4070 Ti SUPER', memoryBytes: null };
    expect(findCard(card, ['NVIDIA 4070', 'rtx 4070 ti super'])).toEqual({
      kind: 'listed',
      entry: 'rtx 4070 ti super',
    });
    const laptop = { name: 'NVIDIA GeForce RTX 3060 Laptop GPU', memoryBytes: null };
    expect(findCard(laptop, ['NVIDIA RTX 3060 Laptop']).kind).toBe('listed');
  });
});

describe('the names of recorded cards', () => {
  const folder = join(import.meta.dirname, '../../corpora/nvidia-smi');
  const names = globSync('*.xml', { cwd: folder }).map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return /<product_name>(.*)<\/product_name>/.exec(text)?.[1] ?? '';
  });

  it('are told apart as a person would', () => {
    const found = names.map((name) => [name, find(name).kind]);
    expect(Object.fromEntries(found)).toEqual({
      'NVIDIA A100-SXM4-80GB': 'listed',
      'NVIDIA H200': 'unlisted',
      'GeForce GTX 1070 Ti': 'unlisted',
      'Quadro P400': 'unlisted',
      'NVIDIA GeForce RTX 3060': 'listed',
      'NVIDIA GeForce RTX 3080': 'listed',
      'NVIDIA RTX 4000 SFF Ada Generation': 'unlisted',
      'Tesla T4': 'unlisted',
    });
  });
});
