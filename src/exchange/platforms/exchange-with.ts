import type { PartnerTerms, Platform } from '../../contracts/manifests/index.ts';
import { dayInShanghai, type CalendarDay } from '../../domain/calendar/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { Caller } from '../partners/index.ts';
import type { PlatformLink } from './platform-link.ts';

/** Everything the exchange with one platform that is not Xinqiao works with. */
export type ExchangeWith = {
  readonly caller: Caller;
  readonly partner: PartnerTerms;
  readonly platform: Platform;
  readonly catalogue: Catalogue;
  readonly link: PlatformLink;
  readonly log: Logger;
};

/** Today in Asia/Shanghai, by the database's clock. */
export function todayOf(on: Pick<ExchangeWith, 'caller'>): CalendarDay {
  return dayInShanghai(on.caller.database.clock.now());
}
