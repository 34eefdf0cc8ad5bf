import {
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import { HubError, toHubError } from '../../domain/hub-error.ts';

function isAway(error: unknown): boolean {
  if (!(error instanceof MongoError)) return false;
  const gone = [
    MongoNetworkError,
    MongoNotConnectedError,
    MongoServerSelectionError,
    MongoTopologyClosedError,
  ].some((it) => error instanceof it);
  return gone || error.hasErrorLabel('RetryableWriteError');
}

/**
 * The HubError inside an unknown thrown value. A database that is away, or has just changed its primary, is a fault
 * that passes (STORE_UNREACHABLE) and no defect: whoever asked asks again.
 */
export function hubErrorOf(error: unknown): HubError {
  if (!isAway(error)) return toHubError(error);
  return new HubError('STORE_UNREACHABLE', 'transient', 'the database does not answer: ask again later', {
    cause: error,
  });
}
