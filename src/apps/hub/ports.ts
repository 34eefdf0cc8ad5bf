import { countDeliveries } from '../../exchange/delivery/index.ts';
import { listHolders } from '../../exchange/holders/index.ts';
import { listStatements } from '../../exchange/reconciliation/index.ts';
import { countQuarantineByRule } from '../../intake/quarantine/index.ts';
import { findLastRun, findRun, listRuns } from '../../intake/pipeline/index.ts';
import { readSample } from '../../intake/stage/index.ts';
import type { ApiParts } from '../../api/gateway/index.ts';
import type { HubParts } from './hub-parts.ts';
import { listWaiting } from './list-waiting.ts';
import type { ServedSources } from './load-sources.ts';

/**
 * What the query interface asks of the rooms that deliver and take in.
 *
 * @param served what it is served from; what is served now where absent
 */
export function apiParts(parts: HubParts, served: ServedSources = parts.sources.current): ApiParts {
  const { database, hub, caller, log } = parts;
  const { catalogue, liveSources, connectors } = served;
  return {
    database,
    hub,
    catalogue,
    liveSources,
    caller,
    log,
    exchange: {
      async countDeliveries() {
        const counted = await Promise.all(
          hub.partners.map(async (it) =>
            Object.entries(await countDeliveries(database, it.id)).map(([state, count]) => ({
              partner: it.id,
              state,
              count,
            })),
          ),
        );
        return counted.flat();
      },
      findHolders: (key) => listHolders(database, hub, key),
      async listStatements(partner, limit) {
        const kept = await listStatements(database, partner, limit);
        return kept.map(({ _id: id, at, equal, statement }) => ({ id, at, equal, statement }));
      },
    },
    operations: {
      listConnectors: () =>
        Promise.all(
          connectors.map(async ({ metadata, mode, gate, revision }) => ({
            id: metadata.id,
            title: metadata.title,
            dataset: metadata.dataset.replace(/@\d+$/, ''),
            mode,
            region: metadata.owner.region,
            lastRunAt: (await findLastRun(database, metadata.id))?.startedAt ?? null,
            staleAfterSeconds: gate.freshness?.warn ?? null,
            revision,
          })),
        ),
      listConnectorFaults: () => Promise.resolve(parts.sources.faults),
      listRuns: (query) => listRuns(database, query),
      findRun: (id) => findRun(database, id),
      listRunChanges: (id) => readSample(database, id),
      countQuarantine: () => countQuarantineByRule(database),
      listQuarantine: (query) => listWaiting(database, query),
    },
  };
}
