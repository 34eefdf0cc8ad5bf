import { findRule } from '../../domain/rules.ts';
import type { RunReceipt } from '../../intake/pipeline/index.ts';
import type { GateResult } from '../../intake/gates/index.ts';

/** What a gate is called by a person. */
const GATE_ZH: Readonly<Record<GateResult['gate'], string>> = {
  rejectRate: '问题率',
  changeRate: '变更率',
  shrink: '较上次减少',
  declaredTotal: '少于来源声明',
  codes: '代码表漂移',
  columns: '列漂移',
};

const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

/** A limit of 0 is passed by the first one. */
const limitOf = (share: number): string => (share === 0 ? '有即 any' : percent(share));

/** One gate's figure, limits and word. */
export function gateLine({ gate, verdict, count, of, warn, stop, about }: GateResult): string {
  const figure = of === 0 ? String(count) : `${count}/${of} = ${percent(count / of)}`;
  const limits = [
    ...(warn === null ? [] : [`warn ${limitOf(warn)}`]),
    ...(stop === null ? [] : [`stop ${limitOf(stop)}`]),
  ];
  const named = about.length === 0 ? '' : `  ${about.join(' ')}`;
  const mark = { pass: '✓', warn: '!', stop: '✗', skipped: '·' }[verdict];
  return `  ${mark} ${GATE_ZH[gate]} ${gate}  ${figure}  (${limits.join(', ') || 'no limit'})${named}`;
}

/** A run's receipt for a person. */
export function receiptLines(receipt: RunReceipt): string {
  const { read, accepted, unchanged, quarantined, refused, staged, decision } = receipt;
  const rules = Object.entries(receipt.findingsByRule).sort(([, a], [, b]) => b - a);
  const waits = staged === 0 ? '' : ` + staged ${staged}`;
  const told = receipt.gates.filter((it) => it.verdict === 'warn' || it.verdict === 'stop');
  return [
    `${receipt.connector}  ${receipt.id}  ${receipt.state}`,
    `  read ${read} = accepted ${accepted} + unchanged ${unchanged} + quarantined ${quarantined} + refused ${refused}${waits}`,
    `  accepted ${accepted} = created ${receipt.created} + corrected ${receipt.corrected} + withdrawn ${receipt.withdrawn}`,
    ...rules.map(([rule, count]) => `  ${String(count).padStart(7)}  ${rule}  ${findRule(rule)?.zh ?? ''}`),
    ...told.map(gateLine),
    ...(receipt.missing ? [`  missing ${receipt.missing}: see "xinqiao run missing ${receipt.id}"`] : []),
    ...receipt.files
      .filter((it) => it.state === 'skipped')
      .map((it) => `  skipped ${it.name}: read by run ${it.readBy ?? ''}; --again reads it again`),
    ...(decision === null ? [] : [`  ${decision.word} by ${decision.by}: ${decision.reason}`]),
    ...receipt.faults.map((it) => `  fault ${it.code}: ${it.message}`),
    ...(receipt.state === 'STOPPED'
      ? [
          `  闸门已拦下本批次 – nothing was accepted. Look: xinqiao run show ${receipt.id}`,
          `  then: xinqiao run release|discard ${receipt.id} --by <account> --reason "…"`,
        ]
      : []),
  ].join('\n');
}
