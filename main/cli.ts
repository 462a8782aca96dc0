import { enableCompileCache } from 'node:module';

// Before anything else is loaded: sources are stripped and compiled once, not at every start.
enableCompileCache();
const { main } = await import('./command-line.ts');
process.exitCode = await main(process.argv.slice(2));
