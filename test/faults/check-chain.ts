import {
  checkLink,
  CHECKER_NAMES,
  countBooks,
  NOTHING_FOUND,
  type Books,
  type CheckerName,
  type Link,
  type Violations,
} from './checkers.ts';
import type { Observer } from './evidence.ts';
import { acceptedOf, readHistory } from './history.ts';
import type { WorldHub } from './hub-world.ts';

/** What the checkers found over a whole chain. */
export type ChainResult = {
  /** Versions that the history says were acknowledged. */
  readonly accepted: number;
  readonly violations: Readonly<Record<CheckerName, Violations>>;
  readonly books: Readonly<Record<string, Books>>;
};

/** Reads both ends of each link of a chain and checks them. */
export async function checkChain(
  observer: Observer,
  hubs: readonly WorldHub[],
  historyFile: string,
): Promise<ChainResult> {
  const accepted = acceptedOf(readHistory(historyFile));
  const evidence = await Promise.all(hubs.map((it) => observer.read(it.database, it.id)));
  const links = hubs.slice(1).flatMap((hub, at): Link[] => {
    const [sender, receiver] = [evidence[at], evidence[at + 1]];
    if (sender === undefined || receiver === undefined) return [];
    const answers = hub.proxy?.sightings().answers ?? new Map<string, ReadonlySet<string>>();
    // What a hub in the middle owes is what it holds itself; the end is measured by the feeder's history.
    const owed =
      at === 0
        ? accepted
        : sender.records.flatMap(({ key, versions }) => versions.map((it) => ({ key, ...it })));
    return [{ accepted: owed, sender, receiver, receiverKey: hub.publicKey, answers }];
  });
  const found = links.map(checkLink);
  const ends = evidence.at(-1);
  const first = links[0];
  const endToEnd = first === undefined || ends === undefined ? null : checkLink({ ...first, receiver: ends });
  const violations = { ...NOTHING_FOUND };
  for (const name of CHECKER_NAMES) {
    const sentences = [
      ...found.flatMap((it) => it[name]),
      ...(name === 'lost' ? (endToEnd?.lost ?? []) : []),
    ];
    violations[name] = [...new Set(sentences)];
  }
  const books = Object.fromEntries(
    links.map((it) => [`${it.sender.hub}→${it.receiver.hub}`, countBooks(it)]),
  );
  return { accepted: accepted.length, violations, books };
}
