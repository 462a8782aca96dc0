/** The package has no types of its own. It calls back more than once when the XML is broken. */
declare module 'node-nvidia-smi' {
  function nvidiaSmi(callback: (error: unknown, log?: unknown) => void): void;
  export = nvidiaSmi;
}
