import { translations } from './translations.ts'

/** Of those who act as a person: the bar, and the form on the page of the person. */
export const actingWords = translations(
  {
    acting: 'Acting as a person',
    actingAs: (name: string, time: string) =>
      `You act as ${name} until ${time}. What you do is recorded under both names.`,
    stop: 'Stop acting',
    actAs: 'Act as this person',
    actHint:
      'You see and do what they may, for some minutes. They see it among their sessions and doings, with your name and the reason. What they sign in with cannot be changed.',
    reason: 'Reason',
  },
  {
    acting: '以他人身分操作',
    actingAs: (name, time) => `您正以 ${name} 的身分操作，至 ${time} 為止。操作會以雙方的名義記錄。`,
    stop: '停止',
    actAs: '以此人身分操作',
    actHint:
      '在數分鐘內，您可以看到並執行此人可做的事。此人會在工作階段與活動紀錄中看到您的名字與理由。登入方式無法變更。',
    reason: '理由',
  },
)
