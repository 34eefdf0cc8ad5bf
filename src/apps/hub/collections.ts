import { revocationModel } from '../../api/access/index.ts';
import { generationModel, generationPinModel, generationTextModel } from '../../api/generations/index.ts';
import { deliveryModel, envelopeModel } from '../../exchange/delivery/index.ts';
import { healthModel, paceModel } from '../../exchange/health/index.ts';
import { holdingModel } from '../../exchange/holders/index.ts';
import { inboxModel } from '../../exchange/inbox/index.ts';
import { nonceModel, partnerKeyModel } from '../../exchange/partners/index.ts';
import { termsModel } from '../../exchange/recall/index.ts';
import { platformRowModel } from '../../exchange/platforms/index.ts';
import { issuedReceiptModel } from '../../exchange/receipts/index.ts';
import { statementModel, sumsModel } from '../../exchange/reconciliation/index.ts';
import { cursorModel } from '../../exchange/relay/index.ts';
import { passBackModel, personNoticeModel } from '../../exchange/word-back/index.ts';
import { feedbackModel } from '../../intake/feedback/index.ts';
import { runModel, connectorStateModel } from '../../intake/pipeline/index.ts';
import { quarantineModel } from '../../intake/quarantine/index.ts';
import { scheduleModel } from '../../intake/schedules/index.ts';
import { stageModel } from '../../intake/stage/index.ts';
import type { ensureIndexes } from '../../infra/mongo/index.ts';
import { auditModel } from '../../registry/audit/index.ts';
import { changeModel } from '../../registry/changes/index.ts';
import { conversionModel } from '../../registry/conversions/index.ts';
import { leaseModel } from '../../registry/leases/index.ts';
import { recordModel } from '../../registry/records/index.ts';
import { subjectModel } from '../../registry/subjects/index.ts';

/** Every collection of a hub, each declared by the closet that owns it. */
export const COLLECTIONS = [
  auditModel,
  changeModel,
  connectorStateModel,
  conversionModel,
  cursorModel,
  deliveryModel,
  envelopeModel,
  feedbackModel,
  generationModel,
  generationPinModel,
  generationTextModel,
  healthModel,
  holdingModel,
  inboxModel,
  issuedReceiptModel,
  leaseModel,
  nonceModel,
  paceModel,
  partnerKeyModel,
  passBackModel,
  personNoticeModel,
  platformRowModel,
  quarantineModel,
  recordModel,
  revocationModel,
  runModel,
  scheduleModel,
  stageModel,
  statementModel,
  subjectModel,
  termsModel,
  sumsModel,
] as unknown as Parameters<typeof ensureIndexes>[1];
