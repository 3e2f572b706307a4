import { translations } from '../../words/translations.ts'

export const words = translations(
  {
    about:
      'Programs that you have let in by redirect or by the code of a device, and programs of whoever runs this server. What you take back ends within a second, everywhere.',
    letIn: 'Applications that I have let in',
    none: 'You have let no application in.',
  },
  {
    about: '您透過轉址或裝置代碼允許的程式，以及本伺服器營運者的程式。收回後，一秒內在各處失效。',
    letIn: '我允許的應用程式',
    none: '您尚未允許任何應用程式。',
  },
)
