import { translations } from './translations.ts'

/** The words of fields for attributes, on more than one page. */
export const attributeWords = translations(
  {
    yes: 'yes',
    no: 'no',
    notChosen: 'not given',
    isRequired: (label: string) => `${label} (required)`,
    between: (least: number, most: number) => `From ${least} to ${most}.`,
    atLeast: (least: number) => `${least} or more.`,
    atMost: (most: number) => `${most} or less.`,
    missing: (labels: string) => `Required and not given yet: ${labels}.`,
    save: 'Save the details',
    saved: 'The details are saved.',
  },
  {
    yes: '是',
    no: '否',
    notChosen: '未填寫',
    isRequired: (label) => `${label}（必填）`,
    between: (least, most) => `${least} 到 ${most}。`,
    atLeast: (least) => `至少 ${least}。`,
    atMost: (most) => `至多 ${most}。`,
    missing: (labels) => `必填但尚未填寫：${labels}。`,
    save: '儲存詳細資料',
    saved: '詳細資料已儲存。',
  },
)
