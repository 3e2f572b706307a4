import { translations } from '../../words/translations.ts'

export const words = translations(
  {
    show: 'Show',
    yourDevices: 'Your devices',
    everyDevice: 'Every device',
    noDevices: 'No devices yet.',
    device: 'Device',
    claim: 'Claim a device',
    claimCode: 'Claim code',
    claimHint: 'The code is shown by the device, or printed on it.',
    claimed: (name: string) => `${name} is yours now.`,
  },
  {
    show: '顯示',
    yourDevices: '您的裝置',
    everyDevice: '所有裝置',
    noDevices: '還沒有裝置。',
    device: '裝置',
    claim: '認領裝置',
    claimCode: '認領碼',
    claimHint: '認領碼會顯示在裝置上，或印在機身。',
    claimed: (name) => `「${name}」現在屬於您。`,
  },
)
