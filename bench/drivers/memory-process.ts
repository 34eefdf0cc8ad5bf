import type { Driver } from './made-files.ts';
import { readAsHub } from './read-file.ts';

/**
 * Reads one file in a process of its own and prints in MiB the most memory that it took, and the heap that is in use after
 * a collection at the end: the first depends on when the collector finds time, the second does not.
 */
const [path = '', driver = 'csv'] = process.argv.slice(2);
await readAsHub(path, driver as Driver);
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1_024);
if (globalThis.gc === undefined) throw new Error('start this with --expose-gc');
globalThis.gc();
const heapMiB = Math.round(process.memoryUsage().heapUsed / 1_048_576);
process.stdout.write(JSON.stringify({ peakMiB, heapMiB }));
