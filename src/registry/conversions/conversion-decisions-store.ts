import type { HubDatabase } from '../../infra/mongo/index.ts';
import { conversionModel } from './conversion-store.ts';
import type { ConversionDocument } from './conversion.ts';

/** Where two persons decided that codes lead, by the id of the conversion. */
export async function findDecided(
  database: HubDatabase,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const found = await conversionModel
    .in(database)
    .find<Pick<ConversionDocument, '_id' | 'uscc'>>(
      { _id: { $in: [...ids] }, state: 'converted', by: 'persons' },
      { projection: { uscc: 1 } },
    )
    .toArray();
  return new Map(found.flatMap(({ _id, uscc }) => (uscc === null ? [] : [[_id, uscc] as const])));
}

/** Notes what one person says of a code that waits; a second one decides. @returns whether it waited */
export async function requestConversion(
  database: HubDatabase,
  id: string,
  request: { readonly uscc: string; readonly reason: string; readonly by: string },
): Promise<boolean> {
  const { uscc, reason, by } = request;
  const said = {
    uscc: { $literal: uscc },
    reason: { $literal: reason },
    requestedBy: { $literal: by },
    requestedAt: '$$NOW',
    decidedBy: null,
    decidedAt: null,
  };
  const { modifiedCount } = await conversionModel
    .in(database)
    .updateOne({ _id: id, state: { $in: ['waiting', 'conflict'] } }, [
      { $set: { state: 'requested', request: said } },
    ]);
  return modifiedCount === 1;
}

/** Notes the second person's decision. @returns whether somebody asked and nobody decided meanwhile */
export async function decideConversion(
  database: HubDatabase,
  id: string,
  decision: { readonly by: string; readonly approved: boolean },
): Promise<boolean> {
  const { by, approved } = decision;
  const { modifiedCount } = await conversionModel.in(database).updateOne({ _id: id, state: 'requested' }, [
    {
      $set: {
        ...(approved
          ? { state: 'converted', by: 'persons', uscc: '$request.uscc', convertedAt: '$$NOW' }
          : { state: 'waiting' }),
        'request.decidedBy': { $literal: by },
        'request.decidedAt': '$$NOW',
      },
    },
  ]);
  return modifiedCount === 1;
}
