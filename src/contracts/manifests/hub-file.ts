import { z } from 'zod';
import {
  bilingualSchema,
  calendarDaySchema,
  instantSchema,
  recordKindSchema,
  regionCodeSchema,
  slugSchema,
} from './primitives.ts';

const kindsSchema = z.union([z.literal('ALL'), z.array(recordKindSchema).min(1)]);

/** What a key signs by: Ed25519 (RFC 8032), or SM2 over SM3 with the user id `1234567812345678` (GB/T 32918.2). */
export const signatureAlgorithmSchema = z.enum(['ed25519', 'sm2']);

/** Characters of a public key in base64: raw, and as SubjectPublicKeyInfo. */
const KEY_LENGTHS: Readonly<Record<z.output<typeof signatureAlgorithmSchema>, readonly number[]>> = {
  ed25519: [44, 60],
  sm2: [88, 124],
};

/**
 * A partner's public key, valid for a span of time. That it stands in the hub file is a person's confirmation of its
 * fingerprint; later keys are taken from the partner's signed key statements.
 */
export const partnerKeySchema = z
  .strictObject({
    id: z.string().min(1).max(64),
    algorithm: signatureAlgorithmSchema,
    /** Base64: raw (32 bytes of Ed25519, point of 65 bytes of SM2) or SubjectPublicKeyInfo in DER. */
    publicKey: z.string().min(1).max(400),
    from: instantSchema,
    until: instantSchema.nullable().default(null),
    revokedAt: instantSchema.nullable().default(null),
  })
  .refine((key) => KEY_LENGTHS[key.algorithm].includes(key.publicKey.length), {
    path: ['publicKey'],
    error: 'base64 of a key of this algorithm: raw or SubjectPublicKeyInfo, on one line',
  });

/** What a partner subscribes to, beside what goes up to a parent by itself. */
export const subscriptionSchema = z.strictObject({
  kinds: kindsSchema,
  producerRegions: z.array(regionCodeSchema).optional(),
  subjectRegions: z.array(regionCodeSchema).optional(),
  mode: z.enum(['PUSH', 'PULL']),
});

/** Cost units a minute. One request of the largest cost must fit, or a partner could never ask it. */
const unitsSchema = z.int().min(100).max(1_000_000_000);

function isSafeAddress(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  );
}

/** Who may issue tokens to partners, beside this hub and the partners themselves. */
export const issuerSchema = z.strictObject({
  /** The claim `iss` of its tokens, compared as it stands. */
  id: z.string().min(1).max(200),
  /** Its public keys (RFC 7517): a file, or an address that is fetched and kept for a while. */
  jwks: z.union([
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({ url: z.url().refine(isSafeAddress, { error: 'https, or http on this machine' }) }),
  ]),
  /** Partners it may issue tokens for. */
  platforms: z.array(slugSchema).min(1),
});

const partnerTermsSchema = z.strictObject({
  id: slugSchema,
  name: bilingualSchema,
  relation: z.enum(['PARENT', 'CHILD', 'PEER']),
  region: regionCodeSchema,
  /** Public base URL of the partner's hub, without a trailing slash; absent for one that only calls us. */
  url: z.url().optional(),
  /** A platform that is not Xinqiao: folder below `connectors/platforms`, whose manifest has every other term. */
  platform: slugSchema.optional(),
  keys: z.array(partnerKeySchema).default([]),
  receives: subscriptionSchema.nullable().default(null),
  /** Most envelopes a second that the partner wants, over all processes of this hub; no bound when absent. */
  envelopesPerSecond: z.number().min(0.01).max(1_000).optional(),
  /** What the partner may send us; null: nothing. */
  sends: z
    .strictObject({ kinds: kindsSchema, producerRegions: z.array(regionCodeSchema).min(1) })
    .nullable()
    .default(null),
  /** We fetch from this partner by `seq`, at this interval in seconds. */
  pull: z
    .strictObject({ everySeconds: z.int().min(1).max(86_400) })
    .nullable()
    .default(null),
  /** What the partner may ask us, and for which purposes; null: nothing beyond the public channel. */
  query: z
    .strictObject({
      purposes: z.array(z.string().min(1)).min(1),
      scopes: z.array(z.string().min(1)).min(1),
      /** Regions whose authorities' records the partner may read beyond what is published; all when absent. */
      producerRegions: z.array(regionCodeSchema).min(1).optional(),
      /** Whether each request must bring a short-lived token; else, without one, its purpose field counts. */
      tokens: z.enum(['required', 'optional']).optional(),
      /** Cost units a minute for each purpose; the hub's `rates.partnerUnitsPerMinute` when absent. */
      unitsPerMinute: unitsSchema.optional(),
    })
    .nullable()
    .default(null),
  /** We may ask this partner's hub as a source of these datasets at query time. */
  ask: z
    .strictObject({
      datasets: z.array(z.string().min(1)).min(1),
      timeoutMs: z.int().min(50).max(30_000).default(3_000),
    })
    .nullable()
    .default(null),
});

/** What only a Xinqiao hub can be told: a platform speaks no such word. */
const HUB_ONLY = ['url', 'envelopesPerSecond', 'receives', 'sends', 'pull', 'query', 'ask'] as const;

/** A platform we exchange with and the terms under which we do. */
export const partnerSchema = partnerTermsSchema.superRefine((partner, context) => {
  const fault = (key: string, message: string) => {
    context.addIssue({ code: 'custom', path: [key], message });
  };
  if (partner.platform === undefined) {
    if (partner.keys.length === 0) fault('keys', 'a partner needs a key, or `platform` where it is no hub');
    return;
  }
  if (partner.relation !== 'PEER') fault('relation', 'a platform that is not Xinqiao is a PEER');
  if (partner.keys.length > 0) fault('keys', 'a platform that is not Xinqiao has no keys');
  for (const key of HUB_ONLY) {
    if (partner[key] !== undefined && partner[key] !== null)
      fault(key, 'only a hub has this: what a platform gets stands in its manifest');
  }
});

/** A recognition agreement: under which terms a result of one region has effect in another. */
export const agreementSchema = z.strictObject({
  number: z.string().min(1),
  version: z.int().positive(),
  parties: z.array(slugSchema).min(2),
  kinds: z.array(recordKindSchema).min(1),
  schemes: z.array(
    z.strictObject({ scheme: z.string().min(1), gradeMapping: z.record(z.string(), z.string()).optional() }),
  ),
  purposes: z.array(z.string().min(1)).min(1),
  from: calendarDaySchema,
  until: calendarDaySchema,
  decidedBy: z.string().min(1),
});

const hubTermsSchema = z.strictObject({
  apiVersion: z.literal('xinqiao/v1'),
  kind: z.literal('Hub'),
  id: slugSchema,
  name: bilingualSchema,
  level: z.enum(['DISTRICT', 'CITY', 'PROVINCE']),
  region: regionCodeSchema,
  /** Sole traders (codes that begin with 92) as a group: `off` refuses them all. */
  soleTraders: z.enum(['on', 'off']).default('on'),
  connectors: z.array(slugSchema).default([]),
  partners: z.array(partnerSchema).default([]),
  agreements: z.array(agreementSchema).default([]),
  issuers: z.array(issuerSchema).optional(),
  /** What may be asked of the query interface in a minute, in cost units; 60,000 and 600,000 when absent. */
  rates: z
    .strictObject({
      /** For each class of addresses of the public channel: a /24 of IPv4, a /56 of IPv6. */
      publicUnitsPerMinute: unitsSchema.optional(),
      /** For each partner and purpose. */
      partnerUnitsPerMinute: unitsSchema.optional(),
    })
    .optional(),
  /** A correction or withdrawal that a holder has not confirmed after so many hours is overdue. */
  recall: z
    .strictObject({ overdueAfterHours: z.number().min(0).max(8_760).default(24) })
    .default({ overdueAfterHours: 24 }),
});

/** What one hub is: its identity, its connectors, its partners and the agreements it holds. */
export const hubFileSchema = hubTermsSchema.superRefine((hub, context) => {
  const known = new Set(hub.partners.map((it) => it.id));
  const taken = new Set([hub.id, ...known]);
  hub.issuers?.forEach((issuer, place) => {
    const fault = (key: string, message: string) => {
      context.addIssue({ code: 'custom', path: ['issuers', place, key], message });
    };
    if (taken.has(issuer.id)) fault('id', `${issuer.id} is the hub, a partner or an issuer above`);
    taken.add(issuer.id);
    const strangers = issuer.platforms.filter((it) => !known.has(it));
    if (strangers.length > 0) fault('platforms', `no such partner: ${strangers.join(', ')}`);
  });
});

/** A parsed hub file. */
export type HubFile = z.output<typeof hubFileSchema>;
/** A partner as the hub file declares it. */
export type PartnerTerms = z.output<typeof partnerSchema>;
/** A public key of a partner. */
export type PartnerKey = z.output<typeof partnerKeySchema>;
/** A recognition agreement as the hub file declares it. */
export type AgreementTerms = z.output<typeof agreementSchema>;
/** An issuer of tokens as the hub file declares it. */
export type IssuerTerms = z.output<typeof issuerSchema>;
