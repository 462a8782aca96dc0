import type { Card, CardProcess, CardReport } from '../../app/contract/gpu.ts';
import { readCards } from '../../app/gpu/cards.ts';
import type { CliContext, CliResult } from './context.ts';

/** `offpeak gpus`: the cards as their driver describes them. */
export async function gpus({ values }: Pick<CliContext, 'values'>): Promise<CliResult> {
  const report = await readCards({ processes: values.processes ?? false });
  return { exitCode: report.problem ? 1 : 0, json: report, text: describe(report) };
}

function describe(report: CardReport): string {
  const { problem, cards, source, processes } = report;
  // A lost card is a problem beside the cards that are well.
  const trouble = problem ? `${problem.message}\n${problem.remedy}\n` : '';
  if (cards.length === 0) return trouble;
  const told = source === null ? '' : `, told by ${source === 'nvml' ? 'NVML' : source}`;
  const head = `Driver ${report.driver ?? '–'}, CUDA ${report.cuda ?? '–'}${told}\n`;
  return head + cards.map((card) => linesOf(card) + usersOf(card, processes)).join('') + trouble;
}

function linesOf(card: Card): string {
  const head = `${card.index}  ${card.name}\n`;
  if (card.isAsleep)
    return `${head}     asleep, to save power: it is not asked, which would wake it\n`;
  return head + [heatAndLoad(card), speed(card), health(card)].flatMap(indented).join('');
}

function usersOf(card: Card, processes: readonly CardProcess[] | undefined): string {
  if (processes === undefined) return '';
  const own = processes.filter(({ index }) => index === card.index);
  if (own.length === 0) return '     no program uses it\n';
  return own
    .map(({ pid, name, kind, memoryBytes }) => {
      const memory = memoryBytes === null ? '' : `, ${gibibytes(memoryBytes)} GiB`;
      return `     ${pid} ${name ?? 'a program'} (${kind}${memory})\n`;
    })
    .join('');
}

function indented(parts: readonly string[]): string[] {
  return parts.length === 0 ? [] : [`     ${parts.join(' · ')}\n`];
}

function heatAndLoad(card: Card): string[] {
  const { powerMinWatts: least, powerMaxWatts: most } = card;
  const range = least === null || most === null ? '' : ` (${round(least)}–${round(most)})`;
  return [
    `${quantity(card.temperatureC, ' °C')}${also(card.memoryTemperatureC, 'memory', ' °C')}`,
    `${quantity(card.utilizationPercent, ' %')} load`,
    `${gibibytes(card.memoryUsedBytes)} of ${gibibytes(card.memoryBytes)} GiB`,
    `${quantity(card.powerWatts, ' W')} of ${quantity(card.powerLimitWatts, ' W')}${range}`,
    `fan ${quantity(card.fanPercent, ' %')}`,
  ];
}

function speed(card: Card): string[] {
  const { performanceState, slowReasons } = card;
  const state = performanceState === null ? '' : `, P${performanceState}`;
  return [
    `${quantity(card.coreClockMhz, ' MHz')}${also(card.memoryClockMhz, 'memory', ' MHz')}${state}`,
    `PCIe ${link(card.pcieGen, card.pcieWidth)} of ${link(card.pcieMaxGen, card.pcieMaxWidth)}`,
    ...(slowReasons && slowReasons.length > 0 ? [`held by: ${slowReasons.join(', ')}`] : []),
  ];
}

// Nothing to say of a card without error correction, nor of one without errors.
function health({ ecc, remappedRows: rows }: Card): string[] {
  return [
    ...(ecc ? [`memory errors: ${ecc.corrected} corrected, ${ecc.uncorrected} not`] : []),
    ...(rows && rows.corrected + rows.uncorrected > 0
      ? [`${rows.corrected + rows.uncorrected} rows of memory replaced`]
      : []),
    ...(rows?.isPending ? ['restart the computer to replace a bad row of memory'] : []),
    ...(rows?.hasFailed ? ['a bad row of memory could not be replaced'] : []),
  ];
}

function link(generation: number | null, width: number | null): string {
  return `${quantity(generation, '')} x${quantity(width, '')}`;
}

function also(value: number | null, what: string, unit: string): string {
  return value === null ? '' : `, ${what} ${quantity(value, unit)}`;
}

function quantity(value: number | null, unit: string): string {
  return value === null ? '–' : `${round(value)}${unit}`;
}

function round(value: number): string {
  return String(Math.round(value));
}

function gibibytes(bytes: number | null): string {
  return bytes === null ? '–' : (bytes / 1024 ** 3).toFixed(1);
}
