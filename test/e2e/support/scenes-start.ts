import { aScene, inPhase, type Scene, well } from './scene.ts';
import { noCard } from './scripted-cards.ts';

/** Seconds after the very first start: nothing has been looked at yet. */
export function firstStart(): Scene {
  const reason = {
    code: 'engine-checking',
    text: 'Looking for the container engine.',
    next: null,
  };
  const scene = aScene({
    host: inPhase('preparing', reason),
    queue: null,
    market: null,
    wallet: { address: null, nos: null, lamports: null },
    doctor: { checks: [], checkedAt: null },
  });
  scene.state.network.connected = false;
  return scene;
}

/** A computer with neither a container engine nor a card. */
export function nothingWorks(): Scene {
  const cards = noCard();
  const remedy = 'Install Docker (https://docs.docker.com/engine/install) and start it.';
  const missing = 'No container engine was found on this computer.';
  return aScene({
    host: inPhase('needs-you', {
      code: 'containers.engine-missing',
      text: missing,
      next: remedy,
    }),
    cards,
    queue: null,
    doctor: {
      checks: [
        { name: 'engine', ok: false, message: `${missing} Jobs run in containers.`, remedy },
        {
          name: 'card',
          ok: false,
          message: `${cards.problem?.message ?? ''} Practice jobs run on the processor meanwhile.`,
          remedy: cards.problem?.remedy ?? '',
        },
        well('network', 'Practice network answers.'),
        well('disk', '214.6 GiB free for /home/ada/.local/share/offpeak.'),
      ],
      checkedAt: Date.now() - 4_000,
    },
  });
}
