import { readFileSync } from 'node:fs';

/**
 * Loaded before a hub, by an address `…?file=<name>`: sets the clock of its process ahead or back by the milliseconds
 * that stand in the file, from the moment the file says so. Running time (`performance.now`) goes on as it is, as when
 * somebody sets a machine's clock.
 */
const file = new URL(import.meta.url).searchParams.get('file') ?? '';
const now = Date.now.bind(Date);
let shiftMs = 0;

function look(): void {
  shiftMs = Number(readFileSync(file, 'utf8'));
}
look();
setInterval(look, 50).unref();

const shifted = (): number => now() + shiftMs;

// Everything that the hub loads later takes its time from here.
globalThis.Date = new Proxy(Date, {
  construct: (target, given: unknown[], made) =>
    Reflect.construct(target, given.length === 0 ? [shifted()] : given, made) as object,
  get: (target, name) => (name === 'now' ? shifted : (Reflect.get(target, name) as unknown)),
});
