import type { EngineFound } from '../../../app/contract/settings.ts';
import type { Scene } from './scene.ts';
import { inQueue } from './scenes.ts';
import { nothingWorks } from './scenes-start.ts';
import {
  aProof,
  aProofReport,
  memoryUntried,
  proofResults,
  routerReached,
} from './scripted-proof.ts';

/** A proof found nothing. */
export function proven(): Scene {
  return withProof(aProof());
}

/** A proof got into the home network, and one attempt could not be made. */
export function hole(): Scene {
  const results = proofResults({ ...routerReached, ...memoryUntried });
  return withProof(aProof({ results, report: aProofReport(results) }));
}

/** A proof that lost its engine in the middle. */
export function brokenOff(): Scene {
  return withProof(
    aProof({
      results: proofResults().slice(0, 4),
      problem: {
        code: 'containers.engine-stopped',
        message: 'The container engine stopped answering.',
        remedy: 'Start Docker again ("systemctl start docker").',
      },
    }),
  );
}

/** A proof that could not begin; an older one is there. */
export function notProven(): Scene {
  return withProof(
    aProof({
      results: [],
      problem: {
        code: 'containers.engine-missing',
        message: 'No container engine was found on this computer.',
        remedy: 'Install Docker (https://docs.docker.com/engine/install) and start it.',
      },
    }),
  );
}

/** A proof in the middle. */
export function proving(): Scene {
  return withProof(aProof({ running: true, results: proofResults().slice(0, 5), report: null }));
}

/** Two engines that fit and two that do not. */
export function severalEngines(): Scene {
  return { ...inQueue(), engines };
}

/** The owner's engine is away, and so is every other one. */
export function noEngines(): Scene {
  const scene = nothingWorks();
  scene.state.settings = {
    ...scene.state.settings,
    engine: '/home/ada/.docker/desktop/docker.sock',
    internet: 'none',
  };
  return scene;
}

const engines: EngineFound[] = [
  usable('/var/run/docker.sock', 'Docker 29.1.3'),
  usable('/run/user/1000/docker.sock', 'Docker 28.2.2 (rootless)'),
  {
    address: '/run/user/1000/podman/podman.sock',
    name: 'Podman 5.4.2 (rootless)',
    usable: false,
    why: 'Podman cannot close a network the way jobs need it.',
  },
  {
    address: '/home/ada/.docker/desktop/docker.sock',
    name: 'Docker Desktop',
    usable: false,
    why: 'You are not allowed to use it.',
  },
];

function usable(address: string, name: string): EngineFound {
  return { address, name, usable: true, why: null };
}

function withProof(proof: Scene['state']['proof']): Scene {
  const scene = inQueue();
  scene.state.proof = proof;
  return scene;
}
