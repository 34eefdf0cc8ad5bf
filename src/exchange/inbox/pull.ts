import type { z } from 'zod';
import { pullAnswerSchema, signatureSchema, type TransportReceipt } from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { postSigned } from '../partners/index.ts';
import { verifyDocument } from '../protocol/index.ts';
import { findIssued } from '../receipts/index.ts';
import { moveCursor, readCursor } from '../relay/index.ts';
import { takeIn, type TakeIn } from './take-in.ts';

const PULL_TIMEOUT_MS = 30_000;
const signedAnswerSchema = pullAnswerSchema.extend({ signature: signatureSchema });
type SignedAnswer = z.output<typeof signedAnswerSchema>;

async function returnReceipts(
  work: TakeIn,
  partner: PartnerTerms,
  transport: TransportReceipt,
): Promise<void> {
  const business = await findIssued(work.caller.database, partner.id, transport.envelopeId);
  const answer = await postSigned(work.caller, partner, {
    path: '/exchange/v1/receipts',
    body: JSON.stringify({ protocol: 'xinqiao/1', type: 'RETURN', transport, business }),
    idempotencyKey: transport.envelopeId,
    timeoutMs: PULL_TIMEOUT_MS,
  });
  if (answer.status !== 200 && answer.status !== 204) {
    throw new HubError(
      'PARTNER_REFUSED',
      'transient',
      `${partner.id} answered ${answer.status} to our receipts`,
    );
  }
}

/**
 * Fetches what a partner owes us, from where we stopped, until nothing is left. The position is stored after its
 * batch: a crash repeats a batch, which has no second effect.
 *
 * @returns records taken in, by their disposition
 * @throws PULL_ANSWER_INVALID, PARTNER_REFUSED and every code of the HTTP client
 */
export async function pullFrom(work: TakeIn, partner: PartnerTerms): Promise<Record<string, number>> {
  const { caller } = work;
  const cursor = `pull-${partner.id}`;
  const taken: Record<string, number> = {};
  for (;;) {
    const afterSeq = await readCursor(caller.database, cursor);
    const answer = await postSigned(caller, partner, {
      path: '/exchange/v1/pull',
      body: JSON.stringify({ protocol: 'xinqiao/1', puller: caller.directory.hub.id, afterSeq }),
      idempotencyKey: `pull-${afterSeq}`,
      timeoutMs: PULL_TIMEOUT_MS,
    });
    if (answer.status !== 200) {
      throw new HubError('PARTNER_REFUSED', 'transient', `${partner.id} answered ${answer.status} to a pull`);
    }
    const page = verifiedAnswer(work, partner, { body: answer.body, afterSeq });
    if (page.envelope !== null) {
      const body = Buffer.from(page.envelope, 'utf8');
      if (sha256Hex(body) !== page.digest) throw invalid(partner, 'its envelope does not match the digest');
      const receipt = await takeIn(work, partner, { body, messageId: null });
      for (const { disposition } of receipt.records) taken[disposition] = (taken[disposition] ?? 0) + 1;
      await returnReceipts(work, partner, receipt);
    }
    const moved = await moveCursor(caller.database, cursor, { from: afterSeq, to: page.throughSeq });
    if (moved && !page.more) return taken;
  }
}

function invalid(partner: PartnerTerms, why: string): HubError {
  return new HubError(
    'PULL_ANSWER_INVALID',
    'transient',
    `the answer of ${partner.id} to a pull is not usable: ${why}`,
  );
}

function parseAnswer(partner: PartnerTerms, body: Buffer): SignedAnswer {
  try {
    return signedAnswerSchema.parse(JSON.parse(body.toString('utf8')));
  } catch {
    throw invalid(partner, 'its form is wrong');
  }
}

/** The answer, if it is the partner's own and to exactly our question. */
function verifiedAnswer(
  work: TakeIn,
  partner: PartnerTerms,
  asked: { body: Buffer; afterSeq: number },
): SignedAnswer {
  const answer = parseAnswer(partner, asked.body);
  const { directory, database } = work.caller;
  const key = directory.findKey(partner, answer.signature.keyId, database.clock.now().getTime() / 1_000);
  if (key === null || !verifyDocument(answer, key)) throw invalid(partner, 'its signature does not verify');
  if (answer.puller !== directory.hub.id || answer.afterSeq !== asked.afterSeq) {
    throw invalid(partner, 'it answers another question');
  }
  const leadsOn =
    answer.throughSeq > asked.afterSeq || (answer.throughSeq === asked.afterSeq && !answer.more);
  if (!leadsOn) throw invalid(partner, 'it leads nowhere');
  return answer;
}
