import { pinyin } from 'pinyin-pro';
import type { Dataset, DatasetField } from '../../contracts/manifests/index.ts';
import { SUBJECT_TARGETS } from '../connectors/index.ts';
import { SUBJECT_ALIASES } from '../mapping/index.ts';
import { shareOf, type ColumnProfile, type ValueShape } from './profile-columns.ts';

/** Why a column was taken for a target. */
export type GuessReason = 'name' | 'alias' | 'label' | 'pinyin' | 'shape';

/** A target and the column that feeds it. */
export type Guess = { readonly target: string; readonly profile: ColumnProfile; readonly by: GuessReason };

/** What may be fed: a field of a dataset, or a fact about the subject. */
type Target = {
  readonly name: string;
  readonly words: readonly string[];
  readonly labels: readonly string[];
  readonly type: DatasetField['type'] | 'name';
  readonly masked: boolean;
};

const SUBJECT_LABELS: Readonly<Record<string, string>> = {
  'subject.uscc': '统一社会信用代码',
  'subject.name': '单位名称',
  'subject.category': '相对人类别',
  'subject.registrationNo': '工商注册号',
  'subject.orgCode': '组织机构代码',
  'subject.taxNo': '税务登记号',
};

const POINTS: Readonly<Record<GuessReason, number>> = {
  name: 100,
  alias: 90,
  label: 70,
  pinyin: 50,
  shape: 20,
};

const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\(.*?\)/gu, '')
    .replace(/[\s_\-.:*]/gu, '');

/** Initials and full pinyin of a Chinese label: 许可文书号 → xkwsh, xukewenshuhao. */
function pinyinOf(label: string): string[] {
  const plain = label.replace(/[（(].*?[）)]/gu, '');
  if (!/\p{Script=Han}/u.test(plain)) return [];
  const syllables = pinyin(plain, { toneType: 'none', type: 'array' });
  return [syllables.map((it) => it.charAt(0)).join(''), syllables.join('')].map((it) => it.toLowerCase());
}

function targetsOf(dataset: Dataset): Target[] {
  const subject = SUBJECT_TARGETS.filter((it) => SUBJECT_LABELS[it] !== undefined).map((name): Target => {
    const type = name === 'subject.uscc' ? 'uscc' : name === 'subject.name' ? 'name' : 'text';
    return { name, words: SUBJECT_ALIASES[name], labels: [SUBJECT_LABELS[name] ?? ''], type, masked: false };
  });
  const fields = dataset.fields.map(({ name, standard, aliases, zh, type, personField }): Target => ({
    name,
    words: [...(standard === undefined ? [] : [standard]), ...aliases],
    labels: [zh],
    type,
    masked: personField === 'mask',
  }));
  return [...subject, ...fields];
}

/** Least share of a column's filled cells that must fit the target's type. */
const FITS = 0.6;

/** Shapes that values of a type may have; any, where a type is not named. */
const SHAPES_OF: Readonly<Partial<Record<Target['type'], readonly ValueShape[]>>> = {
  uscc: ['uscc', 'damagedCode', 'personNumber', 'text', 'integer'],
  date: ['day', 'text', 'integer'],
  money: ['integer', 'decimal', 'flag', 'text'],
  integer: ['integer', 'flag', 'text'],
  boolean: ['flag', 'text'],
};

/** Whether the values of a column can be what a target is; an empty column can be anything. */
function fits(profile: ColumnProfile, { type }: Target): boolean {
  if (profile.filled === 0) return true;
  const shapes = SHAPES_OF[type];
  return shapes === undefined || shareOf(profile, ...shapes) >= FITS;
}

/** Whether values alone say what a column is. */
function hasShapeOf(profile: ColumnProfile, target: Target): boolean {
  if (profile.filled < FITS) return false;
  if (target.name === 'subject.uscc') return shareOf(profile, 'uscc') >= FITS;
  return (
    target.name === 'subject.name' && shareOf(profile, 'organisationName') >= FITS && profile.distinct > 1
  );
}

/** Without the prefix of a record kind that stands before the same word in most tables: XK_WSH, CF_WSH. */
const bareOf = (folded: string): string => folded.replace(/^(xzxk|xzcf|xk|cf|bz|jl|pj)(?=[a-z]{3})/, '');

function reasonOf(profile: ColumnProfile, target: Target): GuessReason | null {
  const column = fold(profile.column);
  const words = target.words.map(fold);
  if (column === fold(target.name)) return 'name';
  if (words.includes(column)) return 'alias';
  if (target.labels.some((it) => fold(it) === column)) return 'label';
  const bare = bareOf(column);
  if (words.some((it) => bareOf(it) === bare)) return 'alias';
  const spoken = [...target.labels, ...target.words].flatMap(pinyinOf).filter((it) => it.length >= 3);
  if (spoken.some((it) => it === column || it === bare)) return 'pinyin';
  return hasShapeOf(profile, target) ? 'shape' : null;
}

/**
 * Guesses which column feeds which target: by the target's own name, an alias of the standard, the Chinese label, its
 * pinyin, and where nothing says so by the shape of the values. Each column and each target is taken once, the surest
 * first; a column about a person feeds a masked field alone.
 */
export function guessColumns(profiles: readonly ColumnProfile[], dataset: Dataset): Guess[] {
  const candidates = targetsOf(dataset).flatMap((target) =>
    profiles.flatMap((profile) => {
      if (profile.person !== null && !(profile.person === 'mask' && target.masked)) return [];
      const by = reasonOf(profile, target);
      return by === null || !fits(profile, target) ? [] : [{ target: target.name, profile, by }];
    }),
  );
  const taken: Guess[] = [];
  for (const it of candidates.sort((a, b) => POINTS[b.by] - POINTS[a.by])) {
    const free = !taken.some((t) => t.target === it.target || t.profile.column === it.profile.column);
    if (free) taken.push(it);
  }
  return taken;
}

/** How well a dataset suits a source: its mandatory targets that a column feeds, and the sureness of all guesses. */
export function scoreOf(guesses: readonly Guess[], dataset: Dataset): number {
  const required = new Set(dataset.fields.filter((it) => it.required).map((it) => it.name));
  const met = guesses.filter((it) => required.has(it.target)).length;
  const sure = guesses.reduce((sum, it) => sum + POINTS[it.by], 0) / 100;
  return (met / Math.max(1, required.size)) * 10 + sure;
}
