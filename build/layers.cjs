/**
 * Who may import whom (CONTRIBUTING.md, "The house"). Read by `npm run lint` (dependency-cruiser) and by
 * test/unit/architecture.test.ts, which proves that each rule really bites.
 */

/** Rooms of the host. Each may use contract, storage, platform and its own files, nothing else. */
const rooms = [
  'gpu',
  'benchmark',
  'availability',
  'network',
  'jobs',
  'containers',
  'wallet',
  'earnings',
  'activity',
  'doctor',
  'owner-api',
  'resources',
  'telemetry',
  'power',
];

/** Each outside library has one adapter folder or file: the only place that imports it. */
const libraries = {
  dockerode: '^app/adapters/docker/',
  '@solana/web3.js': '^app/adapters/solana/',
  'node-nvidia-smi': '^app/adapters/nvidia-smi',
  systeminformation: '^app/adapters/system-information',
  ws: '^app/(adapters/web-socket|serve/)',
  '@solana/surfpool-': '^app/network/practice/',
  aws4fetch: '^app/adapters/s3-signer',
  'fast-xml-parser': '^app/adapters/outside/',
  koffi: '^app/adapters/ffi\\.ts',
  'tar-stream': '^app/adapters/tar\\.ts',
};

const roomRules = rooms.map((room) => ({
  name: `room-${room}`,
  comment: `app/${room} receives what it needs from other rooms in its constructor`,
  severity: 'error',
  from: { path: `^app/${room}/` },
  to: {
    path: '^(app|main|renderer)/',
    pathNot: `^app/(contract|storage|platform|adapters|${room})/|^app/jobs/(door-ports|ports|tunnel-port)\\.ts$`,
  },
}));

/** Whoever implements a port imports its types from the room that states it, and only types. */
const portRule = {
  name: 'ports-are-types',
  severity: 'error',
  from: { path: '^app/(?!jobs/)' },
  to: { path: '^app/jobs/(door-ports|ports|tunnel-port)\\.ts$', dependencyTypesNot: ['type-only'] },
};

const libraryRules = Object.entries(libraries).map(([library, home]) => ({
  name: `library-${library}`,
  comment: `${library} is imported in its one adapter alone`,
  severity: 'error',
  from: { pathNot: home },
  to: { path: `(^|node_modules/)${library.replace('/', '\\/')}` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'contract-is-leaf',
      severity: 'error',
      from: { path: '^app/contract/' },
      to: { path: '.', pathNot: '^app/contract/|node_modules/zod' },
    },
    ...['storage', 'platform', 'adapters'].map((base) => ({
      name: `base-${base}`,
      severity: 'error',
      from: { path: `^app/${base}/` },
      to: { path: '^(app|main|renderer)/', pathNot: `^app/(contract|platform|${base})/` },
    })),
    {
      name: 'serve',
      severity: 'error',
      from: { path: '^app/serve/' },
      to: { path: '^(app|main|renderer)/', pathNot: '^app/(contract|serve)/' },
    },
    ...roomRules,
    portRule,
    ...libraryRules,
    {
      name: 'renderer-sees-the-contract-only',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(app|main|build|test)/', pathNot: '^app/contract/' },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'app-has-no-shell',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^(main|renderer|build|test)/|node_modules/(electron|react)' },
    },
    {
      name: 'electron-in-main-alone',
      severity: 'error',
      from: { pathNot: '^main/' },
      to: { path: '(^|node_modules/)electron(/|$)' },
    },
    {
      name: 'main-uses-app',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: '^(renderer|build|test)/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs'] },
  },
};
