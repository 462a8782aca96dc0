import type { CardReport } from '../contract/gpu.ts';
import type { Requirement } from '../contract/readiness.ts';
import { EXAMPLE_DRIVER } from './documented.ts';
import { isOlder, publishedVersion, type PublishedThresholds } from './limits.ts';
import { requirement } from './requirement.ts';

const UPDATE =
  'Install the newest driver for your card (https://www.nvidia.com/drivers) and restart.';

/** Does the driver answer, and is it as new as the network asks, where it asks at all? */
export function driverRule(report: CardReport, published: PublishedThresholds | null): Requirement {
  const oldest = {
    driver: publishedVersion('driver', published, report.cards),
    cuda: publishedVersion('cuda', published, report.cards),
  };
  const isPublished = oldest.driver !== null || oldest.cuda !== null;
  const common = {
    name: 'driver',
    asked: isPublished
      ? askedWords(oldest)
      : 'An NVIDIA driver that answers; no oldest one is named',
    source: isPublished ? 'network' : 'documentation',
  } as const;
  const { driver, cuda, problem } = report;
  if (driver === null) {
    const note = problem?.message ?? 'The NVIDIA driver does not say its version.';
    const verdict = problem === null ? 'unknown' : 'fixable';
    return requirement({ ...common, verdict, note, remedy: problem?.remedy ?? UPDATE });
  }
  const measured = cuda === null ? driver : `${driver} with CUDA ${cuda}`;
  // A card that is lost or stuck, say; that there is none is no fault of the driver.
  if (problem !== null && problem.code !== 'gpu.no-card') {
    const { message, remedy } = problem;
    return requirement({ ...common, measured, verdict: 'fixable', note: message, remedy });
  }
  if (oldest.driver !== null && isOlder(driver, oldest.driver)) {
    const note = `The network asks for driver ${oldest.driver}.`;
    return requirement({ ...common, measured, verdict: 'fixable', note, remedy: UPDATE });
  }
  if (oldest.cuda !== null && (cuda === null || isOlder(cuda, oldest.cuda))) {
    const verdict = cuda === null ? 'unknown' : 'fixable';
    const note = `The network asks for CUDA ${oldest.cuda}, which comes with the driver.`;
    return requirement({ ...common, measured, verdict, note, remedy: UPDATE });
  }
  const isOld = !isPublished && isOlder(driver, EXAMPLE_DRIVER);
  const note = isOld ? `The network's guide shows driver ${EXAMPLE_DRIVER}, which is newer.` : null;
  return requirement({ ...common, measured, verdict: 'met', note });
}

function askedWords({ driver, cuda }: { driver: string | null; cuda: string | null }): string {
  const words = [
    ...(driver === null ? [] : [`driver ${driver}`]),
    ...(cuda === null ? [] : [`CUDA ${cuda}`]),
  ].join(' and ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} or newer`;
}
