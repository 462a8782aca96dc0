import type { CardFaultKind } from '../../app/adapters/docker/card-faults.ts';

/** What an engine said when it could not give a container the card. */
export interface CardFaultText {
  readonly kind: CardFaultKind;
  /** Word for word; names of containers and users are shortened. */
  readonly text: string;
  /** Where it was seen, or the source that writes it. */
  readonly source: string;
}

/** What the toolkit's hook wrote, in the words in which each runtime reports a failed hook. */
const hookOf = {
  /** Docker 19.03 to 20.10 with runc 1.0: https://github.com/NVIDIA/nvidia-docker/issues/1505 */
  runc10: (stderr: string) =>
    `OCI runtime create failed: container_linux.go:367: starting container process caused: process_linux.go:495: container init caused: Running hook #0:: error running hook: exit status 1, stdout: , stderr: ${stderr}: unknown`,
  /** Docker 23 with runc 1.1: https://github.com/NVIDIA/nvidia-docker/issues/1711 */
  runc11: (stderr: string) =>
    `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error running hook #0: error running hook: exit status 1, stdout: , stderr: ${stderr}: unknown`,
  /** Docker 28 with runc 1.2: https://github.com/NVIDIA/k8s-device-plugin/issues/1431 */
  runc12: (stderr: string) =>
    `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error running prestart hook #0: exit status 1, stdout: , stderr: ${stderr}: unknown`,
};

const LEGACY = "Auto-detected mode as 'legacy'\n";

/** What the hook itself wrote to its standard error, with the fault it means. */
export const HOOK_TEXTS: readonly CardFaultText[] = [
  {
    kind: 'gpu-driver-changed',
    text: 'nvidia-container-cli: initialization error: nvml error: driver/library version mismatch',
    source: 'https://github.com/saharmor/dalle-playground/issues/104',
  },
  {
    kind: 'gpu-driver-changed',
    text: `${LEGACY}nvidia-container-cli: initialization error: nvml error: driver/library version mismatch`,
    source: 'https://github.com/NVIDIA/k8s-device-plugin/issues/1431',
  },
  {
    kind: 'gpu-driver-not-loaded',
    text: 'nvidia-container-cli: initialization error: nvml error: driver not loaded',
    source: 'https://github.com/HonuRobotics/dockwater/pull/10',
  },
  {
    kind: 'gpu-driver-missing',
    text: `${LEGACY}nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file or directory`,
    source: 'https://github.com/NVIDIA/nvidia-docker/issues/1711',
  },
  {
    kind: 'gpu-driver-missing',
    text: `${LEGACY}nvidia-container-cli: initialization error: WSL environment detected but no adapters were found`,
    source: 'https://github.com/AbdBarho/stable-diffusion-webui-docker/issues/117',
  },
  {
    kind: 'gpu-driver-old',
    text: `${LEGACY}nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8, please update your driver to a newer version, or use an earlier cuda container`,
    source: 'https://github.com/MauriceNino/dashdot/issues/1226',
  },
  {
    kind: 'gpu-driver-hangs',
    text: 'nvidia-container-cli: initialization error: driver rpc error: timed out',
    source: 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/237',
  },
  {
    kind: 'gpu-driver-hangs',
    text: 'nvidia-container-cli: initialization error: driver error: timed out',
    source: 'https://github.com/NVIDIA/nvidia-docker/issues/644',
  },
  {
    kind: 'gpu-unknown-card',
    text: 'nvidia-container-cli: device error: 1: unknown device',
    source: 'https://github.com/ALFA-group/adversarial-code-generation/issues/1',
  },
  {
    kind: 'gpu-unknown-card',
    text: `${LEGACY}nvidia-container-cli: device error: GPU-e78e68c0-4e6a-737e-f9cc-4223fe50aead: unknown device`,
    source: 'libnvidia-container, src/cli/common.c select_devices: "%s: unknown device"',
  },
  {
    kind: 'gpu-forbidden',
    text: `${LEGACY}nvidia-container-cli: mount error: failed to add device rules: unable to find any existing device filters attached to the cgroup: bpf_prog_query(BPF_CGROUP_DEVICE) failed: operation not permitted`,
    source: 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/678',
  },
  {
    kind: 'gpu-forbidden',
    text: `${LEGACY}nvidia-container-cli: mount error: failed to add device rules: unable to generate new device filter program from existing programs: unable to create new device filters program: load program: invalid argument: 0: (69) r2 = *(u16 *)(r1 +0)`,
    source: 'https://github.com/NVIDIA/libnvidia-container/issues/256',
  },
  {
    kind: 'gpu-forbidden',
    text: 'nvidia-container-cli: initialization error: nvml error: insufficient permissions',
    source: 'https://github.com/NVIDIA/nvidia-docker/issues/1523',
  },
  {
    kind: 'gpu-forbidden',
    text: 'nvidia-container-cli: initialization error: open failed: /proc/sys/kernel/overflowuid: permission denied',
    source: 'https://github.com/NVIDIA/nvidia-container-runtime/issues/168',
  },
  {
    kind: 'gpu-toolkit-mode',
    text: "Auto-detected mode as 'csv'\ninvoking the NVIDIA Container Runtime Hook directly (e.g. specifying the docker --gpus flag) is not supported. Please use the NVIDIA Container Runtime (e.g. specify the --runtime=nvidia flag) instead.",
    source: 'https://github.com/NVIDIA/TensorRT-LLM/issues/799',
  },
  {
    kind: 'gpu-toolkit-broken',
    text: 'couldn\'t find binary nvidia-container-cli in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin : exec: "nvidia-container-cli": executable file not found in $PATH',
    source: 'https://github.com/NVIDIA/nvidia-docker/issues/1364',
  },
  {
    kind: 'gpu-failed',
    text: `${LEGACY}nvidia-container-cli: initialization error: driver rpc error: failed to process request`,
    source: 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/556',
  },
  {
    kind: 'gpu-failed',
    text: 'nvidia-container-cli: detection error: nvml error: unknown error',
    source: 'https://github.com/NVIDIA/nvidia-docker/issues/1505',
  },
  {
    kind: 'gpu-failed',
    text: 'nvidia-container-cli: ldcache error: process /sbin/ldconfig.real failed with error code: 1',
    source: 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/147',
  },
];

/** Whole texts of engines and runtimes about cards. */
export const ENGINE_TEXTS: readonly CardFaultText[] = [
  ...HOOK_TEXTS.flatMap(({ kind, text, source }) =>
    Object.values(hookOf).map((whole) => ({ kind, source, text: whole(text) })),
  ),
  {
    kind: 'gpu-driver-changed',
    text: 'OCI runtime create failed: container_linux.go:349: starting container process caused "process_linux.go:449: container init caused \\"process_linux.go:432: running prestart hook 1 caused \\\\\\"error running hook: exit status 1, stdout: , stderr: nvidia-container-cli: initialization error: nvml error: driver/library version mismatch\\\\\\\\n\\\\\\"\\"": unknown',
    source: 'https://github.com/NVIDIA/nvidia-docker/issues/1451',
  },
  {
    kind: 'gpu-missing',
    text: 'could not select device driver "nvidia" with capabilities: [[gpu]]',
    source: 'Docker 20.10.24, by running; moby, daemon/errors.go',
  },
  {
    kind: 'gpu-missing',
    text: 'could not select device driver "" with capabilities: [[gpu]]',
    source: 'https://github.com/docker/cli/issues/2425',
  },
  {
    kind: 'gpu-missing',
    text: 'could not select device driver "cdi" with capabilities: []',
    source: 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/434',
  },
  {
    kind: 'gpu-missing',
    text: 'failed to discover GPU vendor from CDI: no known GPU vendor found',
    source: 'https://github.com/ShaneIsrael/fireshare/issues/689 (Docker 29)',
  },
  {
    kind: 'gpu-missing',
    text: 'CDI device injection failed: no CDI specification directories specified',
    source: 'moby, daemon/cdi.go newCDIDeviceDriver',
  },
  {
    kind: 'gpu-toolkit-broken',
    text: 'exec: "nvidia-container-runtime-hook": executable file not found in $PATH',
    source: 'https://github.com/NVIDIA/nvidia-docker/issues/1337',
  },
  {
    kind: 'gpu-toolkit-broken',
    text: 'failed to create shim task: OCI runtime create failed: unable to retrieve OCI runtime error (open /run/containerd/io.containerd.runtime.v2.task/moby/88879e/log.json: no such file or directory): exec: "nvidia-container-runtime": executable file not found in $PATH: unknown',
    source: 'https://github.com/NVlabs/BundleSDF/issues/95',
  },
  {
    kind: 'gpu-toolkit-broken',
    text: 'OCI runtime create failed: unable to retrieve OCI runtime error (open /run/containerd/io.containerd.runtime.v1.linux/moby/1038f5/log.json: no such file or directory): fork/exec /usr/bin/nvidia-container-runtime: no such file or directory: unknown',
    source: 'https://github.com/NVIDIA/nvidia-docker/issues/1121',
  },
  {
    kind: 'gpu-toolkit-broken',
    text: 'OCI runtime create failed: unable to retrieve OCI runtime error (open /run/containerd/io.containerd.runtime.v1.linux/moby/af425d/log.json: no such file or directory): nvidia-container-runtime did not terminate sucessfully: 2019/07/23 17:28:30 ERROR: nvidia-container-runtime: inject NVIDIA hook: stat /usr/bin/nvidia-container-runtime-hook: no such file or directory\n: unknown',
    source: 'https://github.com/NVIDIA/nvidia-container-runtime/issues/68',
  },
  {
    kind: 'gpu-cdi-stale',
    text: 'CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=all',
    source: 'https://github.com/devnen/Chatterbox-TTS-Server/issues/5 (Docker)',
  },
  {
    kind: 'gpu-cdi-stale',
    text: 'setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=GPU-none',
    source: 'Podman 4.3.1, by running; 4.4.1 and later write the same (toolkit issue 146)',
  },
  {
    kind: 'gpu-cdi-stale',
    text: 'failed to create task for container: failed to create shim task: OCI runtime create failed: could not apply required modification to OCI specification: error modifying OCI spec: failed to inject CDI devices: unresolvable CDI devices nvidia.com/gpu=all: unknown',
    source: 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/434',
  },
  {
    kind: 'gpu-failed',
    text: 'failed to create task for container: failed to create shim task: OCI runtime create failed: could not apply required modification to OCI specification: error modifying OCI spec: failed to inject CDI devices: unresolvable CDI devices runtime.nvidia.com/gpu=all: unknown',
    source: 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/1537',
  },
  {
    kind: 'gpu-cdi-stale',
    text: 'setting up CDI devices: failed to inject devices: failed to stat CDI host device "/dev/dri/renderD129": no such file or directory',
    source: 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/885 (Podman)',
  },
  {
    kind: 'gpu-cdi-stale',
    text: 'CDI device injection failed: failed to inject devices: failed to stat CDI host device "/dev/nvidia-uvm": no such file or directory',
    source: 'moby, daemon/cdi.go; container-device-interface, pkg/cdi/container-edits_unix.go',
  },
  {
    kind: 'gpu-cdi-stale',
    text: 'crun: cannot stat `/lib64/libEGL_nvidia.so.550.54.14`: No such file or directory: OCI runtime attempted to invoke a command that was not found',
    source: 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/450',
  },
  {
    kind: 'gpu-cdi-stale',
    text: 'crun: cannot stat `/usr/lib/libnvidia-egl-wayland.so.1.1.13`: No such file or directory: OCI runtime attempted to invoke a command that was not found',
    source: 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/692 (Podman 5.2.2)',
  },
  {
    kind: 'gpu-cdi-stale',
    text: 'runc: runc create failed: unable to start container process: error during container init: error mounting "/usr/lib/libcuda.so.550.54.14" to rootfs at "/usr/lib/libcuda.so.550.54.14": stat /usr/lib/libcuda.so.550.54.14: no such file or directory: OCI runtime attempted to invoke a command that was not found',
    source: 'Podman 4.3.1 with runc 1.1.5, by running',
  },
  {
    kind: 'gpu-cdi-stale',
    text: 'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: failed to fulfil mount request: open /usr/lib/libnvidia-gtk3.so.610.43.03: no such file or directory',
    source: 'https://github.com/NVIDIA/nvidia-settings/issues/124 (runc 1.3)',
  },
  {
    kind: 'gpu-cdi-stale',
    text: 'crun: {"msg":"error executing hook `/usr/bin/nvidia-cdi-hook` (exit code: 1)","level":"error","time":"2025-10-22T10:04:55.559600Z"}: OCI runtime error',
    source: 'https://github.com/ublue-os/bluefin/issues/3454',
  },
  {
    kind: 'gpu-failed',
    text: 'error executing hook `/usr/bin/nvidia-container-runtime-hook` (exit code: 1): OCI runtime error',
    source: 'https://github.com/podman-container-tools/podman/issues/16094',
  },
];
