import { stringify } from 'yaml';
import type { DatasetField } from '../../contracts/manifests/index.ts';
import { UNNAMED_OWNER } from '../connectors/index.ts';
import { findLikelyKey, findWithdrawnColumn, type Draft } from './draft.ts';
import type { Guess, GuessReason } from './guess-columns.ts';
import { shareOf, UNLIMITED, type ColumnProfile } from './profile-columns.ts';

const REASONS: Readonly<Record<GuessReason, string>> = {
  name: '列名相同',
  alias: '标准字段代码或别名',
  label: '列名与中文名称相同',
  pinyin: '按拼音猜测，请核对',
  shape: '按取值形状猜测，请核对',
};

/** On one line, in the style of the manifests beside it. */
const flow = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true, singleQuote: true })
    .trim()
    .replaceAll('[ ', '[')
    .replaceAll(' ]', ']');

const percent = (share: number): string => `${String(Math.round(share * 1000) / 10)}%`;

function stepsOf(
  target: string,
  field: DatasetField | undefined,
  profile: ColumnProfile,
): object[] | string[] {
  if (target === 'subject.uscc' || field?.type === 'uscc') return ['trim', 'halfwidth', 'upper'];
  if (field?.type === 'date' && profile.dayFormats.length > 0) return [{ date: profile.dayFormats }];
  if (field?.type === 'money') return [{ money: '万元' }];
  if (field?.type === 'codes')
    return [{ split: profile.separators === '' ? '、；;，,' : profile.separators }];
  return target.endsWith('No') ? ['trim', 'halfwidth'] : [];
}

function noteOf({ profile, by }: Guess, field: DatasetField | undefined): string {
  const notes = [REASONS[by], `非空 ${percent(profile.filled)}`];
  if (field?.type === 'money') notes.push('单位请核对：元或万元');
  const wrong = shareOf(profile, 'damagedCode');
  if (wrong > 0) notes.push(`${percent(wrong)} 已被电子表格损坏`);
  return notes.join('，');
}

function mappingLine(target: string, draft: Draft): string {
  const field = draft.dataset.fields.find((it) => it.name === target);
  const guess = draft.guesses.find((it) => it.target === target);
  if (guess === undefined) {
    const column = field?.standard ?? target;
    return `  ${target}: ${flow(column)} # 必填，未找到对应的列：请改为来源的列名（${field?.zh ?? '主体'}）`;
  }
  const steps = stepsOf(target, field, guess.profile);
  const { column, unlimited } = guess.profile;
  if (unlimited && target === draft.dataset.expiresOn && draft.dataset.unlimitedAllowed) {
    const expr = `\`${column}\` in ['${UNLIMITED}'] ? '2099-12-31' : \`${column}\``;
    return `  ${target}: ${flow({ expr, do: steps })} # ${noteOf(guess, field)}，${UNLIMITED}按 2099-12-31 处理`;
  }
  const lookup = field?.codeList === undefined ? {} : { lookup: field.codeList };
  const plain = steps.length === 0 && field?.codeList === undefined;
  const value = plain ? column : { from: column, ...(steps.length === 0 ? {} : { do: steps }), ...lookup };
  return `  ${target}: ${flow(value)} # ${noteOf(guess, field)}`;
}

function mapLines(draft: Draft): string[] {
  const { dataset, guesses } = draft;
  const required = [
    'subject.uscc',
    'subject.name',
    ...dataset.fields.filter((it) => it.required).map((it) => it.name),
  ];
  const guessed = guesses.map((it) => it.target);
  const subject = guessed.filter((it) => it.startsWith('subject.') && !required.includes(it));
  const fields = dataset.fields.map((it) => it.name);
  const wanted = fields.filter((it) => required.includes(it) || guessed.includes(it));
  return ['subject.uscc', 'subject.name', ...subject, ...wanted].map((it) => mappingLine(it, draft));
}

function keyLine({ key, profiles }: Draft): string {
  if (key !== null) return `  key: ${flow([key])} # 行标识：更正文号时据此找到原记录，请核对`;
  const likely = findLikelyKey(profiles);
  return likely === null
    ? '  # key: [ID] # 来源没有明显的行标识列：有的话请填写，更正文号时才能找到原记录'
    : `  # key: ${flow([likely])} # 似为行标识，但有空值或重复：核对后去掉行首的 #`;
}

function syncLines(draft: Draft): string[] {
  const { key, changedAt, profiles, source } = draft;
  const withdrawn = findWithdrawnColumn(profiles);
  const incremental = source.type === 'sql' && key !== null;
  const cursor = changedAt === null ? [key] : [changedAt, key];
  const warning =
    changedAt === null ? ' # 没有更新时间列：已读过的行再改动时读不到，请核对' : ' # 最后一列必须唯一';
  return [
    'sync:',
    ...(incremental ? ['  mode: incremental', `  cursor: ${flow(cursor)}${warning}`] : ['  mode: full']),
    keyLine(draft),
    ...(withdrawn === null
      ? []
      : [`  # deletes: ${flow({ column: withdrawn, values: ['1'] })} # 若该列表示撤销，请去掉行首的 #`]),
    '  # schedule: "0 2 * * *" # 每天 2 点归集',
  ];
}

function columnNotes({ profiles, guesses, key, changedAt, doubtful }: Draft): string[] {
  const used = new Set([...guesses.map((it) => it.profile.column), key, changedAt]);
  const persons = profiles.filter((it) => it.person !== null && !used.has(it.column)).map((it) => it.column);
  const unused = profiles.filter((it) => it.person === null && !used.has(it.column)).map((it) => it.column);
  return [
    ...(unused.length === 0 ? [] : [`# 未采用的列：${unused.join('、')}`]),
    ...(doubtful === 0
      ? []
      : [`# 另有 ${String(doubtful)} 列的列名像是取值或人名，未写入：请核对来源的表头`]),
    ...(persons.length === 0 ? [] : [`# 涉及个人、一律不收的列：${persons.join('、')}`]),
  ];
}

/** The text of a drafted manifest: every guess with its reason, and what a person must still write. */
export function writeManifest(draft: Draft): string {
  const { id, owner, dataset, source } = draft;
  const unnamed = owner.uscc === UNNAMED_OWNER.uscc ? ' # 请改为报送部门：未改之前不能归集' : '';
  const lines = [
    '# 由 xinqiao init 生成。请逐行核对；写着“请核对”“请填写”的各处须由人确认。',
    '# 核对后依次运行：xinqiao check、xinqiao preview、xinqiao run --dry、xinqiao run',
    'apiVersion: xinqiao/v1',
    'kind: Connector',
    'metadata:',
    `  id: ${id}`,
    `  title: ${flow({ zh: `${dataset.title.zh}（请填写）`, en: `${dataset.title.en} (to be named)` })}`,
    `  owner: ${flow(owner)}${unnamed}`,
    `  dataset: ${dataset.name}@${String(dataset.version)} # ${dataset.title.zh}`,
    `  legalBasis: ${flow({ document: '请填写归集依据的文件', article: '请填写条款' })}`,
    'source:',
    ...stringify(source, { lineWidth: 0, singleQuote: true })
      .trimEnd()
      .split('\n')
      .map((it) => `  ${it}`),
    ...syncLines(draft),
    'map:',
    ...mapLines(draft),
    ...columnNotes(draft),
    'gate:',
    '  rejectRate: { warn: 5%, stop: 20% } # 问题数据超过该比例时，整批停下待人确认',
    '  freshness: { warn: 26h, error: 50h }',
  ];
  return `${lines.join('\n')}\n`;
}
