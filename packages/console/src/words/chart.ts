import { translations } from './translations.ts'

export const chartWords = translations({ asTable: 'The same as a table' }, { asTable: '以表格顯示' })
