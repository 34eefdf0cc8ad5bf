import type { HubFile, PartnerTerms } from '../../contracts/manifests/index.ts';

/** The four hubs of the demo. */
export const DEMO_HUBS = ['zhoucun', 'zibo', 'shandong', 'zhanjiang'] as const;
/** One word of {@link DEMO_HUBS}. */
export type DemoHub = (typeof DEMO_HUBS)[number];

/** The purpose for which the partner of another region asks. */
export const DEMO_PURPOSE = 'PUBLIC_RESOURCE_TRADING';

/** What the hub files need to know of each hub. */
export type HubFacts = Readonly<Record<DemoHub, { readonly url: string; readonly publicKey: string }>>;

const NAMES: Readonly<Record<DemoHub, HubFile['name']>> = {
  zhoucun: { zh: '周村区公共信用信息平台', en: 'Zhoucun district' },
  zibo: { zh: '淄博市公共信用信息平台', en: 'Zibo city' },
  shandong: { zh: '山东省公共信用信息平台', en: 'Shandong province' },
  zhanjiang: { zh: '湛江市公共信用信息平台', en: 'Zhanjiang city' },
};

const PLACES: Readonly<Record<DemoHub, Pick<HubFile, 'level' | 'region'>>> = {
  zhoucun: { level: 'DISTRICT', region: '370306' },
  zibo: { level: 'CITY', region: '370300' },
  shandong: { level: 'PROVINCE', region: '370000' },
  zhanjiang: { level: 'CITY', region: '440800' },
};

const CONNECTORS: Readonly<Record<DemoHub, string[]>> = {
  zhoucun: ['zc-register', 'zc-penalty', 'zc-licence', 'zc-frxzcf', 'zc-tax-grade', 'zc-housing'],
  zibo: ['zd-penalty'],
  shandong: [],
  zhanjiang: [],
};

const AGREEMENT: HubFile['agreements'][number] = {
  number: '鲁湛信互认〔2026〕1号',
  version: 2,
  parties: ['shandong', 'zhanjiang'],
  kinds: ['EVALUATION'],
  schemes: [{ scheme: 'TAX_CREDIT', gradeMapping: { A: 'A', B: 'B' } }],
  purposes: [DEMO_PURPOSE],
  from: '2026-01-01',
  until: '2027-12-31',
  decidedBy: '鲁湛信用合作联席会议',
};

const SCOPES = ['read:licence', 'read:penalty', 'read:evaluation', 'read:commendation'];

function partner(
  id: DemoHub,
  facts: HubFacts,
  terms: Partial<PartnerTerms> & Pick<PartnerTerms, 'relation'>,
): PartnerTerms {
  return {
    id,
    name: NAMES[id],
    region: PLACES[id].region,
    url: facts[id].url,
    keys: [
      {
        id: 'k1',
        algorithm: 'ed25519',
        publicKey: facts[id].publicKey,
        from: '2026-01-01T00:00:00.000Z',
        until: null,
        revokedAt: null,
      },
    ],
    receives: null,
    sends: null,
    pull: null,
    query: null,
    ask: null,
    ...terms,
  };
}

function partnersOf(hub: DemoHub, facts: HubFacts): PartnerTerms[] {
  switch (hub) {
    case 'zhoucun':
      return [
        partner('zibo', facts, {
          relation: 'PARENT',
          sends: { kinds: 'ALL', producerRegions: ['370300'] },
          pull: { everySeconds: 2 },
        }),
        partner('shandong', facts, {
          relation: 'PEER',
          query: { purposes: [DEMO_PURPOSE], scopes: SCOPES },
        }),
      ];
    case 'zibo':
      return [
        partner('zhoucun', facts, {
          relation: 'CHILD',
          receives: { kinds: 'ALL', subjectRegions: ['370306'], mode: 'PULL' },
          sends: { kinds: 'ALL', producerRegions: ['370306'] },
        }),
        partner('shandong', facts, { relation: 'PARENT' }),
      ];
    case 'shandong':
      return [
        partner('zibo', facts, { relation: 'CHILD', sends: { kinds: 'ALL', producerRegions: ['370300'] } }),
        partner('zhoucun', facts, {
          relation: 'PEER',
          ask: { datasets: ['housing_presale'], timeoutMs: 3_000 },
        }),
        partner('zhanjiang', facts, {
          relation: 'PEER',
          query: { purposes: [DEMO_PURPOSE], scopes: SCOPES },
        }),
      ];
    case 'zhanjiang':
      return [partner('shandong', facts, { relation: 'PEER' })];
  }
}

/** The hub file of one hub: what an operator would write by hand. */
export function hubFileOf(hub: DemoHub, facts: HubFacts): HubFile {
  return {
    apiVersion: 'xinqiao/v1',
    kind: 'Hub',
    id: hub,
    name: NAMES[hub],
    ...PLACES[hub],
    soleTraders: 'on',
    connectors: CONNECTORS[hub],
    partners: partnersOf(hub, facts),
    agreements: hub === 'shandong' || hub === 'zhanjiang' ? [AGREEMENT] : [],
    recall: { overdueAfterHours: 24 },
  };
}

/** The platforms that are not Xinqiao to which the city delivers, by their folder below `connectors/platforms`. */
export const DEMO_PLATFORMS = ['zibo-credit', 'enterprise-publicity', 'resource-trading'] as const;
/** One word of {@link DEMO_PLATFORMS}. */
export type DemoPlatform = (typeof DEMO_PLATFORMS)[number];

const PLATFORM_NAMES: Readonly<Record<DemoPlatform, HubFile['name']>> = {
  'zibo-credit': { zh: '信用中国（山东淄博）', en: 'Credit China (Zibo)' },
  'enterprise-publicity': { zh: '企业信息公示系统', en: 'Enterprise publicity system' },
  'resource-trading': { zh: '淄博市公共资源交易中心', en: 'Public-resource trading centre' },
};

/** A platform that is not Xinqiao as a partner of the city: its manifest has every other term. */
export function platformPartner(id: DemoPlatform): PartnerTerms {
  return {
    id,
    platform: id,
    name: PLATFORM_NAMES[id],
    relation: 'PEER',
    region: PLACES.zibo.region,
    keys: [],
    receives: null,
    sends: null,
    pull: null,
    query: null,
    ask: null,
  };
}

/** Chinese name of a hub. */
export function hubName(hub: DemoHub): string {
  return NAMES[hub].zh;
}
