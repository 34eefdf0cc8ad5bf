import type { Driver } from './made-files.ts';
import { readAsHub } from './read-file.ts';

/** Reads one file in a process of its own and prints the most memory that took, in MiB. */
const [path = '', driver = 'csv'] = process.argv.slice(2);
await readAsHub(path, driver as Driver);
process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1_024)));
