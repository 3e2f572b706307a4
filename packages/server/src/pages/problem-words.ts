import type { Language } from './page.ts'

export type Kind = 'busy' | 'tooMany' | 'absent' | 'refused' | 'broken'

interface Said {
  readonly title: string
  readonly text: string
}
interface Words extends Readonly<Record<Kind, Said>> {
  /** When to try again; `seconds` where that is known. */
  readonly again: (seconds: number | undefined) => string
  readonly requestId: (id: string) => string
}

/** What a person is told in place of a page, and what to do. */
export const words: Readonly<Record<Language, Words>> = {
  en: {
    busy: {
      title: 'Not at the moment',
      text: 'This server cannot answer now.',
    },
    tooMany: {
      title: 'Too many attempts',
      text: 'There were too many attempts from where you are.',
    },
    absent: {
      title: 'There is nothing here',
      text: 'The address may be mistyped, or what was here is gone.',
    },
    refused: {
      title: 'This did not work',
      text: 'What your browser sent is not accepted here. Please go back, and begin again.',
    },
    broken: {
      title: 'Something went wrong here',
      text: 'It was not your doing. Please try again; if it stays so, tell whoever runs this server.',
    },
    again(seconds = 0) {
      if (seconds === 0) return 'Please try again in a moment.'
      return seconds === 1 ? 'Please try again in a second.' : `Please try again in ${seconds} seconds.`
    },
    requestId: (id) => `The id of this request in the log of the server: ${id}`,
  },
  'zh-Hant': {
    busy: { title: '目前無法使用', text: '伺服器目前無法回應。' },
    tooMany: { title: '嘗試次數過多', text: '來自您所在位置的嘗試次數過多。' },
    absent: { title: '這裡沒有任何內容', text: '網址可能有誤，或內容已不存在。' },
    refused: { title: '無法完成', text: '此處不接受瀏覽器送出的內容。請回上一頁，重新開始。' },
    broken: {
      title: '伺服器發生錯誤',
      text: '這不是您造成的。請再試一次；若仍然發生，請通知伺服器的管理者。',
    },
    again: (seconds = 0) => (seconds === 0 ? '請稍後再試。' : `請在 ${seconds} 秒後再試。`),
    requestId: (id) => `此要求在伺服器紀錄中的編號：${id}`,
  },
}
