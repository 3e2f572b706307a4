import type { Language } from '../pages/page.ts'
import type { RuleName, Severity } from './rules.ts'
import type { Notice } from './telling.ts'

interface Words {
  readonly rules: Readonly<Record<RuleName, string>>
  readonly severities: Readonly<Record<Severity, string>>
  readonly subject: (notice: Notice, severity: string, rule: string, whom: string) => string
  readonly many: (count: number) => string
  readonly server: string
  readonly first: (rule: string, whom: string, since: string) => string
  readonly notices: Readonly<Record<Notice, string>>
  readonly times: (times: number, last: string) => string
  readonly named: (names: string, more: number) => string
  readonly country: (country: string) => string
  readonly travel: (
    from: string,
    to: string,
    distanceKm: number,
    leastKm: number,
    minutes: number,
    speedKmh: number,
  ) => string
  readonly endsAt: (at: string) => string
  readonly look: string
  readonly why: string
}

/** What letters about alarms say. */
export const words: Record<Language, Words> = {
  en: {
    rules: {
      brute_force: 'Many wrong sign-ins of one account',
      credential_stuffing: 'Wrong sign-ins of many accounts from one address',
      new_country: 'Sign-in from a new country',
      impossible_travel: 'Travel that is not possible',
      refresh_reuse: 'A refresh token was used twice',
      device_impersonation: 'Somebody tried to pass for a device',
      refused_burst: 'Many refused requests',
      device_offline: 'Device offline for long',
      key_ending: 'A key or certificate is about to end',
      job_failing: 'Background work fails',
      witness_disagrees: 'A witness disagrees with the log',
      backup_failed: 'A backup failed',
      segment_damaged: 'A part of the archive is damaged',
      retention_missed: 'Retention failed',
      webhook_off: 'A webhook was switched off',
      other_alarm: 'Another alarm of the log',
    },
    severities: { low: 'low', medium: 'medium', high: 'high', critical: 'critical' },
    subject: (notice, severity, rule, whom) =>
      `[${severity}] ${rule}: ${whom}${{ open: '', continues: ' (goes on)', flapping: ' (comes and goes)', over: ' (over)' }[notice]}`,
    many: (count) => `${count} of them`,
    server: 'this server',
    first: (rule, whom, since) => `${rule}: ${whom}, since ${since}.`,
    notices: {
      open: 'The alarm is open.',
      continues: 'The alarm goes on.',
      flapping:
        'The alarm has closed by itself and come back several times. Nothing more is told of it until it has been quiet for an hour.',
      over: 'The alarm is over and has closed by itself.',
    },
    times: (times, last) => `It was counted ${times} times, last at ${last}.`,
    named: (names, more) =>
      more > 0 ? `The first of them: ${names}, and ${more} more.` : `They are: ${names}.`,
    country: (country) => `The new country is ${country}.`,
    travel: (from, to, distanceKm, leastKm, minutes, speedKmh) =>
      `From ${from} to ${to}: ${distanceKm} km between the middles of the countries, at least ${leastKm} km between their borders, in ${minutes} minutes. That is at least ${speedKmh} km/h. Only the country of an address is known.`,
    endsAt: (at) => `It ends at ${at}.`,
    look: 'Look at the alarm',
    why: 'You get this letter because your account may acknowledge and close alarms. Rules and silences are set on the page of alarms.',
  },
  'zh-Hant': {
    rules: {
      brute_force: '同一帳號多次登入失敗',
      credential_stuffing: '同一位址對多個帳號登入失敗',
      new_country: '從新的國家登入',
      impossible_travel: '不可能的移動',
      refresh_reuse: '更新權杖被重複使用',
      device_impersonation: '有人試圖冒充裝置',
      refused_burst: '大量請求被拒絕',
      device_offline: '裝置長時間離線',
      key_ending: '金鑰或憑證即將到期',
      job_failing: '背景工作失敗',
      witness_disagrees: '見證者與紀錄不一致',
      backup_failed: '備份失敗',
      segment_damaged: '封存的一部分已損壞',
      retention_missed: '保留作業失敗',
      webhook_off: 'Webhook 已停用',
      other_alarm: '紀錄中的其他警報',
    },
    severities: { low: '低', medium: '中', high: '高', critical: '嚴重' },
    subject: (notice, severity, rule, whom) =>
      `［${severity}］${rule}：${whom}${{ open: '', continues: '（持續中）', flapping: '（反覆發生）', over: '（已結束）' }[notice]}`,
    many: (count) => `共 ${count} 個`,
    server: '本伺服器',
    first: (rule, whom, since) => `${rule}：${whom}，自 ${since} 起。`,
    notices: {
      open: '警報已開啟。',
      continues: '警報持續中。',
      flapping: '警報多次自行關閉後又再發生。在平靜一小時之前，不再另行通知。',
      over: '警報已結束，並自行關閉。',
    },
    times: (times, last) => `共計 ${times} 次，最近一次在 ${last}。`,
    named: (names, more) => (more > 0 ? `前幾個為：${names}，另有 ${more} 個。` : `包括：${names}。`),
    country: (country) => `新的國家是 ${country}。`,
    travel: (from, to, distanceKm, leastKm, minutes, speedKmh) =>
      `從 ${from} 到 ${to}：兩國中心相距 ${distanceKm} 公里，邊界之間至少 ${leastKm} 公里，歷時 ${minutes} 分鐘，時速至少 ${speedKmh} 公里。位址只能得知國家。`,
    endsAt: (at) => `到期時間為 ${at}。`,
    look: '查看警報',
    why: '您的帳號可以確認與關閉警報，因此收到這封信。規則與靜音可在警報頁面設定。',
  },
}
