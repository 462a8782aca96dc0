/** Why an engine could not give a container the cards that were asked for. */
export type CardFaultKind =
  /** No part of the NVIDIA Container Toolkit is there for the engine. */
  | 'gpu-missing'
  /** The engine is set up for it, but a program of it is missing. */
  | 'gpu-toolkit-broken'
  /** The toolkit is set to a mode in which engines cannot ask it for cards by id. */
  | 'gpu-toolkit-mode'
  /** The driver was updated, the old one still runs. */
  | 'gpu-driver-changed'
  | 'gpu-driver-not-loaded'
  /** The engine's system does not see a driver, though the computer may have one. */
  | 'gpu-driver-missing'
  /** The image needs a newer driver. */
  | 'gpu-driver-old'
  | 'gpu-driver-hangs'
  /** No CDI specification, or one that does not fit the driver or the cards any more. */
  | 'gpu-cdi-stale'
  | 'gpu-unknown-card'
  /** The toolkit may not open the card for a container. */
  | 'gpu-forbidden'
  /** The toolkit failed in a way that only its own words tell. */
  | 'gpu-failed'
  /** The container started, but not with these cards. Offpeak's own finding, in no engine's words. */
  | 'gpu-not-given';

/** The fault in a text of an engine about cards; null where it is about something else. */
export function cardFaultIn(text: string): CardFaultKind | null {
  const [own = ''] = text.split(WORDS_OF_A_JOB);
  return TEXTS.find(([, pattern]) => pattern.test(own))?.[0] ?? null;
}

/** The part of a failed hook's text that says why; any other text as it is. */
export function wordsOfToolkit(text: string): string {
  const [, words = text] = /stdout: .*?, stderr: (.*)$/s.exec(text) ?? [];
  return words.replace(/^Auto-detected mode as '\w+'\s*/, '').replace(/: unknown$/, '');
}

// From here on an engine quotes a command, folder or user that the job or its image named: what
// follows may be written to look like any fault. A hook of the toolkit fails before it comes to that.
const WORDS_OF_A_JOB =
  /container process( caused)?:? \\*"?exec: |exec: \\*"(?!nvidia-)|executable file `|chdir to cwd|unable to find (user|group)/;

/** A library of the driver, whose name ends in the driver's version. */
const LIBRARY = String.raw`[^"\`]*(?:nvidia|libcuda|libnv)[^"\`]*`;

// In this order: a cause is quoted inside its effect. The texts, whole and with where each of them
// was seen, are in test/corpora/card-faults.ts. Where the forms come from:
// - nvidia-container-cli: libnvidia-container, src/cli/configure.c, common.c, src/error.c; NVML's
//   error strings.
// - nvidia-container-runtime(-hook): nvidia-container-toolkit, cmd/nvidia-container-runtime-hook.
// - Docker: moby, daemon/devices*.go, daemon/cdi.go, daemon/errors.go.
// - CDI: container-device-interface, pkg/cdi/cache.go, container-edits_unix.go; Podman puts
//   "setting up CDI devices:" before it, Docker "CDI device injection failed:", the toolkit's
//   runtime "could not apply required modification to OCI specification:".
// - runc and crun, where a file of a CDI specification is gone: "error mounting", "cannot stat".
const TEXTS: readonly (readonly [CardFaultKind, RegExp])[] = [
  ['gpu-driver-changed', /driver\/library version mismatch/i],
  ['gpu-driver-not-loaded', /nvidia-container-cli: .*driver not loaded/s],
  ['gpu-driver-hangs', /nvidia-container-cli: .*driver (rpc )?error: timed out/s],
  [
    'gpu-driver-missing',
    /load library failed: libnvidia-ml\.so|WSL environment detected but no adapters were found/,
  ],
  ['gpu-driver-old', /nvidia-container-cli: requirement error: unsatisfied condition/],
  ['gpu-unknown-card', /nvidia-container-cli: device error: .*unknown device/s],
  [
    'gpu-forbidden',
    /nvidia-container-cli: .*(failed to add device rules|insufficient permissions|overflowuid: permission denied)/s,
  ],
  // The toolkit makes a specification of this kind by itself each time: none of the owner's is stale.
  ['gpu-failed', /unresolvable CDI devices runtime\.nvidia\.com\//],
  ['gpu-toolkit-mode', /invoking the NVIDIA Container Runtime Hook directly .*is not supported/s],
  [
    'gpu-toolkit-broken',
    /(exec: \\*"nvidia-[^"]*".*executable file not found|fork\/exec \S*nvidia-\S*: no such file|couldn't find binary nvidia-container-cli|stat \S*nvidia-container-runtime-hook: no such file)/s,
  ],
  [
    'gpu-cdi-stale',
    new RegExp(
      [
        'unresolvable CDI devices',
        'failed to stat CDI host device',
        'failed to inject (CDI )?devices',
        `error mounting \\\\*"${LIBRARY}" to rootfs at .*no such file or directory`,
        `cannot stat \`${LIBRARY}\`: No such file or directory`,
        `failed to fulfil mount request: open ${LIBRARY}: no such file or directory`,
        'error executing hook `[^`]*nvidia-(cdi-hook|ctk)`',
      ].join('|'),
      's',
    ),
  ],
  [
    'gpu-missing',
    /could not select device driver|no known GPU vendor found|CDI spec not found|no CDI specification directories specified|could not discover GPU vendor/,
  ],
  ['gpu-failed', /nvidia-container-(cli|runtime)|nvidia-cdi-hook/],
];
