import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECCOMP_FILE, SECCOMP_PROFILE } from '../../app/containers/seccomp.ts';

/*
 * Writes the filter of system calls as a file, for engines that read it from one:
 * `node build/guard/seccomp.ts`. A test keeps it equal to the code.
 */
const folder = join(import.meta.dirname, '../../assets/guard');
writeFileSync(join(folder, SECCOMP_FILE), SECCOMP_PROFILE);
