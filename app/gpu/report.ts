import type { SmiReading } from '../adapters/nvidia-smi.ts';
import type { CardReport, Problem } from '../contract/gpu.ts';
import type { NvmlAnswer } from '../adapters/nvml/answer.ts';
import { parseSmiLog, type SmiLog } from './parse.ts';
import { problem, problemOfFailure, problemOfFault, problemOfWords } from './problems.ts';

/** Turns a reading of nvidia-smi into what the owner sees: the cards, and what is wrong if anything. */
export function reportOf(reading: SmiReading): CardReport {
  if (reading.kind !== 'log') return without(problemOfFailure(reading));
  const log = parseSmiLog(reading.log);
  if (log === null) return without(problem('gpu.unreadable'));
  const { driver, cuda, cards } = log;
  return {
    driver,
    cuda,
    cards: [...cards],
    source: 'nvidia-smi',
    problem: problemOfLog(log, reading.warning),
  };
}

/** The same for what NVML told. */
export function reportOfNvml(answer: Extract<NvmlAnswer, { kind: 'cards' }>): CardReport {
  const { driver, cuda, cards, faults, processes } = answer;
  const [fault] = faults;
  const none = cards.length === 0 ? problem('gpu.no-card') : null;
  return {
    driver,
    cuda,
    cards,
    ...(processes && { processes }),
    source: 'nvml',
    problem: fault ? problemOfFault(fault) : none,
  };
}

// A remark beside a good document (on stderr, say) matters only if it tells of a known problem.
function problemOfLog(log: SmiLog, warning: string): Problem | null {
  const [fault] = log.faults;
  if (fault) return problemOfFault(fault);
  const told = problemOfWords(warning);
  if (told) return told;
  return log.cards.length === 0 ? problem('gpu.no-card') : null;
}

/** A report of no cards, for this reason. */
export function without(reason: Problem): CardReport {
  return { driver: null, cuda: null, cards: [], source: null, problem: reason };
}
