import { z } from 'zod';
import { HubError } from '../../domain/hub-error.ts';

const portSchema = z
  .string()
  .regex(/^\d{1,5}$/, 'a whole number')
  .transform(Number)
  .pipe(z.number().max(65_535));

/** Every variable the program reads. Nothing else in `src` looks at the environment. */
export const environmentSchema = z.object({
  /** `production` refuses what only development tolerates, such as a standalone MongoDB. */
  XINQIAO_MODE: z.enum(['development', 'production']).default('development'),
  XINQIAO_HUB_FILE: z.string().min(1).describe('path of the hub file (YAML): identity, connectors, partners'),
  XINQIAO_CONNECTORS_DIR: z
    .string()
    .min(1)
    .default('connectors')
    .describe('folder of sources, datasets and codes'),
  XINQIAO_MONGODB_URI: z.string().startsWith('mongodb').describe('MongoDB, a replica set in production'),
  XINQIAO_DATABASE: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,60}$/)
    .default('xinqiao'),
  XINQIAO_REDIS_URL: z
    .string()
    .startsWith('redis')
    .optional()
    .describe('Redis; without it delivery runs in direct mode'),
  XINQIAO_REDIS_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,60}$/)
    .default('xinqiao'),
  XINQIAO_HOST: z.string().default('127.0.0.1'),
  XINQIAO_PORT: portSchema.default(4_000),
  XINQIAO_PUBLIC_URL: z.url().optional().describe('base URL partners reach this hub by; signatures cover it'),
  XINQIAO_TRUSTED_PROXIES: z
    .string()
    .regex(/^[0-9a-fA-F.:/]+(, ?[0-9a-fA-F.:/]+)*$/)
    .optional()
    .describe('addresses or subnets of proxies whose X-Forwarded-For counts; quotas of the public go by it'),
  XINQIAO_SIGNING_KEY_FILE: z
    .string()
    .min(1)
    .describe('private key of Ed25519 or SM2, PKCS #8 PEM; xinqiao keys rotate writes beside it'),
  XINQIAO_SIGNING_KEY_ID: z.string().min(1).default('k1'),
  XINQIAO_FEEDBACK_SECRET_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('secret that keys row digests in quarantine'),
  XINQIAO_SUBGRAPH_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe('shared by gateway and subgraphs where they are separate processes'),
  XINQIAO_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** Parsed settings of one process. */
export type Config = Readonly<{
  mode: 'development' | 'production';
  hubFile: string;
  connectorsDir: string;
  mongodbUri: string;
  database: string;
  redisUrl: string | null;
  redisPrefix: string;
  host: string;
  port: number;
  publicUrl: string | null;
  trustedProxies: readonly string[];
  signingKeyFile: string;
  signingKeyId: string;
  feedbackSecretFile: string | null;
  subgraphSecret: string | null;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
}>;

/**
 * Parses the environment once, at start, and names every fault at once.
 *
 * @throws BAD_CONFIG with one line per faulty variable
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new HubError('BAD_CONFIG', 'config', `these settings are missing or wrong: ${faults.join('; ')}`, {
      details: { faults },
    });
  }
  const it = parsed.data;
  return {
    mode: it.XINQIAO_MODE,
    hubFile: it.XINQIAO_HUB_FILE,
    connectorsDir: it.XINQIAO_CONNECTORS_DIR,
    mongodbUri: it.XINQIAO_MONGODB_URI,
    database: it.XINQIAO_DATABASE,
    redisUrl: it.XINQIAO_REDIS_URL ?? null,
    redisPrefix: it.XINQIAO_REDIS_PREFIX,
    host: it.XINQIAO_HOST,
    port: it.XINQIAO_PORT,
    publicUrl: it.XINQIAO_PUBLIC_URL?.replace(/\/$/, '') ?? null,
    trustedProxies: it.XINQIAO_TRUSTED_PROXIES?.split(/, ?/) ?? [],
    signingKeyFile: it.XINQIAO_SIGNING_KEY_FILE,
    signingKeyId: it.XINQIAO_SIGNING_KEY_ID,
    feedbackSecretFile: it.XINQIAO_FEEDBACK_SECRET_FILE ?? null,
    subgraphSecret: it.XINQIAO_SUBGRAPH_SECRET ?? null,
    logLevel: it.XINQIAO_LOG_LEVEL,
  };
}

/** The settings as they may be printed: credentials inside addresses are hidden. */
export function redactConfig(config: Config): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      name === 'subgraphSecret' && value !== null
        ? '***'
        : typeof value === 'string'
          ? value.replace(/\/\/.*@/, '//***@')
          : value,
    ]),
  );
}
