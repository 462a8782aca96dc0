import type { DockerOptions } from 'dockerode';

/** Where an engine may listen (a `socket` may be a Windows named pipe); `origin` in plain words. */
export type EnginePlace =
  | { readonly kind: 'socket'; readonly path: string; readonly origin: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly origin: string }
  | { readonly kind: 'unsupported'; readonly address: string; readonly origin: string };

/** A place that can be dialled. */
export type ReachablePlace = Exclude<EnginePlace, { kind: 'unsupported' }>;

// The port that Docker's manual gives to TLS ("Protect the Docker daemon socket"); the certificates
// come from DOCKER_CERT_PATH, which the library reads by itself.
const TLS_PORT = 2376;

/** The library's options for a place. All are given, because it fills gaps from DOCKER_HOST. */
export function connectionOptions(place: ReachablePlace): DockerOptions {
  if (place.kind === 'socket') {
    return { socketPath: place.path, host: undefined, port: undefined, protocol: 'http' };
  }
  const protocol = place.port === TLS_PORT ? 'https' : 'http';
  return { socketPath: undefined, host: place.host, port: place.port, protocol };
}
