import type { DeliveryDocument } from '../../exchange/delivery/index.ts';
import type { HubStatus } from '../hub/index.ts';
import type { Corrections } from './sources/corrections.ts';
import type { PlatformFigures } from './figures.ts';
import { DEMO_PLATFORMS, type DemoPlatform } from './hub-files.ts';
import { runCommand, statusOf } from './hub-process.ts';
import type { DemoPlatforms } from './platforms/start-platforms.ts';
import { awaitDelivered, check, type Stage } from './steps.ts';

const LIMIT = '100000';

type Shown = { readonly partner: string; readonly key: string; readonly v: number };

/** What the city says of its deliveries to platforms, of all of them at once: each command is a program that starts. */
type Account = {
  readonly status: HubStatus;
  readonly rejected: readonly DeliveryDocument[];
  readonly withheld: readonly DeliveryDocument[];
  readonly held: readonly Shown[];
};

async function accountOf(stage: Stage): Promise<Account> {
  const { zibo } = stage.hubs;
  const ended = (state: string) =>
    runCommand<DeliveryDocument>(zibo, ['deliveries', 'list', '--state', state, '--limit', LIMIT, '--json']);
  const [rejected, withheld, held] = await Promise.all([
    ended('rejected'),
    ended('withheld'),
    runCommand<Shown>(zibo, ['partners', 'shows', ...DEMO_PLATFORMS, '--json']),
  ]);
  return { status: await statusOf(zibo), rejected, withheld, held };
}

function countBy<T>(items: readonly T[], name: (item: T) => string): Record<string, number> {
  const groups = Map.groupBy(items, name);
  return Object.fromEntries([...groups].map(([it, some]) => [it, some.length]));
}

type Found = { readonly figures: PlatformFigures; readonly same: boolean; readonly clean: boolean };

function figuresOf(account: Account, platforms: DemoPlatforms, id: DemoPlatform): Found {
  const status = account.status.partners.find((it) => it.id === id);
  const { accepted = 0, rejected = 0, withheld = 0 } = status?.deliveries ?? {};
  const here = <T extends { readonly partner: string }>(all: readonly T[]) =>
    all.filter((it) => it.partner === id);
  const codes = countBy(here(account.rejected), (it) => it.told?.code ?? '');
  const shown = platforms.shown(id);
  const held = here(account.held);
  const same = held.length === shown.size && held.every((it) => shown.get(it.key)?.version === it.v);
  const kept = here(account.withheld);
  const clean = kept.length > 0 && kept.every((it) => !shown.has(it.key));
  const late = status?.platform?.late ?? 0;
  const counts = { accepted, rejected, withheld, shown: shown.size, held: held.length, late };
  return { figures: { id, ...counts, codes }, same, clean };
}

/**
 * Shows what platforms that are not Xinqiao made of the city's records, and checks that each of them shows what it
 * accepted and nothing that must not be published.
 */
export async function platformsStep(
  stage: Stage,
  platforms: DemoPlatforms,
  corrections: Corrections,
): Promise<void> {
  for (const id of DEMO_PLATFORMS) await awaitDelivered(stage, stage.hubs.zibo, id);
  const account = await accountOf(stage);
  const found = DEMO_PLATFORMS.map((id) => figuresOf(account, platforms, id));
  stage.figures.platforms = found.map((it) => it.figures);
  const codesOf = (it: PlatformFigures) =>
    Object.entries(it.codes)
      .map(([code, count]) => `${code}: ${count}`)
      .join(', ');
  stage.terminal.table(
    ['平台 platform', 'accepted', 'rejected', 'codes', 'withheld', 'shown there', 'past due day'],
    stage.figures.platforms.map((it) => [
      it.id,
      it.accepted,
      it.rejected,
      codesOf(it),
      it.withheld,
      it.shown,
      it.late,
    ]),
  );
  const all = (holds: (it: (typeof found)[number]) => boolean): boolean =>
    found.length === DEMO_PLATFORMS.length && found.every(holds);
  check(
    stage,
    'each platform shows exactly what it accepted',
    all((it) => it.same && it.figures.held > 0),
  );
  check(
    stage,
    'each platform told us by 1001 which subjects it does not know',
    all((it) => (it.figures.codes['1001'] ?? 0) > 0),
  );
  check(
    stage,
    'no platform shows what must not be published',
    all((it) => it.clean),
  );
  const documents = DEMO_PLATFORMS.map((id) => [...platforms.shown(id).values()]);
  const { amount, number, withdrawn } = corrections;
  check(
    stage,
    `a correction reached each platform: ${amount.documentNo}`,
    documents.every((it) => it.some((row) => row.documentNo === amount.documentNo && row.version === 2)),
  );
  const gone = [number.before, withdrawn.documentNo];
  check(
    stage,
    `a withdrawal reached each platform: ${gone.join(', ')}`,
    documents.every((it) => it.every((row) => !gone.includes(row.documentNo))),
  );
}
