import { MongoBulkWriteError, MongoServerError } from 'mongodb';

const DUPLICATE_KEY = 11_000;

/** Whether a write failed only because its unique key is there already: the write had its effect before. */
export function isDuplicateKey(error: unknown): boolean {
  if (error instanceof MongoBulkWriteError) {
    const failures = [error.writeErrors].flat();
    return failures.length > 0 && failures.every((failure) => failure.code === DUPLICATE_KEY);
  }
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** Places in an unordered insertMany whose key was there already; throws anything else. */
export function duplicatePlaces(error: unknown): number[] {
  if (error instanceof MongoBulkWriteError && isDuplicateKey(error)) {
    return [error.writeErrors].flat().map((failure) => failure.index);
  }
  throw error;
}
