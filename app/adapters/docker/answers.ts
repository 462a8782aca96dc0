import { z } from 'zod';

/** Answers of the Docker Engine API, as far as Offpeak reads them. */

const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

export const Version = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  Platform: z.object({ Name: z.string() }).optional(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});

export const Info = z.object({
  OperatingSystem: z.string().optional(),
  OSType: z.string().optional(),
  Driver: z.string().optional(),
  DriverStatus: z.array(z.array(z.string())).nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
  DockerRootDir: z.string().optional(),
  CDISpecDirs: z.array(z.string()).nullish(),
  DiscoveredDevices: z.array(z.object({ ID: z.string().optional() })).nullish(),
  MemTotal: z.number(),
  NCPU: z.number(),
  MemoryLimit: z.boolean().optional(),
  PidsLimit: z.boolean().optional(),
  CpuCfsQuota: z.boolean().optional(),
});

/** What Podman says of itself in its own API, and not in Docker's. */
export const PodmanInfo = z.object({
  host: z.object({
    cgroupVersion: z.string(),
    cgroupControllers: z.array(z.string()).nullish(),
    security: z.object({ rootless: z.boolean() }),
  }),
});

export const Image = z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish() });

export const Created = z.object({ Id: z.string() });

export const Container = z.object({
  Id: z.string(),
  Config: z.object({ StopSignal: z.string().optional(), Labels: labels }),
  HostConfig: z.object({ NetworkMode: z.string().optional() }).optional(),
  SizeRw: z.number().nullish(),
  Mounts: z
    .array(z.object({ Type: z.string(), Name: z.string().optional(), RW: z.boolean() }))
    .nullish(),
  NetworkSettings: z
    .object({
      Ports: z
        .record(
          z.string(),
          z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable(),
        )
        .nullish(),
      Networks: z.record(z.string(), z.object({ IPAddress: z.string() })).nullish(),
    })
    .optional(),
  State: z.object({
    Status: z.string(),
    Running: z.boolean(),
    OOMKilled: z.boolean(),
    ExitCode: z.number(),
    StartedAt: z.string(),
    FinishedAt: z.string(),
  }),
});

export const Containers = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    State: z.string(),
    Labels: labels,
  }),
);

export const Networks = z.array(z.object({ Id: z.string(), Name: z.string(), Labels: labels }));

export const Volume = z.object({ Name: z.string(), Labels: labels });

export const Volumes = z.object({
  Volumes: z
    .array(Volume)
    .nullish()
    .transform((value) => value ?? []),
});

/** How a program goes that was started in a container; the code is null while it runs. */
export const ExecState = z.object({ Running: z.boolean(), ExitCode: z.number().nullable() });

/** Volumes with what they hold, in bytes; -1 where the engine does not know. */
export const DiskUse = z.object({
  Volumes: z
    .array(
      z.object({
        Name: z.string(),
        UsageData: z.object({ Size: z.number() }).nullish(),
      }),
    )
    .nullish(),
});

/** One line of the progress of a pull or a load. */
export const ProgressLine = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z
    .object({ current: z.number().optional(), total: z.number().optional() })
    .optional(),
  error: z.string().optional(),
});
