import { describe, expect, it } from 'vitest';
import { cardFaultIn, wordsOfToolkit } from '../../../app/adapters/docker/card-faults.ts';
import { EngineFault, faultFromText, toFault } from '../../../app/adapters/docker/faults.ts';
import { errorOf } from '../../../app/containers/problems.ts';
import { ENGINE_TEXTS, HOOK_TEXTS } from '../../corpora/card-faults.ts';

describe('why an engine gives no card is understood', () => {
  it.each(ENGINE_TEXTS)('$kind: $text', ({ kind, text }) => {
    const error = Object.assign(new Error(`(HTTP code 500) unexpected - ${text} `), {
      statusCode: 500,
    });
    expect(toFault(error)).toMatchObject({ kind, message: text });
  });

  it('whatever else fails is not blamed on the card', () => {
    for (const text of [
      'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "nvidia-smi": executable file not found in $PATH: unknown',
      'No such image: nvidia/cuda:latest',
      'OCI runtime create failed: error mounting "/var/lib/docker/volumes/offpeak-1/_data" to rootfs at "/models/nvidia.so.1": no such file or directory',
    ]) {
      expect(cardFaultIn(text)).toBeNull();
    }
  });

  it('a job that names its command like a fault is not believed', () => {
    for (const { text } of HOOK_TEXTS) {
      for (const job of [
        `OCI runtime create failed: runc create failed: unable to start container process: exec: "stderr: ${text}": executable file not found in $PATH: unknown`,
        `OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "/${text}": stat /${text}: no such file or directory: unknown`,
        `OCI runtime create failed: unable to start container process: chdir to cwd ("/${text}") set in config.json failed: no such file or directory: unknown`,
        `unable to find user ${text}: no matching entries in passwd file`,
        `crun: executable file \`${text}\` not found in $PATH: No such file or directory`,
      ]) {
        expect(cardFaultIn(job)).toBeNull();
      }
    }
    const command =
      'unable to start container process: exec: "nvidia-container-runtime": executable file not found in $PATH';
    expect(cardFaultIn(command)).toBeNull();
  });

  it('a registry has nothing to say about cards', () => {
    expect(faultFromText(HOOK_TEXTS[0]?.text ?? '').kind).toBe('other');
  });
});

describe('what a person reads when a container gets no card', () => {
  it('is what the toolkit said, without what everybody around it said', () => {
    for (const { text } of HOOK_TEXTS) {
      const whole = ENGINE_TEXTS.filter((one) => one.text.includes(text));
      expect(whole.length).toBeGreaterThanOrEqual(3);
      for (const one of whole) {
        expect(wordsOfToolkit(one.text)).not.toContain('stderr');
        expect(wordsOfToolkit(one.text)).toContain(
          text.replace(/^Auto-detected mode as '\w+'\n/, ''),
        );
      }
    }
  });

  it.each([
    ['gpu-missing', 'linux', 'Docker', 'sudo nvidia-ctk runtime configure --runtime=docker'],
    ['gpu-missing', 'linux', 'rootless Docker', 'systemctl --user restart docker'],
    ['gpu-missing', 'linux', 'rootless Podman', 'nvidia-ctk cdi generate'],
    ['gpu-missing', 'windows', 'Docker Desktop', 'wsl --update'],
    ['gpu-missing', 'other', 'Docker', 'restart Docker'],
    ['gpu-driver-changed', 'linux', 'Docker', 'Restart the computer'],
    ['gpu-driver-not-loaded', 'linux', 'Docker', 'sudo modprobe nvidia'],
    ['gpu-driver-missing', 'linux', 'Docker Desktop', 'use Docker Engine'],
    ['gpu-driver-missing', 'windows', 'Docker Desktop', 'wsl --update'],
    ['gpu-driver-old', 'linux', 'Docker', 'Update the NVIDIA driver'],
    ['gpu-driver-hangs', 'linux', 'Docker', 'nvidia-smi -pm 1'],
    ['gpu-toolkit-broken', 'linux', 'Docker', 'nvidia-container-toolkit'],
    ['gpu-toolkit-mode', 'linux', 'Docker', 'nvidia-container-runtime.mode=auto'],
    ['gpu-cdi-stale', 'linux', 'Docker', 'nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml'],
    ['gpu-cdi-stale', 'linux', 'Podman', 'nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml'],
    ['gpu-unknown-card', 'linux', 'Docker', 'nvidia-smi -L'],
    ['gpu-forbidden', 'linux', 'Docker', 'version 1.18 or newer'],
    ['gpu-forbidden', 'linux', 'rootless Docker', 'no-cgroups=true'],
    ['gpu-failed', 'linux', 'Docker', 'restart the computer'],
  ] as const)('%s on %s with %s says what to do', (kind, os, origin, words) => {
    const error = errorOf(new EngineFault(kind, 'the words of the engine'), { os, origin });
    expect(error.code).toBe(`containers.${kind}`);
    expect(error.remedy).toContain(words);
    if (!origin.endsWith('Docker')) expect(error.remedy).not.toContain('systemctl restart docker');
  });
});
