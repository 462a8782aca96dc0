import type { Card, CardReport } from '../../app/contract/gpu.ts';
import { readCards } from '../../app/gpu/cards.ts';
import type { CliResult } from './context.ts';

/** `offpeak gpus`: the cards as the `nvidia-smi` on PATH describes them. */
export async function gpus(): Promise<CliResult> {
  const report = await readCards();
  return { exitCode: report.problem ? 1 : 0, json: report, text: describe(report) };
}

function describe(report: CardReport): string {
  const { problem, cards } = report;
  // A lost card is a problem beside the cards that are well.
  const trouble = problem ? `${problem.message}\n${problem.remedy}\n` : '';
  if (cards.length === 0) return trouble;
  const head = `Driver ${report.driver ?? '–'}, CUDA ${report.cuda ?? '–'}\n`;
  return head + cards.map(line).join('') + trouble;
}

function line(card: Card): string {
  const parts = [
    quantity(card.temperatureC, ' °C'),
    `${quantity(card.utilizationPercent, ' %')} load`,
    `${gibibytes(card.memoryUsedBytes)} of ${gibibytes(card.memoryBytes)} GiB`,
    `${quantity(card.powerWatts, ' W')} of ${quantity(card.powerLimitWatts, ' W')}`,
    `fan ${quantity(card.fanPercent, ' %')}`,
    `PCIe ${quantity(card.pcieGen, '')} x${quantity(card.pcieWidth, '')}`,
  ];
  return `${card.index}  ${card.name}  ${parts.join(' · ')}\n`;
}

function quantity(value: number | null, unit: string): string {
  return value === null ? '–' : `${Math.round(value)}${unit}`;
}

function gibibytes(bytes: number | null): string {
  return bytes === null ? '–' : (bytes / 1024 ** 3).toFixed(1);
}
