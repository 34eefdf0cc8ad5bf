import type { SourceRow } from './decisions.ts';
import { writeLicences, writePenalties, type World, type WorldPlaces } from './world.ts';

/** What was changed at the sources, for the demo to look for. */
export type Corrections = {
  /** Document number of the penalty whose amount changed, and the amount in 万元 with six places. */
  readonly amount: { readonly documentNo: string; readonly fineWanYuan: string };
  /** Document numbers of the penalty that was numbered wrongly, before and after. */
  readonly number: { readonly before: string; readonly after: string };
  /** Document number of the licence that was withdrawn. */
  readonly withdrawn: { readonly documentNo: string };
};

function changed(rows: readonly SourceRow[], place: number, change: SourceRow): SourceRow[] {
  return rows.map((row, at) => (at === place ? { ...row, ...change } : row));
}

/**
 * Corrects at the departments: one penalty's amount, another's document number, and withdraws one licence by its
 * declared column. Places 0 to 2 carry no seeded fault.
 */
export async function applyCorrections(world: World, places: WorldPlaces): Promise<Corrections> {
  const [first, , third] = world.penalties;
  const [, licence] = world.licences;
  const before = third?.CF_WSH ?? '';
  const after = before.replace(/(\d+)号$/, '$1-1号');
  const amended = changed(changed(world.penalties, 0, { CF_NR_FK: '6.66' }), 2, { CF_WSH: after });
  const last = amended.length - 2;
  await writePenalties(places, changed(amended, last, { CF_NR_FK: '6.66' }));
  await writeLicences(places, changed(world.licences, 1, { SFCX: '1' }));
  return {
    amount: { documentNo: first?.CF_WSH ?? '', fineWanYuan: '6.660000' },
    number: { before, after },
    withdrawn: { documentNo: licence?.XK_WSH ?? '' },
  };
}
