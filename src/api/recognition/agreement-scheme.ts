import type { Agreement } from '../../domain/recognition/index.ts';

/** One scheme of an agreement. */
export type AgreementScheme = Agreement['schemes'][number];
