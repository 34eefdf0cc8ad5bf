import { findRule } from '../../domain/rules.ts';
import type { RunReceipt } from '../../intake/pipeline/index.ts';

/** A run's receipt for a person. */
export function receiptLines(receipt: RunReceipt): string {
  const { read, accepted, unchanged, quarantined, refused } = receipt;
  const rules = Object.entries(receipt.findingsByRule).sort(([, a], [, b]) => b - a);
  return [
    `${receipt.connector}  ${receipt.id}`,
    `  read ${read} = accepted ${accepted} + unchanged ${unchanged} + quarantined ${quarantined} + refused ${refused}`,
    `  accepted ${accepted} = created ${receipt.created} + corrected ${receipt.corrected} + withdrawn ${receipt.withdrawn}`,
    ...rules.map(([rule, count]) => `  ${String(count).padStart(7)}  ${rule}  ${findRule(rule)?.zh ?? ''}`),
    ...receipt.faults.map((it) => `  fault ${it.code}: ${it.message}`),
  ].join('\n');
}
