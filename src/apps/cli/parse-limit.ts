import { InvalidArgumentError } from 'commander';

const MAX_LIMIT = 100_000;

/** How many rows an option asks for: a whole number from 1 to 100000. @throws InvalidArgumentError */
export function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d{1,6}$/.test(text) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidArgumentError(`a whole number from 1 to ${MAX_LIMIT}`);
}
