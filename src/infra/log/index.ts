import { destination, pino, type Logger as PinoLogger } from 'pino';

/** Structured log, one JSON line an event, on standard error. Never give it a row, a value of a row, or a token. */
export type Logger = PinoLogger;

/**
 * Opens the log of one process.
 *
 * @param bound facts that stand on every line, such as the hub's id
 */
export function openLog(level: string, bound: Readonly<Record<string, unknown>> = {}): Logger {
  return pino(
    { level, base: { ...bound }, timestamp: () => `,"at":"${new Date().toISOString()}"` },
    destination(2),
  );
}

/** A log that keeps nothing, for tools whose standard error belongs to a person. */
export function silentLog(): Logger {
  return pino({ level: 'silent' });
}
