/** One made-up organisation of the sandbox and the state that its records show. */
export type SandboxOrganisation = {
  readonly uscc: string;
  readonly name: string;
  readonly state: string;
  readonly zh: string;
  /** What a question for it answers. */
  readonly en: string;
};

/** Code that the merged organisation had before, and the name under which it was known. */
export const MERGED_AWAY = { uscc: '91370306QQQQ70070W', name: '测试丙仓储有限公司' } as const;

/** Name that the renamed organisation had before. */
export const NAME_BEFORE = '测试旧名贸易有限公司';

/** The organisations of the sandbox, by state. Codes have the subject part QQQQ####, which is not assigned. */
export const SANDBOX = {
  clean: {
    uscc: '91370306QQQQ70011R',
    name: '测试清和商贸有限公司',
    state: 'clean',
    zh: '无不良记录',
    en: 'no penalty; a licence, and a grade that only a signed query sees',
  },
  penalised: {
    uscc: '91370306QQQQ7002XH',
    name: '测试甲食品有限公司',
    state: 'penalised',
    zh: '有行政处罚',
    en: 'one penalty in force',
  },
  corrected: {
    uscc: '91370306QQQQ70038H',
    name: '测试乙建材有限公司',
    state: 'corrected',
    zh: '处罚已更正',
    en: 'one penalty whose fine the authority corrected: version 2',
  },
  withdrawn: {
    uscc: '91370306QQQQ70046C',
    name: '测试丁物流有限公司',
    state: 'withdrawn',
    zh: '处罚已撤回',
    en: 'the authority withdrew its penalty: nobody is shown it any more',
  },
  renamed: {
    uscc: '91370306QQQQ700547',
    name: '测试新名贸易有限公司',
    state: 'renamed',
    zh: '已更名',
    en: 'found by its former name, too',
  },
  merged: {
    uscc: '91370306QQQQ700622',
    name: '测试戊仓储有限公司',
    state: 'merged',
    zh: '吸收合并',
    en: `took over ${MERGED_AWAY.uscc}, whose penalty it answers for beside its own`,
  },
  soleTrader: {
    uscc: '92370306QQQQ70089N',
    name: '测试街角便利店',
    state: 'sole trader',
    zh: '个体工商户',
    en: 'a licence; organisations only, a sole trader by its code',
  },
  unknown: {
    uscc: '91370306QQQQ70097L',
    name: '',
    state: 'unknown',
    zh: '无任何记录',
    en: 'nothing is held: the answer says by its coverage that everybody was asked',
  },
} as const satisfies Readonly<Record<string, SandboxOrganisation>>;

/** The organisations in the order in which they are shown. */
export const SANDBOX_ORGANISATIONS: readonly SandboxOrganisation[] = Object.values(SANDBOX);
