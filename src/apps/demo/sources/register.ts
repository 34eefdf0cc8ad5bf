import type { SourceRow } from './decisions.ts';
import type { Organisation } from './organisations.ts';

/** The name that an organisation of the demo bore before. */
export function formerNameOf(name: string): string {
  return name.replace('商贸', '百货').replace('便利店', '杂货店');
}

/** One entry of the subject register; every second organisation has borne another name. */
export function registerRow({ uscc, name }: Organisation, place: number): SourceRow {
  return {
    TYSHXYDM: uscc,
    ZTMC: name,
    DJLB: '企业登记',
    DJZT: '存续',
    CLRQ: '2015/06/01',
    HZRQ: '2020/06/01',
    JYQXZ: '长期',
    ZCH: '',
    SWDJH: '',
    CYM: place % 2 === 0 ? formerNameOf(name) : '',
    YDM: '',
    BRZTDM: '',
    DMLWSM: '',
  };
}
