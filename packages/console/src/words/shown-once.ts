import { translations } from './translations.ts'

/** The words beside a secret that is shown once. */
export const shownOnceWords = translations(
  {
    once: 'It is shown this once: keep it where the program reads it.',
    copy: 'Copy it',
    copied: 'Copied',
    kept: 'I have kept it',
  },
  {
    once: '只會顯示這一次，請存放在程式讀取的地方。',
    copy: '複製',
    copied: '已複製',
    kept: '我已保存',
  },
)
